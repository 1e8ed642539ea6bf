"""Everything that is held about a person, gathered for her (D-CONF-8): the register's part, and each plugin's.

What is gathered is plain: JSON values under stable keys, and beside them words for those keys. A value that is damaged
is said to be so, journaled, and hides nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import vault
from app.accounts.models import User
from app.accounts.permissions import ROLES
from app.db import db, unit
from app.errors import Damaged
from app.journal import queries as journal
from app.journal.words import in_words
from app.people import queries
from app.people.forms import AGES, CHANNELS, KINDS
from app.people.models import Person
from app.people.words import ITEM_WORDS, PURPOSE_WORDS, WAY_WORDS
from app.plugins import plugins_of
from app.web.times import local, local_day

DAMAGED = '"⟦damaged⟧"'  # in quotation marks: a plugin that keeps JSON in a sealed value can read it
MOST_OPENINGS = 5000  # the last entries of the journal about her
Lists = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """What one room or plugin holds about her: lists of entries by their keys.

    `labels`: in the reader's language, what its "sections" and "fields" are called, and "words": for "section.field",
    what its keywords mean. `damaged`: it could not be told at all.
    """

    name: str
    title: str
    told: Lists
    labels: Mapping[str, Any] = field(default_factory=dict)
    damaged: bool = False


def everything(user: User, person: Person) -> list[Part]:
    """All parts, the register's first, who opened her file last. Raises NotGranted; what a plugin raises, it raises."""
    safes = [person.safe_id, *([person.register_safe_id] if person.register_safe_id else [])]
    vault.open_safes(user, safes, why="export", codes=[person.code])
    with vault.damaged_as(DAMAGED):
        parts = [
            _part("core", _("Who she is, and how to reach her"), lambda: {**_own(person), "labels": _own_labels()})
        ]
        for info, ask in plugins_of(current_app).ask_apart("export_person", person=person):
            parts.append(_part(info.name, str(info.title), ask))
    return [*parts, openings(person)]


def _part(name: str, title: str, ask: Callable[[], Any]) -> Part:
    """A plugin that stumbles over a damaged value is told as damaged; over anything else, the export stops."""
    before = _damages()
    try:
        told = dict(ask() or {})
    except Exception as error:
        if _damages() == before and not isinstance(error, Damaged):
            raise
        return Part(name, title, {}, damaged=True)
    labels = told.pop("labels", {})
    return Part(name, title, told, labels)


def _damages() -> int:
    return sum(entry.action == "vault.damaged" for entry in unit().entries)


def _own(person: Person) -> dict[str, Any]:
    record = {name: getattr(person, name) for name in ("code", "kind", "pseudonym", "name", "age_band")}
    languages, since = person.languages.split(), person.first_contact.isoformat()
    return {
        "record": [{**record, "languages": languages, "first_contact": since}],
        "contacts": [
            {
                "channel": each.channel,
                "address": each.address,
                "hours": each.hours,
                "name_to_use": each.name_to_use,
                "who_may_answer": each.who_may_answer,
                "leave_message": each.leave_message,
                "name_us": each.name_us,
                "confirmed_on": each.confirmed_on.isoformat(),
            }
            for each in queries.contacts(person)
        ],
        "access": [
            {
                "who": user.name,
                "since": local_day(given.since).isoformat(),
                "until": local_day(given.until).isoformat() if given.until else None,
            }
            for user, given in queries.who_has_access(person)
        ],
        "disclosures": [
            {
                "at": each.at.isoformat(),
                "recipient": each.recipient,
                "purpose": each.purpose,
                "items": each.items.split(),
                "way": each.way,
            }
            for each in reversed(queries.disclosures_of(person))
        ],
    }


def _own_labels() -> dict[str, Any]:
    sections = {
        "record": _("Her record"), "contacts": _("How to reach her"), "access": _("Who may open her record"),
        "disclosures": _("What was told to others"),
    }  # fmt: skip
    fields = {
        "code": _("Code"), "kind": _("Who"), "pseudonym": _("Pseudonym"), "name": _("Name"), "age_band": _("Age"),
        "languages": _("Languages"), "first_contact": _("First contact"), "channel": _("How"), "hours": _("When"),
        "address": _("Number, address, or through whom"), "name_to_use": _("Name to use"), "who": _("Who"),
        "who_may_answer": _("Who else may answer"), "leave_message": _("A message may be left"),
        "name_us": _("The organisation may be named"), "confirmed_on": _("Confirmed"), "since": _("Since"),
        "until": _("Until"), "at": _("When"), "recipient": _("To whom"), "purpose": _("What for"),
        "items": _("What was told"), "way": _("How"),
    }  # fmt: skip
    words = {
        "record.kind": KINDS, "record.age_band": AGES, "contacts.channel": CHANNELS,
        "disclosures.items": ITEM_WORDS, "disclosures.purpose": PURPOSE_WORDS, "disclosures.way": WAY_WORDS,
    }  # fmt: skip
    said = {place: {key: str(word) for key, word in known.items()} for place, known in words.items()}
    return {"sections": sections, "fields": fields, "words": said}


# --- who opened her file ---------------------------------------------------------------------------------------------


def openings(person: Person, before: int | None = None, limit: int = MOST_OPENINGS) -> Part:
    """Who opened and did what about her, when and why, in words; what is alike on one day is one entry, the last first.

    What was recorded as `untold` is left out: that it took place would reveal another person.
    At most `limit` entries of the journal, before a number; `told["older"]` says from where to go on, if there are any.
    """
    rows = journal.about(person.code, before, limit + 1)
    shown = rows[:limit]
    told = [row for row in shown if not json.loads(row.detail).get("untold")]  # it would reveal somebody else
    people = _people(row.actor for row in told)
    alike: dict[tuple[Any, ...], list[Any]] = {}
    for row in told:
        alike.setdefault(_alike(row), []).append(row)
    words = in_words(name for _day, _who, *told in alike for name in told if name)
    entries = [_opening(key, those, people, words) for key, those in alike.items()]
    fields = {"day": _("Day"), "who": _("Who"), "what": _("What"), "why": _("Why"), "times": _("Times"), "at": _("At")}
    title = _("Who opened her file, and what was done")
    labels = {"sections": {"openings": title}, "fields": fields}
    older = {"older": shown[-1].seq} if len(rows) > limit else {}
    return Part("journal", title, {"openings": entries, **older}, labels)


def _alike(row: Any) -> tuple[Any, ...]:
    return local_day(row.at), row.actor, row.action, json.loads(row.detail).get("why")


def _opening(key: Any, alike: list[Any], people: Mapping[str, str], words: Mapping[str, str]) -> dict[str, Any]:
    day, actor, action, why = key
    return {
        "day": day.isoformat(),
        "at": f"{local(alike[-1].at):%H:%M}",
        "who": people.get(actor) if actor else None,
        "what": words[action],
        "why": words[why] if why else None,
        "times": len(alike),
    }


def _people(uids: Iterable[str | None]) -> dict[str, str]:
    """Names, each with the roles held now: she knows whom to ask."""
    query = select(User).where(User.uid.in_({uid for uid in uids if uid})).options(selectinload(User.roles))
    return {user.uid: _named(user) for user in db.session.scalars(query)}


def _named(user: User) -> str:
    roles = ", ".join(str(ROLES[role]) for role in sorted(user.role_names) if role in ROLES)
    return f"{user.name} ({roles})" if roles else user.name
