"""Contacts, the next step, drop-in visits: what is filled in, and the words for each choice."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, IntegerField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.validators import Optional as Blank

from app.web.times import today
from plugins.support import rules
from plugins.support.forms.base import Versioned, choice, one_line, only_what_is_useful

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well

KINDS = {
    "listening": _l("Listening"),
    "support": _l("Support"),
    "information": _l("Information"),
    "accompaniment": _l("Accompaniment"),
    "news": _l("Catching up"),
}
WAYS = {
    "phone": _l("Phone"),
    "text": _l("Text message"),
    "in_person": _l("In person"),
    "email": _l("E-mail"),
    "video": _l("Video"),
}
WAY_ICONS = {"phone": "phone", "text": "message-circle", "in_person": "user-round", "email": "mail", "video": "monitor"}
STEPS = {
    "call": _l("Call her"),
    "write": _l("Write to her"),
    "meet": _l("Meet her"),
    "accompany": _l("Go with her"),
    "other": _l("Something else"),
}
WORDS = KINDS | WAYS | STEPS | {"reassess": _l("Look at her needs together")}
LANGUAGES = {
    "fr": _l("French"),
    "en": _l("English"),
    "es": _l("Spanish"),
    "ht": _l("Haitian Creole"),
    "other": _l("Another language"),
}


def _may_be_noted(_form: FlaskForm, field: Field) -> None:
    if field.data and not rules.may_be_noted(field.data, today()):
        raise ValidationError(_("Choose a day in the last three months, today included."))


def _day(label: Any) -> DateField:
    """Today when the page does not say."""
    message = _l("Write the day in full, for instance 2026-11-23.")
    return DateField(label, [DataRequired(message), _may_be_noted], default=today)


def _minutes() -> IntegerField:
    message = _l("Write a number of minutes from 1 to 600, or leave this empty.")
    return IntegerField(_l("Minutes"), [Blank(), NumberRange(rules.MINUTES[0], rules.MINUTES[-1], message)])


def _line(**options: Any) -> StringField:
    short = Length(max=rules.LINE_LENGTH, message=_l("Shorten this to one line of %(max)d characters at most."))
    return StringField(_l("In one line"), [short, only_what_is_useful], filters=[one_line], **options)


class ExchangeForm(Versioned):
    """What every contact has."""

    how = choice(_l("How?"), WAYS, "phone")
    kind = choice(_l("What was it?"), KINDS, "listening")
    day = _day(_l("Day"))
    minutes = _minutes()


class ContactForm(ExchangeForm):
    """A contact with a person who is followed; `code` says with whom when the page does not."""

    code = HiddenField()
    line = _line()

    def validate_with_code(self) -> bool:
        """Valid, and somebody is chosen."""
        valid = self.validate()
        if not self.code.data:
            self.code.errors = [_("Choose with whom.")]
        return bool(valid and self.code.data)


class AnonymousForm(ExchangeForm):
    """A contact with somebody who gave no name: no words at all (D-FILE-2)."""

    language = choice(_l("In which language?"), LANGUAGES, "fr")


class NextStepForm(Versioned):
    """What comes next, and when."""

    step = SelectField(_l("What?"), choices=list(STEPS.items()), default="call")
    on = DateField(_l("When?"), [InputRequired(_l("Choose a day: it brings the file back to you in time."))])
    line = _line(id="step-line")

    def validate_on(self, field: Field) -> None:
        if not rules.may_be_planned(field.data, today()):
            raise ValidationError(_("Choose a day from today on, within a year."))


class VisitForm(Versioned):
    """Drop-in visits of a day."""

    day = _day(_l("Day"))
    number = IntegerField(
        _l("How many?"),
        [
            InputRequired(_l("Write how many visits to add.")),
            NumberRange(rules.VISITS[0], rules.VISITS[-1], _l("Write a number from 1 to 100.")),
        ],
        default=1,
    )


def step_of(file: Any) -> dict[str, Any]:
    """The next step of an opened file, as the form shows it."""
    return {"step": file.step or "call", "on": file.step_on, "line": file.step_line, "version": file.version}


def word(key: str) -> str:
    """The word on screen for a kind, a way or a step."""
    return str(WORDS.get(key, key))


def options(field: Any) -> list[tuple[str, Any, str | None]]:
    """A field's choices, some with an icon, as `ui.segmented` takes them."""
    return [(key, label, WAY_ICONS.get(key)) for key, label in field.choices]


def due_title(what: str, code: str) -> str:
    """What waits for her, in the list of what is due: a code, no name (D-CONF-11)."""
    titles = {
        "reassess": _("Look at her needs together: %(code)s", code=code),
        "call": _("Call %(code)s", code=code),
        "write": _("Write to %(code)s", code=code),
        "meet": _("Meet %(code)s", code=code),
        "accompany": _("Go with %(code)s", code=code),
    }
    return titles.get(what, _("Next step for %(code)s", code=code))
