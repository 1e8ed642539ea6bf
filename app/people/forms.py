"""What is asked when a person is registered: little, and "I'd rather not say" is an answer."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel import Locale
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.people import rules
from app.people.actions import UnderSixteen
from app.people.words import ITEM_WORDS as ITEM_WORDS
from app.people.words import PURPOSE_WORDS as PURPOSE_WORDS
from app.people.words import WAY_WORDS as WAY_WORDS
from app.web.times import today

_l: Any = lazy_gettext  # WTForms takes lazy texts; its types do not say so
KINDS = {"woman": _l("Woman"), "relative": _l("Relative")}
AGES = {"": _l("I’d rather not say"), rules.UNDER_16: _l("Under 16")} | {
    band: _l("%(band)s years", band=band.replace("-", "–")) for band in rules.AGE_BANDS
}
CHANNELS = {
    "text": _l("Text message"),
    "phone": _l("Phone"),
    "email": _l("E-mail"),
    "worker": _l("Through somebody"),
    "other": _l("Another way"),
}


def language_names(codes: str) -> str:
    """« français, espagnol »: the one she prefers first."""
    return _language_names(getattr(get_locale(), "language", "fr"), codes)


@cache
def _language_names(shown_in: str, codes: str) -> str:
    names = Locale(shown_in).languages
    return ", ".join(names.get(code, code) for code in codes.split())


def _text(label: Any, hint: Any = "", *checks: Any) -> StringField:
    length = Length(max=120, message=_l("Shorten this: %(max)d letters at most."))
    return StringField(label, [*checks, length], [lambda text: (text or "").strip() or None], hint)


class PersonForm(FlaskForm):  # type: ignore[misc]
    """Kind, how she wants to be called, languages, age band, first contact (D-FILE-2, D-FILE-3)."""

    kind = RadioField(_l("Who is it?"), [InputRequired()], choices=list(KINDS.items()), default="woman")
    pseudonym = _text(_l("Pseudonym"), _l("How she wants to be called here."))
    name = _text(_l("Name"), _l("Only if it is useful to the follow-up."))
    prefers = SelectField(_l("Language she prefers"), [InputRequired()], default="fr")
    also = SelectMultipleField(_l("She also speaks"), option_widget=CheckboxInput(), widget=ListWidget())
    age_band = RadioField(_l("Age"), choices=list(AGES.items()), default="")
    first_contact = DateField(_l("First contact"), [InputRequired(_l("Choose the day of the first contact."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.age_band.data = self.age_band.data or ""
        self.prefers.choices = [(code, language_names(code)) for code in rules.LANGUAGES + rules.WITH_INTERPRETER]
        self.also.choices = self.prefers.choices[: len(rules.LANGUAGES)]

    def validate_age_band(self, field: RadioField) -> None:
        if field.data == rules.UNDER_16:
            raise ValidationError(str(UnderSixteen()))

    def validate_first_contact(self, field: DateField) -> None:
        if field.data and field.data > today():
            raise ValidationError(_("This day has not come yet."))

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        plain = {name: self[name].data for name in ("kind", "pseudonym", "name", "first_contact")}
        languages = list(dict.fromkeys([self.prefers.data, *(self.also.data or ())]))
        return {**plain, "languages": languages, "age_band": self.age_band.data or None}


class ContactForm(FlaskForm):  # type: ignore[misc]
    """One way to reach her without putting her in danger (D-FILE-4)."""

    channel = RadioField(_l("How?"), [InputRequired()], choices=list(CHANNELS.items()), default="text")
    address = _text(_l("Number, address, or through whom"), "", DataRequired(_l("Write how to reach her.")))
    hours = _text(_l("When"), _l("For example: weekdays, 10 a.m. to 3 p.m."))
    name_to_use = _text(_l("Name to use"), _l("Who to ask for, and who to say is calling."))
    who_may_answer = _text(_l("Who else may answer"))
    leave_message = BooleanField(_l("A message may be left"))
    name_us = BooleanField(_l("The organisation may be named"))

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.data.items() if name != "csrf_token"}

    def filled(self) -> bool:
        """Whether anything was written in it, where it may stay empty."""
        return any(value for name, value in self.values().items() if name != "channel")
