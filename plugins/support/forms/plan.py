"""Her plan, part by part."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import TextAreaField
from wtforms.validators import Length

from plugins.support.forms.base import Versioned, only_what_is_useful
from plugins.support.forms.plan_words import HEADINGS
from plugins.support.rules import plan as rules

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well


def _part(name: str) -> TextAreaField:
    short = Length(max=rules.PART_LENGTH, message=_l("Shorten this: %(max)d letters at most."))
    return TextAreaField(HEADINGS[name], [short, only_what_is_useful], filters=[lambda text: (text or "").strip()])


class PlanForm(Versioned):
    """In her words; any part may stay empty."""

    here = _part("here")
    wish = _part("wish")
    steps = _part("steps")
    people = _part("people")
    comfort = _part("comfort")


def plan_of(plan: Any) -> PlanForm:
    """The form as her plan stands."""
    if plan is None:
        return PlanForm(formdata=None, version=0)
    return PlanForm(formdata=None, version=plan.version, **{name: getattr(plan, name) for name in rules.PARTS})
