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
from plugins.confidentiality.forms.whole_file import REASONS, shown
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
    return papers.section(section["title"], *(_entry(entry, known) for entry in section["entries"]))


def _entry(entry: Mapping[str, Any], known: rules.Section) -> dict[str, Any]:
    if "hidden" in entry:
        return papers.paragraph(_("Hidden: %(why)s.", why=REASONS[entry["hidden"]]), soft=True)
    damaged = [(key, rules.DAMAGED[0]) for key in entry.get("damaged", ()) if entry["fields"].get(key) is None]
    return papers.facts(shown({**entry["fields"], **dict(damaged)}, known))
