"""Unusual openings, and roles each quarter: what is filled in, and the words for each choice."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from plugins.confidentiality.forms.base import LINE, Versioned, choice, stripped

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well
FINDING_WORDS = {
    "outside": _l("A person who is not assigned to her"),
    "many": _l("Many persons within an hour"),
    "night": _l("At night"),
}
FINDING_ICONS = {"outside": "door-open", "many": "users-round", "night": "clock"}
ANSWER_WORDS = {"": _l("Waits"), "explained": _l("Explained"), "look_into": _l("To look into")}
ROLE_ANSWER_WORDS = {"keep": _l("Keep"), "end": _l("End now"), "ask": _l("Ask first")}


class AnswerForm(Versioned):
    """What the privacy officer makes of an unusual opening."""

    answer = choice(
        _l("What do you make of it?"),
        {"explained": _l("Explained"), "look_into": _l("To look into: it becomes an incident")},
    )
    line = StringField(
        _l("In one line"),
        [
            DataRequired(_l("Write a few words.")),
            Length(max=LINE, message=_l("Shorten this: %(max)d letters at most.")),
        ],
        [stripped],
    )


def how_many(finding: Any) -> str:
    """What a finding counts, in words."""
    if finding.kind == "outside":
        return _("%(code)s was opened", code=finding.code)
    return ngettext("%(num)d person", "%(num)d persons", finding.number)


def many(text: str) -> int:
    """The check of the setting. Raises ValueError with a message for who edits."""
    if text.isdecimal() and 5 <= int(text) <= 500:
        return int(text)
    raise ValueError(_("Write a number from 5 to 500."))


def five_years(text: str) -> int:
    """The check of the months that an incident is kept. Raises ValueError with a message for who edits."""
    if text.isdecimal() and 60 <= int(text) <= 600:
        return int(text)
    raise ValueError(_("Write a number of months from 60 (five years, by law) to 600."))
