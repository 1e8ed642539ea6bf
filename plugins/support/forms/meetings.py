"""Meetings: what is filled in, and its words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, DateField, Field, SelectField, TextAreaField, ValidationError
from wtforms.validators import Length
from wtforms.validators import Optional as Blank

from app.web.times import today
from plugins.support import rules
from plugins.support.forms.base import Versioned, choice, only_what_is_useful
from plugins.support.forms.contacts import STEPS, WAYS, _day, _line, _minutes
from plugins.support.rules import meetings

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well

ORIENTATION = {
    "none": _l("Not spoken of"),
    "offered": _l("Offered"),
    "accepted": _l("She would like it"),
    "not_now": _l("Not now"),
    "declined": _l("No"),
}
FIELDS = {
    "day": _l("Day"),
    "minutes": _l("Minutes"),
    "how": _l("How?"),
    "second": _l("With another worker"),
    "summary": _l("Summary"),
    "orientation": _l("A support group"),
}


_short = Length(max=meetings.SUMMARY_LENGTH, message=_l("Shorten this: %(max)d letters at most."))


def _whole(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 10 else None


class HeldForm(Versioned):
    """What a meeting says, and what may be corrected in it."""

    day = _day(FIELDS["day"])
    minutes = _minutes()
    how = choice(FIELDS["how"], WAYS, "in_person")
    second = SelectField(FIELDS["second"], coerce=_whole, validate_choice=False)
    summary = TextAreaField(
        FIELDS["summary"],
        [_short, only_what_is_useful],
    )
    orientation = choice(FIELDS["orientation"], ORIENTATION, "none")

    def with_workers(self, workers: list[tuple[int, str]]) -> Any:
        self.second.choices = [("", _("Nobody else")), *workers]
        return self


class MeetingForm(HeldForm):
    """A meeting, and what follows from it."""

    step = SelectField(_l("What comes next?"), choices=list(STEPS.items()), default="call")
    step_on = DateField(_l("When?"), [Blank()])
    step_line = _line(id="step-line")
    reassessed = BooleanField(_l("We looked again together at what she needs"))
    reassess_on = DateField(_l("The next time"), [Blank()])

    def validate_step_on(self, field: Field) -> None:
        if field.data and not rules.may_be_planned(field.data, today()):
            raise ValidationError(_("Choose a day from today on, within a year."))

    validate_reassess_on = validate_step_on

    def validate_step_line(self, field: Field) -> None:
        if field.data and not self.step_on.data:
            raise ValidationError(_("Choose a day too: it brings the file back to you in time."))

    @property
    def values(self) -> dict[str, Any]:
        """Without a day there is no step."""
        told = super().values
        return told if told["step_on"] else told | {"step": None, "step_line": None}


def meeting_of(meeting: Any) -> dict[str, Any]:
    """A meeting as the form shows it."""
    return {name: getattr(meeting, name) for name in (*FIELDS, "version")}


def orientation(key: str) -> str:
    return str(ORIENTATION.get(key, key))
