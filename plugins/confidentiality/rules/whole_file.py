"""A copy of her whole file: what is hidden because it speaks of others, and nothing else (D-CONF-8). Pure.

Words are hidden wherever they stand, whole words, whatever their accents and capitals; entries are hidden as a whole,
with a reason. What is left is given as it is written: nothing here can change a text.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

FORMAT, VERSION = "intranet.whole-file", 1
REASONS = ("another_person", "her_safety", "by_law")  # why an entry is hidden
PAGE = 60  # entries looked at on one page
SHORTEST, LONGEST, MOST = 2, 80, 200  # letters of a word to hide; how many
DAMAGED = ('"⟦damaged⟧"', "⟦damaged⟧")  # how the register tells a value that does not open


class Entry(NamedTuple):
    """`key`: the same for the same content, so that a mark never slips to another entry."""

    key: str
    section: str
    fields: Mapping[str, Any]


class Section(NamedTuple):
    """In the reader's language: `fields`, what they are called; `words`: of a field, what its keywords mean.

    `damaged`: it could not be read at all.
    """

    key: str
    title: str
    entries: Sequence[Entry]
    fields: Mapping[str, str] = {}
    words: Mapping[str, Mapping[str, str]] = {}
    damaged: bool = False


class Marks(NamedTuple):
    """What is hidden: entries by their keys, each with its reason; words. `seen`: pages looked at, as they were."""

    entries: Mapping[str, str] = {}
    words: tuple[str, ...] = ()
    seen: Mapping[str, str] = {}


# --- words that are hidden -------------------------------------------------------------------------------------------


def _folded(text: str) -> tuple[str, list[int]]:
    """Without accents and capitals, and where each letter stood; what has no width is left out."""
    letters, places = [], []
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFKD", letter).casefold():
            if unicodedata.category(part) not in ("Mn", "Me", "Cf"):
                letters.append(part)
                places.append(place)
    return "".join(letters), places


def _tokens(word: str) -> list[str]:
    return re.findall(r"[^\W_]+", _folded(word)[0])


def may_be_hidden(word: str) -> bool:
    """One letter alone would hide too much; what holds no letter or digit, nothing."""
    return sum(map(len, _tokens(word))) >= SHORTEST and len(word) <= LONGEST


def pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """Whole words, the longest first; between two of one name, whatever is no letter: « Jean-Luc », « jean  luc »."""
    found = sorted({tuple(_tokens(word)) for word in words} - {()}, key=lambda tokens: -sum(map(len, tokens)))
    if not found:
        return None
    joined = "|".join(r"[\W_]{1,4}".join(map(re.escape, tokens)) for tokens in found)
    return re.compile(rf"(?<![^\W_])(?:{joined})(?![^\W_])")


def spans(text: str, hide: re.Pattern[str] | None) -> list[tuple[int, int]]:
    """Where hidden words stand in a text, accents that follow a letter included."""
    if hide is None or not text:
        return []
    folded, places = _folded(text)
    return [(places[m.start()], _end(text, places[m.end() - 1] + 1)) for m in hide.finditer(folded)]


def _end(text: str, end: int) -> int:
    while end < len(text) and unicodedata.category(text[end]) in ("Mn", "Me", "Cf"):
        end += 1
    return end


def redacted(value: Any, hide: re.Pattern[str] | None, instead: str) -> Any:
    """The same value with the hidden words replaced in every text of it, names of fields included."""
    if isinstance(value, str):
        for start, end in reversed(spans(value, hide)):
            value = value[:start] + instead + value[end:]
        return value
    if isinstance(value, Mapping):
        return {redacted(key, hide, instead): redacted(each, hide, instead) for key, each in value.items()}
    return [redacted(each, hide, instead) for each in value] if isinstance(value, list | tuple) else value


def hits(value: Any, hide: re.Pattern[str] | None) -> int:
    """How many times hidden words stand in a value."""
    if isinstance(value, str):
        return len(spans(value, hide))
    if isinstance(value, Mapping):
        return sum(hits(each, hide) for pair in value.items() for each in pair)
    return sum(hits(each, hide) for each in value) if isinstance(value, list | tuple) else 0


# --- sections, entries, pages ----------------------------------------------------------------------------------------


def sections(name: str, title: str, told: Mapping[str, Any], labels: Mapping[str, Any]) -> list[Section]:
    """What a room or plugin told: each list of entries is a section; what stands alone is gathered in the first."""
    lists = {key: value for key, value in told.items() if _is_entries(value)}
    alone = {key: value for key, value in told.items() if key not in lists and value not in (None, [], {}, "")}
    titles, fields = labels.get("sections", {}), labels.get("fields", {})
    found = []
    if alone:
        section = _section(f"{name}.summary", title, [alone])
        found.append(section._replace(fields=fields, words=dict.fromkeys(alone, titles)))
    for key, rows in lists.items():
        own = titles.get(key) or key.replace("_", " ").capitalize()
        words = {place.split(".", 1)[1]: known for place, known in labels.get("words", {}).items() if _in(place, key)}
        section = _section(f"{name}.{key}", own if own == title else f"{title} · {own}", rows)
        found.append(section._replace(fields=fields, words=words))
    return found


def _in(place: str, key: str) -> bool:
    return place.startswith(f"{key}.")


def _is_entries(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)


def _section(key: str, title: str, rows: Sequence[Mapping[str, Any]]) -> Section:
    met: dict[str, int] = {}
    entries = []
    for row in rows:
        told = hashlib.sha256(json.dumps([key, row], sort_keys=True).encode()).hexdigest()[:24]
        met[told] = met.get(told, 0) + 1  # two that are alike are two
        entries.append(Entry(f"{told}.{met[told]}", key, row))
    return Section(key, title, entries)


def pages(all_sections: Sequence[Section]) -> list[list[Section]]:
    """Pages of at most PAGE entries, in order; a section may go on over several."""
    found: list[list[Section]] = [[]]
    room = PAGE
    for section in all_sections:
        rest = list(section.entries)
        while rest or section.damaged:
            if not room:
                found.append([])
                room = PAGE
            part, rest = rest[:room], rest[room:]
            found[-1].append(section._replace(entries=part))
            room -= max(len(part), 1)
            if not rest:
                break
    return found


def seal_of(page: Sequence[Section]) -> str:
    """What a page holds, in short: another one once anything in it changed."""
    told = [(section.key, section.damaged, [entry.key for entry in section.entries]) for section in page]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]


def not_seen(all_pages: Sequence[Sequence[Section]], marks: Marks) -> list[int]:
    """Numbers, from 1, of the pages that were not looked at as they are now."""
    return [n for n, page in enumerate(all_pages, 1) if marks.seen.get(str(n)) != seal_of(page)]


# --- what is given ---------------------------------------------------------------------------------------------------


def given(all_sections: Sequence[Section], marks: Marks, instead: str) -> list[dict[str, Any]]:
    """The sections with what is hidden left out: what the PDF and the JSON are made from, both."""
    hide = pattern(marks.words)
    return [
        {
            "key": section.key,
            "title": redacted(section.title, hide, instead),
            "damaged": section.damaged,
            "entries": [
                _given(number, entry, marks.entries.get(entry.key), hide, instead)
                for number, entry in enumerate(section.entries, 1)
            ],
        }
        for section in all_sections
    ]


def _given(number: int, entry: Entry, reason: str | None, hide: re.Pattern[str] | None, instead: str) -> dict[str, Any]:
    if reason is not None:
        return {"number": number, "hidden": reason}
    told = {key: None if value in DAMAGED else value for key, value in entry.fields.items() if _is_plain(value)}
    told |= {key: _without(value) for key, value in entry.fields.items() if not _is_plain(value)}
    damaged = [key for key, value in entry.fields.items() if is_damaged(value)]
    kept = {"number": number, "fields": redacted(told, hide, instead)}
    return kept | ({"damaged": damaged} if damaged else {})


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def is_damaged(value: Any) -> bool:
    """Whether it, or something in it, could not be read."""
    if isinstance(value, Mapping):
        return any(map(is_damaged, value.values()))
    return any(map(is_damaged, value)) if isinstance(value, list) else value in DAMAGED


def _without(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_without(each) for each in value]
    return None if value in DAMAGED else value
