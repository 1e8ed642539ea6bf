"""Standing in, handing over, sealed files, ties: what is filled in, and the words for each choice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from plugins.support import rules
from plugins.support.forms.base import Versioned, choice, one_line, only_what_is_useful
from plugins.support.rules import own_file, stand_in
from plugins.support.rules.retention import MONTHS

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well

WHY = {
    "absent": _l("Her worker is away"),
    "danger": _l("She is in danger"),
    "came": _l("She came in person"),
    "handover": _l("The file changes hands"),
    "other": _l("Something else"),
}
HOURS = {1: _l("1 hour"), 4: _l("4 hours"), 8: _l("8 hours"), 24: _l("24 hours")}
VERDICTS = {"in_order": _l("In order"), "look_into": _l("To look into")}
LIFTING = {
    "she_asks": _l("She asks for it"),
    "error": _l("It was sealed by mistake"),
    "left": _l("She no longer works here"),
}
OPEN = {
    "step": _l("Steps to do"),
    "referral": _l("Referrals to ask about"),
    "booking": _l("Interpreter booked"),
    "letter": _l("Letters in draft"),
}
NOTE_LENGTH = 2000
assert set(WHY) == set(stand_in.WHY) and set(VERDICTS) == set(stand_in.VERDICTS) and set(LIFTING) == set(own_file.WHY)


def _one_line(label: Any) -> StringField:
    short = Length(max=rules.LINE_LENGTH, message=_l("Shorten this to one line of %(max)d characters at most."))
    return StringField(label, [short, only_what_is_useful], filters=[one_line])


def _code() -> StringField:
    return StringField(_l("Her whole code"), [InputRequired(_l("Write her code."))], filters=[one_line])


class StandInForm(Versioned):
    """Which file, why, for how long."""

    file = _code()
    why = choice(_l("Why?"), WHY, "")
    hours = RadioField(
        _l("For how long?"),
        [InputRequired(_l("Choose a time: 24 hours at most."))],
        choices=list(HOURS.items()),
        coerce=int,
        default=4,
    )
    line = _one_line(_l("In one line"))


class ReviewForm(Versioned):
    """What a reviewer says of it."""

    verdict = choice(_l("What do you say of it?"), VERDICTS, "")
    remark = _one_line(_l("In one line"))


class NoteForm(Versioned):
    """What who follows after her should know."""

    note = TextAreaField(
        _l("For who follows after you"),
        [Length(max=NOTE_LENGTH, message=_l("Shorten this to %(max)d characters at most.")), only_what_is_useful],
    )


class TieForm(Versioned):
    """The other file's code."""

    other = _code()


class SealForm(Versioned):
    """A code, to be sealed."""

    person = _code()


def months(fewest: int = 1) -> Callable[[str], int]:
    """The check of a setting in months."""

    def check(text: str) -> int:
        if text.isdecimal() and len(text) < 4 and max(fewest, MONTHS[0]) <= int(text) <= MONTHS[-1]:
            return int(text)
        raise ValueError(_("Write a number of months from %(fewest)d to %(most)d.", fewest=fewest, most=MONTHS[-1]))

    return check


def refuse(field: Field, said: str) -> None:
    """Say at a field what only the action could find."""
    field.errors = [*field.errors, said]


def why_word(key: str) -> str:
    return str((WHY | LIFTING | VERDICTS | OPEN).get(key, key))
