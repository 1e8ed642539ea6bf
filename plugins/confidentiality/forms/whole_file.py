"""How her whole file is shown to who prepares it, and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.people.forms import language_names
from app.web.times import day, instant
from plugins.confidentiality.forms.base import stripped
from plugins.confidentiality.rules import whole_file as rules

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well
REASONS = {
    "another_person": _l("It speaks of another person"),
    "her_safety": _l("It would put somebody in danger"),
    "by_law": _l("A law forbids to give it"),
}
LANGUAGES = {"fr": "Français", "en": "English"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class WordForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A word or a name to hide wherever it stands."""

    word = StringField(
        _l("A word or a name to hide everywhere"),
        [DataRequired(_l("Write the word or the name.")), Length(max=rules.LONGEST)],
        [stripped],
        _l("Whole words, whatever their accents and capitals."),
    )
    version = HiddenField()


class MakeForm(FlaskForm):  # type: ignore[misc]
    language = SelectField(_l("Language of the copy"), [InputRequired()], choices=list(LANGUAGES.items()))
    version = HiddenField()


def version_of(form: Any) -> int:
    """Which version she saw; 0, which none is, when the page did not say."""
    text = form.version.data or ""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def hidden_of(values: Mapping[str, str]) -> dict[str, str]:
    """The entries that were ticked, each with its reason: fields `hide-<key>` and `why-<key>`."""
    ticked = [name.removeprefix("hide-") for name in values if name.startswith("hide-")]
    return {key: values.get(f"why-{key}", "another_person") for key in ticked}


def label(key: str, fields: Mapping[str, str]) -> str:
    return fields.get(key) or key.replace("_", " ").capitalize()


def shown(told: Mapping[str, Any], section: rules.Section) -> Iterator[tuple[str, str]]:
    """An entry's fields in words; those that are empty are left out."""
    for key, value in told.items():
        if value not in (None, "", [], {}) and key != "uid":
            yield label(key, section.fields), _Words(section, key).of(value)


class _Words:
    """A value as a person reads it: days, yes and no, keywords; what somebody wrote stays as it is."""

    def __init__(self, section: rules.Section, key: str) -> None:
        self.fields, self.known = section.fields, section.words.get(key, {})
        self.is_language = key in ("language", "languages")

    def of(self, value: Any) -> str:
        if value in rules.DAMAGED:
            return _("Damaged: it could not be read.")
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, Mapping):
            return "\n".join(f"{label(key, self.fields)}: {self.of(each)}" for key, each in value.items() if each)
        if isinstance(value, list):
            apart = "\n" if any(isinstance(each, Mapping) for each in value) else ", "
            return apart.join(map(self.of, value))
        return self._text(str(value))

    def _text(self, text: str) -> str:
        if self.is_language:
            return language_names(text)
        keys = text.split()  # one keyword, or several apart by spaces
        if keys and all(key in self.known for key in keys):
            return ", ".join(str(self.known[key]) for key in keys)
        return str(self.known.get(text) or _day_of(text) or text)


def _day_of(text: str) -> str | None:
    """A day or an instant in words; None for every other text, one that begins as a day does included."""
    if not _DAY.match(text):
        return None
    try:
        return day(date.fromisoformat(text), year=True) if len(text) == 10 else instant(_instant(text))
    except ValueError:
        return None


def _instant(text: str) -> datetime:
    """Raises ValueError for what is none: a text that begins as a day does."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment


def marked(text: str, hide: Any) -> Markup:
    """A text with the hidden words shown as such."""
    done, place = Markup(), 0
    for start, end in rules.spans(text, hide):
        done += escape(text[place:start]) + Markup("<mark>%s</mark>") % text[start:end]
        place = end
    return done + escape(text[place:])
