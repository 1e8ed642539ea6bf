"""Words for the journal's page."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.journal import Entry

EVENTS: dict[str, Any] = {
    "register_exported": _l("Made a document of a register"),
    # legal holds
    "hold_placed": _l("Forbade that what is held about her is destroyed"),
    "hold_lifted": _l("Ended what forbade to destroy"),
}
REASONS: dict[str, Any] = {}  # why a safe was opened


def describe(event: Entry) -> str | None:
    """Words for our own events and reasons."""
    plugin, _dot, what = event.action.partition(".")
    words = EVENTS | REASONS
    return str(words[what]) if plugin == "confidentiality" and what in words else None
