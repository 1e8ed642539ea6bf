"""Words of imports: what a table may hold, and what has to be mended in it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from plugins.support.rules import imports as rules

KINDS = {
    "persons": _l("Persons, each with a file that I follow"),
    "contacts": _l("Contacts with persons I follow"),
    "partners": _l("Partners of the directory"),
}
COLUMNS = {
    "reference": _l("Reference"),
    "kind": _l("Kind"),
    "pseudonym": _l("Pseudonym"),
    "name": _l("Name"),
    "languages": _l("Languages"),
    "age_band": _l("Age"),
    "first_contact": _l("First contact"),
    "channel": _l("Channel"),
    "address": _l("Safe contact"),
    "code": _l("Code"),
    "day": _l("Day"),
    "how": _l("How"),
    "minutes": _l("Minutes"),
    "line": _l("In one line"),
    "area": _l("Area"),
    "hours": _l("Hours"),
    "telephone": _l("Telephone"),
    "email": _l("E-mail"),
    "note": _l("Note"),
}
_WHY = {
    "heading": _l("No column of ours has this heading. Rename it, or take the column out."),
    "twice": _l("Two columns have this heading. Keep one."),
    "missing": _l("This column is missing. Add it."),
    "empty": _l("This may not be empty."),
    "long": _l("This is too long. Shorten it."),
    "number": _l("This looks like a social or health insurance number. Take it out: it is never kept."),
    "word": _l("This word is not known here. Look at the words below."),
    "day": _l("Write the day as 2026-03-02."),
    "ahead": _l("This day has not come yet."),
    "minutes": _l("Write a number of minutes from 1 to 600, or leave this empty."),
    "age": _l("Write an age band such as 25-34, or leave this empty. Under 16, no file is opened here."),
    "who": _l("Say with whom: the code of a person whom you follow, or the reference with which she was imported."),
    "twin": _l("This row is there twice. Keep one."),
}


def column_word(name: str) -> str:
    """What a column is called; a heading that is none of ours as it was written."""
    return str(COLUMNS.get(name, name))


def mended(problem: rules.Problem) -> str:
    """What has to be done about a problem."""
    return str(_WHY[problem.why])


def columns_shown(kind: str) -> list[tuple[str, str]]:
    """For the page: what each column is called, and whether it has to be there."""
    return [
        (column_word(column.name), _("has to be there") if column.required else _("if you have it"))
        for column in rules.TABLES[kind]
    ]


def cell_shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list | tuple) else "" if value is None else str(value)
