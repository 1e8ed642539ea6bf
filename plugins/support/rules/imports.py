"""Reading a table of persons, contacts or partners: what each column may hold. Pure: nothing is written here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from plugins.support import rules

BATCH = 500  # rows written at once: short enough for nobody to wait behind them
WAITS_FOR = timedelta(days=7)  # a table that was read and is not written whole
PROBLEMS_SHOWN = 100
AGE_BANDS = ("16-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+")


class Wrong(ValueError):
    """A cell can't be read; its argument is the key of the reason (forms.imports says it in words)."""


class Column(NamedTuple):
    name: str
    headings: tuple[str, ...]  # as they may be written at the head, in French or English, without accents
    read: Callable[[str, date], Any]
    required: bool = False


class Problem(NamedTuple):
    """What has to be mended in the file before anything is written: at which row and column, and why."""

    row: int
    column: str  # a column's name; empty: the row as a whole
    why: str


def plain(text: str) -> str:
    """A heading or a word as it is compared: no accents, no case, one space between words."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(each if each.isalnum() or each == "+" else " " for each in spread if not unicodedata.combining(each))
    return " ".join(kept.split())


def _text(longest: int) -> Callable[[str, date], str | None]:
    def read(text: str, _today: date) -> str | None:
        line = " ".join(text.split())
        if len(line) > longest:
            raise Wrong("long")
        if rules.holds_a_number_not_ours(line):
            raise Wrong("number")
        return line or None

    return read


def _one_of(words: Mapping[str, Iterable[str]], default: str | None = None) -> Callable[[str, date], str | None]:
    known = {plain(word): key for key, spelt in words.items() for word in (key, *spelt)}

    def read(text: str, _today: date) -> str | None:
        if not text.strip():
            return default
        if plain(text) not in known:
            raise Wrong("word")
        return known[plain(text)]

    return read


def _day(text: str, today: date) -> date | None:
    """2026-11-23, and what spreadsheets make of it."""
    if not text.strip():
        return None
    found = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T].*)?", text.strip())
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or day.year < 1990:
        raise Wrong("day")
    if day > today:
        raise Wrong("ahead")
    return day


def _minutes(text: str, _today: date) -> int | None:
    digits = text.strip().removesuffix(".0")
    if not digits:
        return None
    if not digits.isdecimal() or len(digits) > 3 or int(digits) not in rules.MINUTES:
        raise Wrong("minutes")
    return int(digits)


_SPOKEN = {
    "fr": ("francais", "french"), "en": ("anglais", "english"), "es": ("espagnol", "spanish", "espanol"),
    "ht": ("creole", "creole haitien", "haitian creole", "kreyol"),
}  # fmt: skip
_language = _one_of(_SPOKEN)


def _languages(text: str, today: date) -> tuple[str, ...]:
    """The one she prefers first."""
    spoken = (_language(word, today) for word in re.split(r"[,;/]| et | and ", text) if word.strip())
    return tuple(dict.fromkeys(each for each in spoken if each)) or ("fr",)


def _age(text: str, _today: date) -> str | None:
    """A band, never an age or a birth date (D-FILE-3); under 16 there is no file."""
    band = re.sub(r"\s*(ans|years)?\s*$", "", text.strip().replace("–", "-").replace(" ", ""))
    if not band:
        return None
    if band not in AGE_BANDS:
        raise Wrong("age")
    return band


_KINDS = {"woman": ("femme", "participante"), "relative": ("proche",)}
_CHANNELS = {
    "text": ("texto", "sms", "message texte"), "phone": ("telephone",), "email": ("courriel", "e mail"),
    "worker": ("par une intervenante", "through somebody"), "other": ("autre",),
}  # fmt: skip
_CONTACT_KINDS = {
    "listening": ("ecoute",), "support": ("soutien",), "information": (), "accompaniment": ("accompagnement",),
    "news": ("nouvelles", "catching up"),
}  # fmt: skip
_CONTACT_WAYS = {
    "phone": ("telephone",), "text": ("texto", "message texte", "text message", "sms"),
    "in_person": ("en personne", "in person"), "email": ("courriel", "e mail"), "video": ("visio",),
}  # fmt: skip

_REFERENCE = ("reference", "numero", "number", "no")
TABLES: dict[str, tuple[Column, ...]] = {
    "persons": (
        Column("reference", _REFERENCE, _text(60)),
        Column("kind", ("kind", "type", "qui"), _one_of(_KINDS, "woman")),
        Column("pseudonym", ("pseudonym", "pseudonyme", "surnom"), _text(120)),
        Column("name", ("name", "nom", "prenom", "first name"), _text(120)),
        Column("languages", ("languages", "language", "langue", "langues"), _languages),
        Column("age_band", ("age", "age band", "tranche d age", "groupe d age"), _age),
        Column("first_contact", ("first contact", "premier contact", "date"), _day, required=True),
        Column("channel", ("channel", "moyen"), _one_of(_CHANNELS, "phone")),
        Column(
            "address", ("safe contact", "joindre en securite", "contact", "telephone", "phone", "joindre"), _text(120)
        ),
    ),
    "contacts": (
        Column("reference", _REFERENCE, _text(60)),
        Column("code", ("code",), _text(8)),
        Column("day", ("day", "date", "jour"), _day, required=True),
        Column("how", ("how", "comment", "moyen"), _one_of(_CONTACT_WAYS, "phone")),
        Column("kind", ("kind", "type", "sorte"), _one_of(_CONTACT_KINDS, "support")),
        Column("minutes", ("minutes", "duree", "length"), _minutes),
        Column(
            "line",
            ("line", "in one line", "en une ligne", "note", "ligne", "resume", "summary"),
            _text(rules.LINE_LENGTH),
        ),
    ),
    "partners": (
        Column("name", ("name", "nom", "organisme", "organisation"), _text(120), required=True),
        Column("languages", ("languages", "langues"), _languages),
        Column("area", ("area", "secteur", "region", "quartier"), _text(120)),
        Column("hours", ("hours", "heures", "horaire"), _text(120)),
        Column("telephone", ("telephone", "phone", "tel"), _text(60)),
        Column("email", ("email", "e mail", "courriel"), _text(120)),
        Column("note", ("note", "remarque"), _text(240)),
    ),
}


def columns_of(kind: str, header: Sequence[str]) -> tuple[list[Column | None], list[Problem]]:
    """Which column each heading is; headings that are none of ours are problems: nothing is dropped unsaid."""
    known = {heading: column for column in TABLES[kind] for heading in column.headings}
    found = [known.get(plain(text)) for text in header]
    unknown = [Problem(1, text, "heading") for text, column in zip(header, found, strict=True) if text and not column]
    twice = [Problem(1, column.name, "twice") for n, column in enumerate(found) if column and column in found[:n]]
    missing = [Problem(1, column.name, "missing") for column in TABLES[kind] if column.required and column not in found]
    return found, unknown + twice + missing


def read_rows(
    kind: str, columns: Sequence[Column | None], rows: Iterable[tuple[int, Sequence[str]]], today: date
) -> Iterator[tuple[int, dict[str, Any], list[Problem]]]:
    """Each row's number, its values by column name, and what is wrong in it."""
    absent = {column.name: column for column in TABLES[kind] if column not in columns}
    for number, cells in rows:
        values = {name: column.read("", today) for name, column in absent.items()}
        problems: list[Problem] = []
        for place, column in enumerate(columns):
            if column is None:
                continue
            text = cells[place] if place < len(cells) else ""
            try:
                values[column.name] = column.read(text, today)
            except Wrong as wrong:
                problems.append(Problem(number, column.name, str(wrong)))
                continue
            if column.required and values[column.name] is None:
                problems.append(Problem(number, column.name, "empty"))
        if kind == "contacts" and not (values.get("reference") or values.get("code")):
            problems.append(Problem(number, "code", "who"))
        yield number, values, problems


def identity(kind: str, values: Mapping[str, Any], seen: dict[str, int]) -> str:
    """By what a row is known again when the same file comes twice: its reference, or all that it says.

    Two rows that say the same in one file are two: `seen` counts them.
    """
    if kind == "persons" and values.get("reference"):
        return f"reference {plain(values['reference'])}"
    if kind == "partners":
        return f"name {plain(values['name'])}"
    said = "\x1f".join(f"{name}={values[name]}" for name in sorted(values))
    seen[said] = seen.get(said, 0) + 1
    return f"row {said} {seen[said]}"
