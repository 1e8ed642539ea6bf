"""Words for the journal's page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.journal import Entry

EVENTS = {
    "import_prepared": _l("Read a table to bring in"),
    "imported": _l("Brought in a table"),
    "import_discarded": _l("Kept nothing of a table"),
    "objective_added": _l("Wrote down an objective of hers"),
    "objective_reworded": _l("Said an objective otherwise"),
    "progress_noted": _l("Noted how far an objective is"),
    "small_step_added": _l("Added a small step"),
    "small_step_ticked": _l("Ticked a small step"),
    "small_step_off": _l("Took a small step off the list"),
    "objective_shared": _l("Shared an objective with her peer"),
    "sharing_stopped": _l("Stopped sharing an objective"),
    "tie_added": _l("Added to her network"),
    "tie_changed": _l("Changed her network"),
    "tie_ended": _l("Took out of her network"),
    "life_begun": _l("Noted her yes to telling her life history"),
    "life_event_added": _l("Added a moment to her life history"),
    "life_event_changed": _l("Changed a moment of her life history"),
    "life_event_removed": _l("Took a moment out of her life history"),
    "life_destroyed": _l("Destroyed her life history at her word"),
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
    "first_meeting_begun": _l("Began a first meeting"),
    "first_meeting_finished": _l("Finished a first meeting"),
    "offer_answered": _l("Noted what she answered to an offer"),
    "situation_noted": _l("Noted how things stand, in her words"),
    "meeting_noted": _l("Noted a meeting"),
    "meeting_corrected": _l("Corrected a meeting"),
    "plan_written": _l("Wrote her plan with her"),
    "plan_printed": _l("Printed her plan for her"),
    "visit_counted": _l("Counted drop-in visits"),
    "visit_undone": _l("Took back a count of drop-in visits"),
    "assigned": _l("Assigned a file"),
    "assignment_ended": _l("Ended an assignment"),
    "assignment_refused": _l("Was refused an assignment"),
}
REASONS = {  # why a safe was opened
    "import": _l("Bringing in a table"),
    "shared": _l("What she shares with her peer"),
    "life": _l("Her life history"),
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
