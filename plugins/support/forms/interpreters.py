"""Interpreters and their bookings: what is filled in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.validators import Optional as Blank
from wtforms.widgets import CheckboxInput, ListWidget

from app.people.forms import language_names
from app.web.times import today
from plugins.support import rules as follow_up
from plugins.support.forms.base import Versioned, one_line, only_what_is_useful
from plugins.support.forms.both import Row, both
from plugins.support.forms.partners import spoken
from plugins.support.rules import interpreters as rules

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well


def _line(label: Any, *checks: Any, **options: Any) -> StringField:
    short = Length(max=120, message=_l("Shorten this to one line of %(max)d characters at most."))
    return StringField(label, [*checks, short], filters=[one_line], **options)


class InterpreterForm(Versioned):
    """Who interprets, in which languages, and when she last signed."""

    name = _line(_l("Name"), DataRequired(_l("Write a name.")))
    organisation = _line(_l("Organisation"))
    reach = _line(_l("Telephone or e-mail"))
    languages = SelectMultipleField(_l("Languages"), option_widget=CheckboxInput(), widget=ListWidget())
    signed_on = DateField(
        _l("Undertaking of confidentiality signed on"),
        [Blank()],
        description=_l("Signed again each year. Without it, nobody can book."),
    )
    archived = BooleanField(_l("Not to be booked any more"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages.choices = spoken()

    def show(self, interpreter: Any) -> None:
        """What is known of one, in the fields that a page shows for the first time."""
        self.languages.data = interpreter.languages.split()
        self.archived.data = interpreter.archived_on is not None

    def both(self, interpreter: Any) -> list[Row]:
        """What a colleague wrote meanwhile beside what is typed here."""
        yes = _("Yes")
        now = {name: getattr(interpreter, name) for name in ("name", "organisation", "reach", "languages", "signed_on")}
        ways: dict[str, Any] = {
            "languages": lambda value: language_names(value if isinstance(value, str) else " ".join(value)),
            "archived": lambda value: yes if value else "",
        }
        return both(self, {**now, "archived": interpreter.archived_on is not None}, **ways)

    def validate_languages(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Choose one language or more."))

    def validate_signed_on(self, field: Field) -> None:
        if field.data and field.data > today():
            raise ValidationError(_("This day has not come yet."))

    @property
    def values(self) -> dict[str, Any]:
        filled = super().values
        blank = {name: filled[name] or None for name in ("organisation", "reach")}
        return {**filled, **blank, "languages": " ".join(filled["languages"])}


class BookingForm(Versioned):
    """When an interpreter comes."""

    interpreter = SelectField(_l("Who"), [InputRequired(_l("Choose who."))])
    language = SelectField(_l("Language"), [InputRequired()])
    day = DateField(_l("Day"), [InputRequired(_l("Choose the day."))])
    hour = TimeField(_l("Hour"), [InputRequired(_l("Choose the hour."))])
    minutes = IntegerField(
        _l("Minutes"),
        [
            InputRequired(_l("Write how many minutes.")),
            NumberRange(rules.MINUTES[0], rules.MINUTES[-1], _l("Write a whole number from %(min)s to %(max)s.")),
        ],
        default=60,
    )
    line = _line(_l("In one line"), only_what_is_useful)

    def __init__(self, interpreters: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.interpreter.choices = [
            (each.uid, f"{each.name} · {language_names(each.languages)}") for each in interpreters
        ]
        self.language.choices = spoken()

    def validate_day(self, field: Field) -> None:
        if not follow_up.may_be_planned(field.data, today()):
            raise ValidationError(_("Choose a day from today on, within a year."))
