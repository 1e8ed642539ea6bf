"""The directory of partners: what is filled in, and the words for each choice."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import Field, RadioField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.people.forms import language_names
from app.people.rules import LANGUAGES, WITH_INTERPRETER
from plugins.support.forms.base import Versioned, one_line
from plugins.support.forms.both import Row, both

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well

SERVICES = {
    "shelter": _l("Shelter"),
    "housing": _l("Housing"),
    "legal": _l("Legal help"),
    "health": _l("Health"),
    "mental_health": _l("Mental health"),
    "addiction": _l("Substance use"),
    "income": _l("Income and benefits"),
    "food": _l("Food"),
    "immigration": _l("Immigration"),
    "employment": _l("Work"),
    "studies": _l("Studies"),
    "family": _l("Children and family"),
    "support_group": _l("Support group"),
    "crisis": _l("Crisis line"),
    "other": _l("Something else"),
}
ACCESS = {
    "wheelchair": _l("A wheelchair gets in"),
    "transit": _l("Near a bus or the metro"),
    "appointment": _l("By appointment"),
}
COSTS = {"": _l("Not known"), "free": _l("Free"), "sliding": _l("By income"), "paid": _l("Paid")}
_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s]+")


def words(keys: str, of: dict[str, Any]) -> str:
    """« Shelter, Housing »."""
    return ", ".join(str(of.get(key, key)) for key in keys.split())


def spoken() -> list[tuple[str, str]]:
    """Languages to choose from."""
    return [(code, language_names(code)) for code in LANGUAGES + WITH_INTERPRETER]


def _said(of: dict[str, Any], value: str | list[str]) -> str:
    return words(value if isinstance(value, str) else " ".join(value), of)


def _line(label: Any, most: int, *checks: Any, hint: Any = "") -> StringField:
    length = Length(max=most, message=_l("Shorten this: %(max)d letters at most."))
    return StringField(label, [*checks, length], [one_line], hint)


def _several(label: Any, choices: dict[str, Any]) -> SelectMultipleField:
    return SelectMultipleField(label, choices=list(choices.items()), option_widget=CheckboxInput(), widget=ListWidget())


class PartnerForm(Versioned):
    """A place of the directory: professional data alone."""

    name = _line(_l("Name"), 120, DataRequired(_l("Write its name.")))
    services = _several(_l("What it offers"), SERVICES)
    languages = _several(_l("Languages"), {})
    access = _several(_l("Access"), ACCESS)
    cost = RadioField(_l("Cost"), choices=list(COSTS.items()), default="")
    hours = _line(_l("Hours"), 120)
    area = _line(_l("Area"), 120)
    telephone = _line(_l("Telephone"), 60)
    email = _line(_l("E-mail"), 120)
    site = _line(_l("Site"), 200)
    note = _line(_l("Note"), 240, hint=_l("Nothing about anybody served."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        obj = kwargs.pop("obj", None)
        if obj is not None:
            several = {name: getattr(obj, name).split() for name in ("services", "languages", "access")}
            kwargs = {**several, "obj": obj, **kwargs}
        super().__init__(*args, **kwargs)
        self.languages.choices = spoken()
        if obj is not None and not self.is_submitted():
            for name, value in several.items():
                self[name].data = value
        self.cost.data = self.cost.data or ""

    def validate_site(self, field: Field) -> None:
        if field.data and not _ADDRESS.fullmatch(field.data):
            raise ValidationError(_("Write a whole address that begins with https://"))

    def both(self, partner: Any) -> list[Row]:
        """What a colleague wrote meanwhile beside what is typed here."""
        ways: dict[str, Any] = {
            "services": partial(_said, SERVICES),
            "access": partial(_said, ACCESS),
            "languages": lambda value: language_names(value if isinstance(value, str) else " ".join(value)),
            "cost": COSTS.get,
        }
        return both(self, partner, **ways)

    @property
    def values(self) -> dict[str, Any]:
        filled = super().values
        return {name: " ".join(value) if isinstance(value, list) else value for name, value in filled.items()}
