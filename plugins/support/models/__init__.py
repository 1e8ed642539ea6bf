"""The tables of follow-up; one module a topic."""

from plugins.support.models.file import AnonymousContact, Assignment, CaseFile, Contact, Visit

__all__ = ["AnonymousContact", "Assignment", "CaseFile", "Contact", "Visit"]
