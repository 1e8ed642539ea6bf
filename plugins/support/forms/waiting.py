"""What waits for her, in words: a code, no name (D-CONF-11)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from plugins.support.forms.contacts import due_title
from plugins.support.forms.stand_in import why_word
from plugins.support.forms.steps import hour_word
from plugins.support.rules import FOLLOW_UP, partners, steps

# kind: what to do, the page where it is done, the service that it belongs to
WAITS: dict[str, tuple[Any, str, Any]] = {
    "next": ("", "file", FOLLOW_UP),
    "reassess": ("", "file", FOLLOW_UP),
    "first_meeting": (_l("Go on with the first meeting: %(code)s"), "go_on", FOLLOW_UP),
    "step": (_l("A step for %(code)s"), "step", steps.SERVICE),
    "going": (_l("Go with %(code)s"), "accompanied", steps.SERVICE),
    "referral": (_l("Ask %(code)s how the referral went"), "referral", partners.SERVICE),
    "interpreter": (_l("An interpreter comes: %(code)s"), "bookings", FOLLOW_UP),
    "handed_over": (_l("Handed over to you: %(code)s"), "file_hand_over", FOLLOW_UP),
    "told": (_l("Opened by a stand-in: %(code)s"), "file", FOLLOW_UP),
    "standing_in": (_l("You stand in for %(code)s"), "file", FOLLOW_UP),
    "review": (_l("Review a stand-in: %(code)s"), "stand_in_to_review", FOLLOW_UP),
    "lift": (_l("Sealed file to open again, or not: %(code)s"), "sealed", FOLLOW_UP),
}
BY_UID = {"step", "referral", "review"}  # the page is asked for by the record's own address
PLAIN = {"going", "lift"}  # the page is a list


def title(row: Any) -> str:
    """What waits, for whom by her code."""
    if row.kind in ("next", "reassess"):
        return due_title(row.note or row.kind, row.code)
    kind = "going" if row.kind == "step" and row.note == "beside" else row.kind
    return str(WAITS[kind][0]) % {"code": row.code}


def hint(row: Any) -> str:
    """At what hour, or why a file was opened."""
    if row.kind in ("told", "standing_in"):
        return why_word(row.note)
    return hour_word(row.hour)


def names(row: Any) -> dict[str, Any]:
    """What the page's address names."""
    if row.kind in PLAIN:
        return {}
    return {"uid": row.uid} if row.kind in BY_UID else {"code": row.code}
