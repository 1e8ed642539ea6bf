"""Reads. What a user may not open is not found."""

from plugins.confidentiality.queries.retention import held_codes, holds_of, is_held

__all__ = ["held_codes", "holds_of", "is_held"]
