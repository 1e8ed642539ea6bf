"""The tables of confidentiality; one module a topic."""

from plugins.confidentiality.models.retention import LegalHold

__all__ = ["LegalHold"]
