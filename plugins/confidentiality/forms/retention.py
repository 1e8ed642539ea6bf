"""What is asked around a destruction, and the words for each choice."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from plugins.confidentiality.forms.base import choice, words
from plugins.confidentiality.forms.registers import WORDS
from plugins.confidentiality.rules import retention as rules

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well
SOURCES = {
    "court_order": _l("A court’s order"),
    "subpoena": _l("A subpoena"),
    "complaint": _l("A complaint that is not closed"),
    "request": _l("A request of hers that is not answered"),
    "other": _l("Another reason"),
}
REASONS = {
    "in_touch": _l("She is still in touch"),
    "proceedings": _l("Proceedings are under way, or may be"),
    "law": _l("A law says to keep it"),
    "asked": _l("She asked to keep it"),
    "other": _l("Another reason"),
}
STATES = {
    "proposed": _l("To look at"),
    "approved": _l("To confirm"),
    "kept": _l("Kept for a reason"),
}
WORDS |= {"hold_sources": SOURCES}
FOR = {str(number): _l("%(num)s months", num=number) for number in rules.KEEP_MONTHS}


def word(key: str | None, of: str) -> str:
    """A keyword in the reader's words."""
    known = {"sources": SOURCES, "reasons": REASONS, "states": STATES}[of]
    return str(known.get(key or "", key or "–"))


def months(text: str) -> int:
    """The check of a setting. Raises ValueError with a message for who edits."""
    if text.isdecimal() and len(text) < 5 and int(text) in rules.MONTHS:
        return int(text)
    raise ValueError(_("Write a number of months from 0 to 240."))


class HoldForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Whose, what forbids to destroy, and why."""

    code = StringField(_l("Her whole code"), [DataRequired(_l("Write her code.")), Length(max=16)])
    source = choice(_l("What forbids it?"), SOURCES)
    why = words(_l("In a few words"), _l("Which order, from whom, until when."), needed=True)


class LiftForm(FlaskForm):  # type: ignore[misc]
    why = words(_l("Why it ends"), needed=True, rows=2)


class KeepForm(FlaskForm):  # type: ignore[misc]
    """Keep it for now: a reason, and when to look again."""

    why = choice(_l("Why keep it?"), REASONS)
    months = choice(_l("Look at it again in"), FOR, "12")

    @property
    def values(self) -> dict[str, Any]:
        return {"why": self.why.data, "months": int(self.months.data)}
