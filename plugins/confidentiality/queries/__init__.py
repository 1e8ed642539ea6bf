"""Reads. What a user may not open is not found."""

from plugins.confidentiality.queries import consents as consents
from plugins.confidentiality.queries import exceptions as exceptions
from plugins.confidentiality.queries import house as house
from plugins.confidentiality.queries import incidents as incidents
from plugins.confidentiality.queries import orders as orders
from plugins.confidentiality.queries import retention as retention
from plugins.confidentiality.queries import review as review
from plugins.confidentiality.queries import rights as rights
from plugins.confidentiality.queries import roles as roles
from plugins.confidentiality.queries import undertakings as undertakings
from plugins.confidentiality.queries import whole_file as whole_file
from plugins.confidentiality.queries import youth as youth
from plugins.confidentiality.queries.retention import held_codes, holds_of, is_held

__all__ = ["held_codes", "holds_of", "is_held"]
