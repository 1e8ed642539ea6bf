"""Her life history: what is filled in, dates as she knows them, and the words for each choice."""

from __future__ import annotations

from typing import Any

from babel import Locale
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _
from wtforms import BooleanField, Field, IntegerField, SelectField, ValidationError
from wtforms.validators import NumberRange
from wtforms.validators import Optional as Blank

from app.web.times import today
from plugins.support.forms.base import Versioned
from plugins.support.forms.objectives import sentence
from plugins.support.rules import life as rules
from plugins.support.rules import lifeline

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well

LIFE_KINDS = {
    "entry": _l("Entry"),
    "way_out": _l("Way out"),
    "home": _l("Home"),
    "family": _l("Family"),
    "studies": _l("Studies"),
    "work": _l("Work"),
    "health": _l("Health"),
    "justice": _l("Justice"),
    "support": _l("Support"),
    "other": _l("Another moment"),
}


class YesForm(Versioned):
    """She says yes; or she asks for its destruction. Not ticked beforehand."""

    yes = BooleanField(_l("She said yes"))

    def validate_yes(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Tick this when she has said so herself. Nothing is done before."))


class LifeEventForm(Versioned):
    """A moment, in a line of her words."""

    kind = SelectField(_l("What was it about?"), choices=list(LIFE_KINDS.items()), default="other")
    line = sentence(_l("In her words"), rules.LINE_LENGTH, needed=_l("Write one line, in her words."))
    year = IntegerField(_l("Year"), [Blank()])
    month = SelectField(_l("Month"), [Blank()], coerce=lambda text: int(text) if text else None)
    age = IntegerField(
        _l("Or at what age"), [Blank(), NumberRange(0, rules.AGES[-1], _l("Write an age, or leave this empty."))]
    )
    about = BooleanField(_l("About: she is not sure"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.month.choices = [("", _("Not said")), *((str(number), name) for number, name in months().items())]

    def validate_year(self, field: Field) -> None:
        if rules.tells_her_birth(self._when):
            raise ValidationError(_("Choose a year or an age: the two together would tell when she was born."))
        if not rules.may_be_told(self._when._replace(age=None), today()):
            raise ValidationError(_("Write a year that is behind her, in four digits, or leave this empty."))

    def validate_month(self, field: Field) -> None:
        if field.data and self.year.data is None and not self.year.errors:
            raise ValidationError(_("Write the year of this month, or choose no month."))

    @property
    def _when(self) -> rules.When:
        return rules.When(self.year.data, self.month.data, self.age.data, bool(self.about.data))

    @property
    def values(self) -> dict[str, Any]:
        return {"kind": self.kind.data, "line": self.line.data, "moment": self._when}


def event_of(told: Any, version: int) -> dict[str, Any]:
    """An opened event, as the form shows it."""
    return {**told.when._asdict(), "kind": told.kind, "line": told.line, "version": version}


def months() -> dict[int, str]:
    """The months' names, by number."""
    names: dict[int, str] = Locale(getattr(get_locale(), "language", "fr")).months["stand-alone"]["wide"]
    return names


def when(moment: rules.When) -> str:
    """A date as she knows it, in words: about 2014, March 2014, at 17, not known."""
    if moment.year is not None:
        year = str(moment.year)
        text = f"{months()[moment.month]} {year}" if moment.month else year
        return _("about %(date)s", date=text) if moment.about else text
    if moment.age is None:
        return _("Not known")
    return _("at about %(age)s", age=moment.age) if moment.about else _("at %(age)s", age=moment.age)


def lines(events: list[Any]) -> list[lifeline.Picture]:
    """The time-line, for a phone and for a desk; what is damaged is not in it."""
    shown = [
        lifeline.Moment(when(e.when), str(LIFE_KINDS[e.kind]), e.line, e.when.group, e.when.at)
        for e in events
        if not e.damaged
    ]
    return [lifeline.draw(shown, width) for width in (lifeline.NARROW, lifeline.WIDE)]
