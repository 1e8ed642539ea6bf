"""A copy of her whole file: a PDF that everybody can read, and JSON in a form that stays (D-CONF-8).

Both are made from the same sections, from which what is hidden was taken out before. The form is described in
docs/whole-file.md and whole_file.schema.json; its version changes when a reader of it would have to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app import papers
from app.web.times import day
from plugins.confidentiality.forms.whole_file import REASONS, label, shown
from plugins.confidentiality.rules import whole_file as rules

Given = Sequence[Mapping[str, Any]]  # what rules.given gives
Sections = Mapping[str, rules.Section]  # by their keys, for the words


def as_json(given: Given, *, code: str, language: str, made_on: date) -> bytes:
    told = {
        "format": rules.FORMAT,
        "version": rules.VERSION,
        "code": code,
        "language": language,
        "made_on": made_on.isoformat(),
        "sections": given,
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def as_pdf(given: Given, sections: Sections, *, code: str, language: str, made_on: date) -> bytes:
    about = [_("What is held about you, as it was written."), _("Where it says “hidden”, it speaks of somebody else.")]
    data = {"about": about, "sections": [_section(each, sections[each["key"]]) for each in given], "reference": code}
    return papers.pdf("sheet", data, title=_("Copy of your file"), language=language)


def _section(section: Mapping[str, Any], known: rules.Section) -> dict[str, Any]:
    if section["damaged"]:
        return papers.section(section["title"], papers.paragraph(_("Damaged: it could not be read.")))
    told = [_shown(entry, known) for entry in section["entries"]]
    return papers.section(section["title"], *_parts(known, section["entries"], told))


def _shown(entry: Mapping[str, Any], known: rules.Section) -> list[tuple[str, str]]:
    """Labels and values; none for an entry that is hidden."""
    if "hidden" in entry:
        return []
    damaged = [(key, rules.DAMAGED[0]) for key in entry.get("damaged", ()) if entry["fields"].get(key) is None]
    return list(shown({**entry["fields"], **dict(damaged)}, known))


def _parts(known: rules.Section, entries: Given, told: Sequence[list[tuple[str, str]]]) -> list[dict[str, Any]]:
    """Who opened it as a table; several entries along a line; one alone as labels and values."""
    if known.key == "journal.openings":
        keys = ("day", "who", "what", "why", "times")
        rows = [[each["fields"].get(key) or "" for key in keys] for each in entries]
        days = [[_day(row[0]), *row[1:4], str(row[4])] for row in rows]
        return [papers.table([known.fields[key] for key in keys], days, numeric=[4])]
    why = [_("Hidden: %(why)s.", why=REASONS[each["hidden"]]) if "hidden" in each else "" for each in entries]
    if len(entries) > 1:
        return [
            papers.timeline(_along(n, *each, _days(known)) for n, each in enumerate(zip(told, why, strict=True), 1))
        ]
    return [papers.facts(told[0]) if told[0] else papers.paragraph(why[0], soft=True)]


def _days(known: rules.Section) -> set[str]:
    """What fields are called that say when."""
    return {label(key, known.fields) for key in ("day", "at", "on", "since", "created_on", "started_on", "received_on")}


def _along(number: int, pairs: Sequence[tuple[str, str]], hidden: str, days: set[str]) -> tuple[str, str, str]:
    """An entry beside the line: its day, or its number, then what it says."""
    when = pairs[0][1] if pairs and pairs[0][0] in days else str(number)
    rest = pairs[1:] if when != str(number) else pairs
    return when, "", hidden or "\n".join(_("%(name)s: %(value)s", name=name, value=value) for name, value in rest)


def _day(text: str) -> str:
    return day(date.fromisoformat(text), year=True)
