"""Objectives: what is filled in, and the words for how far they are."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, Field, StringField, ValidationError
from wtforms.validators import DataRequired, Length
from wtforms.validators import Optional as Blank

from app.web.times import today
from plugins.support.forms.base import Versioned, choice, one_line, only_what_is_useful
from plugins.support.rules import objectives as rules

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well

LEVELS = {
    "not_begun": _l("Not begun"),
    "begun": _l("It has begun"),
    "half_way": _l("Half way"),
    "nearly": _l("Nearly there"),
    "reached": _l("Reached"),
    "set_aside": _l("Set aside for now"),
}


def sentence(label: Any, most: int = rules.WORDS_LENGTH, *, needed: Any = "", hint: Any = "") -> StringField:
    """One line of text; `needed`: what is said when it is empty."""
    short = Length(max=most, message=_l("Shorten this to one line of %(max)d characters at most."))
    return StringField(
        label, [DataRequired(needed) if needed else Blank(), short, only_what_is_useful], [one_line], hint
    )


class ObjectiveForm(Versioned):
    """An objective in her words, made precise."""

    words = sentence(_l("Her objective, in her words"), needed=_l("Write her objective, as she says it."))
    sign = sentence(_l("What would show that it is reached?"))
    by_when = DateField(_l("By when, if she wishes"), [Blank()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was: date | None = getattr(kwargs.get("obj"), "by_when", None)

    def validate_by_when(self, field: Field) -> None:
        if field.data != self.was and not rules.may_be_aimed_at(field.data, today()):
            raise ValidationError(_("Choose a day from today on, within five years, or leave this empty."))


class ProgressForm(Versioned):
    """How far it is, today."""

    level = choice(_l("How far is it?"), LEVELS, "begun")
    line = sentence(_l("In one line"))


class SmallStepForm(Versioned):
    """A small step of an objective."""

    words = sentence(_l("A small step"), needed=_l("Write the step in a few words."))
