"""Words for the journal's page."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.journal import Entry

EVENTS: dict[str, Any] = {
    "register_exported": _l("Made a document of a register"),
    # incidents, providers, assessments
    "incident_reported": _l("Reported a confidentiality incident"),
    "incident_completed": _l("Completed an incident"),
    "incident_assessed": _l("Assessed an incident"),
    "incident_followed_up": _l("Noted notices and measures after an incident"),
    "incident_closed": _l("Closed an incident"),
    "incident_reopened": _l("Opened an incident again"),
    "incident_destroyed": _l("Destroyed an incident whose time had come"),
    "provider_added": _l("Entered a provider"),
    "provider_changed": _l("Changed a provider"),
    "assessment_added": _l("Entered a privacy impact assessment"),
    "assessment_changed": _l("Changed a privacy impact assessment"),
    # undertakings, unusual openings, roles
    "undertaking_signed": _l("Kept a signed confidentiality undertaking"),
    "undertaking_ended": _l("Ended an undertaking of somebody without an account"),
    "finding_answered": _l("Answered for unusual openings"),
    "role_reviewed": _l("Looked at a role again"),
    "review_refused": _l("Was refused to look at a role of her own"),
    # her rights
    "request_received": _l("Noted a request about what is held on her"),
    "identity_checked": _l("Noted how her identity was checked"),
    "request_answered": _l("Answered a request about what is held on her"),
    "statement_attached": _l("Kept her statement with her file"),
    "correction_noted": _l("Noted that something was corrected"),
    "whole_file_begun": _l("Began a copy of her whole file"),
    "whole_file_marked": _l("Marked what is hidden in a copy of her file"),
    "whole_file_made": _l("Made a copy of her whole file"),
    # consents
    "consent_begun": _l("Began to ask for a consent"),
    "consent_filled": _l("Went on with a consent"),
    "consent_discarded": _l("Put away a consent that was not signed"),
    "consent_printed": _l("Printed a consent to be signed"),
    "consent_signed": _l("Kept a signed consent"),
    "consent_withdrawn": _l("Noted that she takes back a consent"),
    # telling without consent
    "exception_decided": _l("Decided to tell without consent"),
    "exception_confirmed": _l("Confirmed that it may be told without consent"),
    "exception_refused": _l("Did not agree that it be told without consent"),
    "second_asked": _l("Asked another person to confirm"),
    "second_refused": _l("Tried to confirm what she decided herself"),
    "she_was_told": _l("Noted whether she was told"),
    "youth_decided": _l("Decided about youth protection"),
    "youth_reviewed": _l("Looked at a decision about youth protection"),
    "order_entered": _l("Entered an order"),
    "order_closed": _l("Noted what was answered to an order"),
    # legal holds
    "hold_placed": _l("Forbade that what is held about her is destroyed"),
    "hold_lifted": _l("Ended what forbade to destroy"),
    # the end of what is kept
    "destructions_proposed": _l("What has become due to be destroyed was proposed"),
    "destruction_approved": _l("Approved a destruction"),
    "kept_for_now": _l("Kept something for now whose time had come"),
    "destruction_dropped": _l("Left something that is in use again"),
    "destroyed": _l("Destroyed something whose time had come"),
}
REASONS: dict[str, Any] = {
    "register": _l("The registers"),
    "account": _l("What is accounted for about her"),
    "consent": _l("Her consents"),
    "exception": _l("Telling without consent"),
    "consulted": _l("Asked to confirm"),
    "youth": _l("Youth protection"),
    "order": _l("An order"),
    "whole_file": _l("A copy of her whole file"),
}  # why a safe was opened


def describe(event: Entry) -> str | None:
    """Words for our own events and reasons."""
    plugin, _dot, what = event.action.partition(".")
    words = EVENTS | REASONS
    return str(words[what]) if plugin == "confidentiality" and what in words else None
