"""HTTP alone: read the request, call one action or query, show a page. One module a topic, one blueprint."""

from plugins.confidentiality.views import consents as consents
from plugins.confidentiality.views import exceptions as exceptions
from plugins.confidentiality.views import house as house
from plugins.confidentiality.views import incidents as incidents
from plugins.confidentiality.views import orders as orders
from plugins.confidentiality.views import registers as registers
from plugins.confidentiality.views import retention as retention
from plugins.confidentiality.views import review as review
from plugins.confidentiality.views import rights as rights
from plugins.confidentiality.views import undertakings as undertakings
from plugins.confidentiality.views import whole_file as whole_file
from plugins.confidentiality.views import youth as youth
from plugins.confidentiality.views.base import bp

__all__ = ["bp"]
