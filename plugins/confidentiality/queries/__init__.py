"""Reads. What a user may not open is not found."""
