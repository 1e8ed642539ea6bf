"""Steps and accompaniment: what is filled in, and the words for each choice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, Field, IntegerField, SelectField, StringField, TextAreaField, TimeField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, StopValidation
from wtforms.validators import Optional as Blank

from app.catalogue.settings import setting
from app.web import times
from app.web.i18n import language
from plugins.support.forms.base import Versioned, choice, one_line, only_what_is_useful
from plugins.support.forms.both import Row, both
from plugins.support.rules import steps as rules

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well

KINDS = {
    "legal": _l("Legal"),
    "social": _l("Social"),
    "medical": _l("Medical"),
    "housing": _l("Housing"),
    "income": _l("Income"),
    "immigration": _l("Immigration"),
    "other": _l("Other"),
}
STATES = {"todo": _l("To do"), "planned": _l("Planned"), "done": _l("Done"), "cancelled": _l("Cancelled")}
STATE_ICONS = {"todo": "circle-alert", "planned": "calendar-days", "done": "check", "cancelled": "circle-slash"}
TRAVEL = {
    "": _l("Not said"),
    "walk": _l("On foot"),
    "transit": _l("Bus, metro"),
    "car": _l("Car"),
    "taxi": _l("Taxi"),
    "other": _l("Another way"),
}
ALONE = _l("She goes alone, or it is not decided")


def own_kinds() -> dict[str, str]:
    """Kinds that the house added, in the reader's language."""
    try:
        added = rules.own_kinds(str(setting("support.step_kinds")))
    except ValueError:
        return {}
    return {kind: names.get(language(), kind) for kind, names in added.items()}


def kind_word(kind: str) -> str:
    """The word on screen for a kind; one that the house took away keeps its own."""
    return str(KINDS.get(kind) or own_kinds().get(kind, kind))


def check_kinds(text: str) -> None:
    """The check of the setting. Raises ValueError with a message for who edits."""
    try:
        rules.own_kinds(text)
    except ValueError:
        raise ValueError(
            _("Write one kind a line, 20 at most, each of 40 characters at most. Other languages after a semicolon.")
        ) from None


def hour_word(hour: time | None) -> str:
    """« 9 h 30 », 9:30 AM."""
    return times.hour(datetime.combine(times.today(), hour, times.ZONE)) if hour else ""


def when(day: date | None, hour: time | None) -> str:
    """« 26 novembre, 9 h 30 », November 26, 9:30 AM."""
    return ", ".join(part for part in (times.day(day) if day else "", hour_word(hour)) if part)


def _written(label: Any, **options: Any) -> TextAreaField:
    short = Length(max=rules.WRITTEN, message=_l("Shorten this to %(max)d characters at most."))
    return TextAreaField(label, [short, only_what_is_useful], **options)


def _line(label: Any, **options: Any) -> StringField:
    short = Length(max=120, message=_l("Shorten this to one line of %(max)d characters at most."))
    return StringField(label, [short, only_what_is_useful], filters=[one_line], **options)


def _number(label: Any, allowed: range) -> IntegerField:
    message = _l("Write a whole number from %(min)s to %(max)s, or leave this empty.")
    return IntegerField(label, [Blank(), NumberRange(allowed[0], allowed[-1], message)])


def _planned_for_a_day(form: Any, field: Field) -> None:
    if field.data is None and form.state.data == "planned":
        raise StopValidation(_("Choose the day it is planned for, or choose “To do”."))


class StepForm(Versioned):
    """One step: what, where, when, with whom, what came of it."""

    kind = SelectField(_l("Kind"), [InputRequired()], default="legal")
    state = choice(_l("Where does it stand?"), STATES, "todo")
    what = _written(_l("What is to be done"))
    organisation = _line(_l("With which organisation"), description=_l("A partner of the directory, or any other."))
    day = DateField(_l("Day"), [_planned_for_a_day, Blank()])
    hour = TimeField(_l("Hour"), [Blank()])
    place = _line(_l("Place"))
    beside = SelectField(_l("Who goes with her"), default="")
    travel = SelectField(_l("How to get there"), choices=list(TRAVEL.items()), default="")
    travel_minutes = _number(_l("Minutes on the way"), rules.TRAVEL_MINUTES)
    travel_km = _number(_l("Kilometres"), rules.TRAVEL_KM)
    due_on = DateField(_l("To be done by"), [Blank()])
    outcome = _written(_l("What came of it"))
    next_step = _line(_l("What comes after"))

    def __init__(self, beside: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        """`beside`: those who may go with her."""
        super().__init__(*args, **kwargs)
        self.companions = {user.uid: user.id for user in beside}
        kept = getattr(kwargs.get("obj"), "kind", None)
        kinds = KINDS | own_kinds()
        self.kind.choices = list((kinds if kept is None else {**kinds, kept: kind_word(kept)}).items())
        self.named = [("", ALONE), *((user.uid, user.name) for user in beside)]
        self.beside.choices = self.named
        self.beside.data, self.travel.data = self.beside.data or "", self.travel.data or ""

    def validate_hour(self, field: Field) -> None:
        if field.data is not None and self.day.data is None:
            raise ValidationError(_("An hour needs its day."))

    def show(self, step: Any) -> None:
        """Who goes with her and how, in the fields that a page shows for the first time."""
        self.beside.data, self.travel.data = self._uid(step.beside_id), step.travel or ""

    def both(self, step: Any) -> list[Row]:
        """What a colleague wrote meanwhile beside what is typed here."""
        now = {field.name: getattr(step, field.name, None) for field in self}
        names = dict(self.named)
        ways: dict[str, Any] = {
            "kind": kind_word,
            "state": STATES.get,
            "travel": TRAVEL.get,
            "beside": names.get,
        }
        return both(self, {**now, "beside": self._uid(step.beside_id)}, **ways)

    def _uid(self, user_id: int | None) -> str:
        return next((uid for uid, known in self.companions.items() if known == user_id), "")

    @property
    def values(self) -> dict[str, Any]:
        filled = super().values
        beside = filled.pop("beside")
        return {**filled, "travel": filled["travel"] or None, "beside_id": self.companions.get(beside)}
