"""The journal: append-only, tamper-evident; who opened and did what, and why."""

from app.journal.chain import Entry, head, record, verify

__all__ = ["Entry", "head", "record", "verify"]


def register(app):
    """Stub."""
