"""Words for the journal's page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.journal import Entry

EVENTS = {
    "import_prepared": _l("Read a table to bring in"),
    "imported": _l("Brought in a table"),
    "import_discarded": _l("Kept nothing of a table"),
    "file_opened": _l("Opened a follow-up file"),
    "file_closed": _l("Closed a follow-up file"),
    "file_reopened": _l("Reopened a follow-up file"),
    "file_erased": _l("Destroyed a follow-up file"),
    "contact_logged": _l("Noted a contact"),
    "contact_corrected": _l("Corrected a contact"),
    "anonymous_contact_logged": _l("Counted an anonymous contact"),
    "next_step_set": _l("Set the next step"),
    "next_step_done": _l("Did the next step"),
    "reassessed": _l("Looked at her needs again with her"),
    "visit_counted": _l("Counted drop-in visits"),
    "visit_undone": _l("Took back a count of drop-in visits"),
    "assigned": _l("Assigned a file"),
    "assignment_ended": _l("Ended an assignment"),
    "assignment_refused": _l("Was refused an assignment"),
}
REASONS = {  # why a safe was opened
    "import": _l("Bringing in a table"),
    "list": _l("Files"),
    "file": _l("Her file"),
    "open": _l("Open her file"),
    "follow": _l("Follow-up"),
    "export": _l("Her whole file"),
}


def describe(event: Entry) -> str | None:
    """Words for the journal's page, for our own events and reasons."""
    plugin, _dot, what = event.action.partition(".")
    words = EVENTS | REASONS
    return str(words[what]) if plugin == "support" and what in words else None
