"""Referrals: what is filled in, and the words for each choice."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, Field, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from app.web.times import today
from plugins.support import rules as follow_up
from plugins.support.forms.base import Versioned, choice, one_line, only_what_is_useful
from plugins.support.forms.both import Row, both
from plugins.support.rules import referrals as rules

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well

FORMS = {
    "told": _l("She is told where to go"),
    "warm": _l("Handed over, with her there"),
    "sent": _l("Information is sent"),
}
FORM_HINTS = {
    "told": _l("Nothing leaves."),
    "warm": _l("She is there and speaks for herself. We send nothing."),
    "sent": _l("By a letter, and only with her written consent."),
}
FORM_ICONS = {"told": "info", "warm": "handshake", "sent": "send"}
UNKNOWN = _l("Not known yet: ask again later")
OUTCOMES = {
    "helped": _l("She went, and it helped"),
    "went": _l("She went"),
    "not_helped": _l("She went, and it did not help"),
    "not_gone": _l("She did not go"),
    "refused": _l("They could not take her"),
}
FOUND = {
    "": _l("She would rather not say"),
    "4": _l("Very good"),
    "3": _l("Good"),
    "2": _l("So-so"),
    "1": _l("Hard for her"),
}


def form_choices() -> list[tuple[str, Any, Any]]:
    """The three forms, each with what it means."""
    return [(form, word, FORM_HINTS[form]) for form, word in FORMS.items()]


def ask_days(text: str) -> int:
    """The check of the setting. Raises ValueError with a message for who edits."""
    if text.isdecimal() and int(text) in rules.ASK_AFTER:
        return int(text)
    raise ValueError(_("Write a number of days from 1 to 365."))


def _written(label: Any, **options: Any) -> TextAreaField:
    short = Length(max=500, message=_l("Shorten this to %(max)d characters at most."))
    return TextAreaField(label, [short, only_what_is_useful], **options)


def recipient() -> StringField:
    """To whom: a partner of the directory, or anybody else."""
    required = DataRequired(_l("Write to whom."))
    short = Length(max=120, message=_l("Shorten this to one line of %(max)d characters at most."))
    return StringField(_l("To whom"), [required, short], filters=[one_line])


class ReferralForm(Versioned):
    """To whom, how, and why."""

    form = choice(_l("How?"), FORMS, "told")
    recipient = recipient()
    reason = _written(_l("Why"), description=_l("Only what is useful to the follow-up."))
    on = DateField(_l("Day"), [InputRequired(_l("Choose the day."))])

    def both(self, referral: Any) -> list[Row]:
        """What a colleague wrote meanwhile beside what is typed here; its form stays."""
        return both(self, {name: getattr(referral, name) for name in ("recipient", "reason", "on")})

    def validate_on(self, field: Field) -> None:
        day = field.data
        if day and not (follow_up.may_be_noted(day, today()) or follow_up.may_be_planned(day, today())):
            raise ValidationError(_("Choose a day from three months ago to a year from now."))


class OutcomeForm(Versioned):
    """How it went, asked later."""

    outcome = RadioField(_l("How did it go?"), choices=[("", UNKNOWN), *OUTCOMES.items()], default="")
    found = RadioField(_l("How did she find it?"), choices=list(FOUND.items()), default="")
    note = _written(_l("In a few words"))

    def both(self, referral: Any) -> list[Row]:
        """What a colleague wrote meanwhile beside what is typed here."""
        return both(self, referral, outcome=OUTCOMES.get, found=FOUND.get)

    @property
    def values(self) -> dict[str, Any]:
        return {name: value or None for name, value in super().values.items()}
