"""Words for the journal's page."""

from __future__ import annotations

from typing import Any

from app.journal import Entry

EVENTS: dict[str, Any] = {}
REASONS: dict[str, Any] = {}  # why a safe was opened


def describe(event: Entry) -> str | None:
    """Words for our own events and reasons."""
    plugin, _dot, what = event.action.partition(".")
    words = EVENTS | REASONS
    return str(words[what]) if plugin == "confidentiality" and what in words else None
