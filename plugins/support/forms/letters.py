"""Letters: what is filled in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, Form, FormField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.people.forms import language_names
from app.people.rules import ITEMS, LANGUAGES
from app.people.words import ITEM_WORDS, PURPOSE_WORDS, WAY_WORDS
from plugins.support.forms.base import Versioned, one_line, only_what_is_useful
from plugins.support.forms.both import Row, both
from plugins.support.forms.referrals import recipient
from plugins.support.rules import letters as rules
from plugins.support.rules.letters import Piece

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well


def item_word(item: str) -> str:
    return str(ITEM_WORDS.get(item, item))


def items(keys: Iterable[str]) -> str:
    """« Her objectives, The steps under way … », in the order of the list."""
    return ", ".join(item_word(item) for item in ITEMS if item in set(keys))


def purpose_word(purpose: str) -> str:
    return str(PURPOSE_WORDS.get(purpose, purpose))


def way_word(way: str) -> str:
    return str(WAY_WORDS.get(way, way))


class _ToWhom(Versioned):
    recipient = recipient()
    purpose = SelectField(_l("What for"), [InputRequired()], choices=list(PURPOSE_WORDS.items()), default="housing")
    language = SelectField(_l("Language of the letter"), [InputRequired()], default="fr")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = [(code, language_names(code)) for code in LANGUAGES]


class BeginForm(_ToWhom):
    """A letter from nothing: to whom and what for."""


class PieceForm(Form):
    """A piece of a letter, which is one item."""

    heading = StringField(
        _l("Heading"),
        [Length(max=rules.HEADING, message=_l("Shorten this to %(max)d characters at most."))],
        filters=[one_line],
    )
    text = TextAreaField(
        _l("Text"),
        [Length(max=rules.TEXT, message=_l("Shorten this to %(max)d characters at most.")), only_what_is_useful],
    )
    out = BooleanField(_l("Leave this part out: it stays in the draft and is not sent"))


class LetterForm(_ToWhom):
    """A draft: to whom, what for, how, and a piece for each item."""

    way = SelectField(_l("How it is sent"), [InputRequired()], choices=list(WAY_WORDS.items()), default="handed")

    def fill(self, pieces: Iterable[Piece]) -> None:
        """Show pieces as they are kept; the others begin with their usual heading."""
        written = {each.item: each for each in pieces}
        for item in ITEMS:
            piece = written.get(item) or Piece(item, item_word(item), "")
            fields = self[place(item)].form
            fields.heading.data, fields.text.data, fields.out.data = piece.heading, piece.text, piece.out

    def piece(self, item: str) -> Any:
        """The fields of an item."""
        return self[place(item)].form

    @property
    def pieces(self) -> list[Piece]:
        found = [(item, self.piece(item)) for item in ITEMS]
        return [
            Piece(item, each.heading.data or item_word(item), each.text.data or "", bool(each.out.data))
            for item, each in found
            if (each.text.data or "").strip()
        ]

    def both(self, letter: Any, pieces: Iterable[Piece]) -> list[Row]:
        """What a colleague wrote meanwhile beside what is typed here."""
        plain = {name: getattr(letter, name) for name in ("recipient", "purpose", "way", "language")}
        rows = both(self, plain, purpose=purpose_word, way=way_word, language=language_names)
        theirs = {each.item: each.text for each in pieces}
        hers = {each.item: each.text for each in self.pieces}
        return rows + [(item_word(item), theirs.get(item, ""), hers.get(item, "")) for item in {**theirs, **hers}]

    @property
    def to_mend(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, errors in self.errors.items():
            if isinstance(errors, dict):
                found |= {f"{name}-{field}": str(told[0]) for field, told in errors.items()}
            else:
                found[name or "main"] = str(errors[0])
        return found

    @property
    def values(self) -> dict[str, Any]:
        plain = ("recipient", "purpose", "way", "language")
        return {name: self[name].data for name in plain} | {"pieces": self.pieces}


def place(item: str) -> str:
    return f"part_{item}"


for _item in ITEMS:
    setattr(LetterForm, place(_item), FormField(PieceForm))
