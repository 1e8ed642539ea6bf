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
from wtforms.validators import InputRequired, Length

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
        [InputRequired(_l("Write the word or the name.")), Length(max=rules.LONGEST)],
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


def label(key: str, words: Mapping[str, str]) -> str:
    return words.get(key) or key.replace("_", " ").capitalize()


def shown(fields: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """An entry's fields in words; those that are empty are left out."""
    for key, value in fields.items():
        if value not in (None, "", [], {}) and key != "uid":
            yield label(key, words), in_words(value, words)


def in_words(value: Any, words: Mapping[str, str]) -> str:
    """A value as a person reads it: days, yes and no, keywords; what somebody wrote stays as it is."""
    if value in rules.DAMAGED:
        return _("Damaged: it could not be read.")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping):
        return "\n".join(f"{label(key, words)}: {in_words(each, words)}" for key, each in value.items() if each)
    if isinstance(value, list):
        return ("\n" if any(isinstance(each, Mapping) for each in value) else ", ").join(
            in_words(each, words) for each in value
        )
    return _text(str(value), words)


def _text(text: str, words: Mapping[str, str]) -> str:
    if text in words:
        return words[text]
    if _DAY.match(text):
        try:
            return day(date.fromisoformat(text), year=True) if len(text) == 10 else instant(_instant(text))
        except ValueError:
            return text
    return text


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
