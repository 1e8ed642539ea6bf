"""The rules of confidentiality as pure functions and tables; one module a topic."""

from plugins.confidentiality.rules import incidents as incidents
from plugins.confidentiality.rules import review as review
from plugins.confidentiality.rules import undertakings as undertakings
