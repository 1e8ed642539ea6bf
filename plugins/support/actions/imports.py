"""Importing persons, contacts and partners: nothing is written until the whole table is right, then in short batches.

A batch that is cut off is done again whole; what is there already, by its fingerprint, is left as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from app import vault
from app.accounts.models import User
from app.catalogue.settings import setting
from app.db import db, now
from app.errors import Conflict, NotFound
from app.journal import record
from app.people import actions as people
from app.people.actions import Registered
from app.vault.bulk import insert_many
from app.web.times import midnight, today
from plugins.support import rules as follow_up
from plugins.support.actions.holding import FOLLOWS
from plugins.support.actions.partners import add_partners
from plugins.support.actions.retention import contacts_safe
from plugins.support.models import Assignment, CaseFile, Contact, Import, Imported
from plugins.support.queries.imports import already_there, files_named, fingerprint
from plugins.support.rules import imports as rules

Rows = Sequence[tuple[bytes, dict[str, Any]]]


def prepare(user: User, kind: str, rows: Sequence[tuple[str, dict[str, Any]]]) -> Import:
    """Keep a table that was found right, for its importer alone, until she has it written. Raises NotAllowed.

    `rows`: each row's identity and its values, as rules.imports reads them.
    """
    user.must("support.follow")
    safe = vault.create_safe("support.import")
    vault.grant(safe.id, user, why="support.import", by=user)
    waiting = Import(safe_id=safe.id, kind=kind, by=user.id, rows=len(rows), content=json.dumps(rows, default=str))
    db.session.add(waiting)
    db.session.flush()
    record("support.import_prepared", waiting.uid, by=user, kind=kind, rows=len(rows))
    return waiting


def go_on(user: User, uid: str) -> Import:
    """Write the next rows of a table; once all are written, the table itself is destroyed. Raises NotFound."""
    waiting = _mine(user, uid)
    if waiting.done >= waiting.rows:
        return waiting
    rows = json.loads(waiting.content or "[]")[waiting.done : waiting.done + rules.BATCH]
    new = _unknown(waiting.kind, rows)
    if new:
        _WRITERS[waiting.kind](user, new)
    waiting.done, waiting.added = waiting.done + len(rows), waiting.added + len(new)
    if waiting.done >= waiting.rows:
        _forget(user, waiting)
        record("support.imported", waiting.uid, by=user, kind=waiting.kind, rows=waiting.rows, added=waiting.added)
    return waiting


def discard(user: User, uid: str) -> None:
    """She changed her mind: nothing of the table is kept. Raises NotFound; Conflict once rows of it were written."""
    waiting = _mine(user, uid)
    if waiting.done:
        raise Conflict
    _forget(user, waiting)
    db.session.delete(waiting)
    record("support.import_discarded", waiting.uid, by=user, kind=waiting.kind)


def sweep(today: date) -> None:
    """A table that nobody finished in a week is destroyed, so that no name outlives the persons who came of it.

    What was written of it stays (D-CONF-9).
    """
    old = select(Import).where(Import.done < Import.rows, Import.at < midnight(today) - rules.WAITS_FOR)
    for waiting in db.session.scalars(old.with_for_update()).all():
        _forget(None, waiting)
        record("support.import_forgotten", waiting.uid, by=None, kind=waiting.kind)
        waiting.rows = waiting.done
        if not waiting.done:
            db.session.delete(waiting)


def _mine(user: User, uid: str) -> Import:
    user.must("support.follow")
    waiting = db.session.scalar(select(Import).where(Import.uid == uid, Import.by == user.id).with_for_update())
    if waiting is None:
        raise NotFound
    if waiting.done < waiting.rows:
        vault.open_safes(user, [waiting.safe_id], why="support.import")
    return waiting


def _forget(user: User | None, waiting: Import) -> None:
    waiting.content = None
    db.session.flush()
    vault.destroy(db.session.get_one(vault.Safe, waiting.safe_id), by=user)


def _unknown(kind: str, rows: Sequence[tuple[str, dict[str, Any]]]) -> Rows:
    """Those that no import wrote before."""
    tokens = [(fingerprint(kind, identity), values) for identity, values in rows]
    known = already_there([token for token, _values in tokens])
    return [(token, values) for token, values in dict(tokens).items() if token not in known] if known else tokens


# --- persons: each with her file, followed by who imports ------------------------------------------------------------


def _persons(user: User, rows: Rows) -> None:
    fields = ("kind", "pseudonym", "name", "languages", "age_band")
    values = [{name: row[name] for name in fields} | {"first_contact": _day(row["first_contact"])} for _t, row in rows]
    ways = [{"channel": row["channel"], "address": row["address"]} if row["address"] else None for _t, row in rows]
    persons = people.register_many(user, values, ways)
    _files(user, persons, [row["first_contact"] for row in values])
    known = [{"token": token, "person_id": person.id} for (token, _values), person in zip(rows, persons, strict=True)]
    db.session.execute(insert(Imported), known)


def _files(user: User, persons: Sequence[Registered], opened: Sequence[date]) -> None:
    weeks = int(setting("support.reassess_weeks"))
    due = follow_up.reassessment_due(today(), weeks)
    safes = vault.create_safes("support.file", len(persons))
    same = {"reassess_every_weeks": weeks, "reassess_on": due, "due_on": due, "version": 1}
    rows = [
        {**same, "person_id": person.id, "safe_id": safe, "opened_on": day}
        for person, safe, day in zip(persons, safes, opened, strict=True)
    ]
    files = insert_many(CaseFile, rows)
    following = {"user_id": user.id, "by": user.id, "peer": False, "since": now()}
    db.session.execute(insert(Assignment), [{**following, "file_id": file} for file in files])
    granted = {"user_id": user.id, "why": FOLLOWS, "granted_by": user.id}
    both = [*safes, *(person.safe_id for person in persons)]
    db.session.execute(insert(vault.Grant), [{**granted, "safe_id": safe} for safe in both])
    record("support.file_opened", by=user, codes=[person.code for person in persons], count=len(files))


# --- contacts: in files that she follows -----------------------------------------------------------------------------


def _contacts(user: User, rows: Rows) -> None:
    """Raises NotFound when a file is not hers any more since the table was read: then none of the batch is written."""
    files = files_named(user, [values for _token, values in rows])
    if None in files:
        raise NotFound
    vault.open_safes(user, {file.safe_id for file in files if file}, why="support.import")
    noted = {"by": user.id, "at": now(), "version": 1}
    fields = ("how", "kind", "minutes", "line")
    told = [(file, _day(values["day"]), values) for (_token, values), file in zip(rows, files, strict=True) if file]
    years = {(file.id, day.year): (file, day) for file, day, _values in told}
    safes = {year: contacts_safe(file, day) for year, (file, day) in years.items()}
    contacts = [
        {**noted, **{name: values[name] for name in fields}, "day": day}
        | {"file_id": file.id, "safe_id": safes[file.id, day.year]}
        for file, day, values in told
    ]
    insert_many(Contact, contacts)
    for file in {file.id: file for file in files if file}.values():
        days = [row["day"] for row in contacts if row["file_id"] == file.id]
        file.last_contact_on = max([*days, file.last_contact_on or days[0]])
    db.session.execute(insert(Imported), [{"token": token, "person_id": None} for token, _values in rows])
    record("support.contact_logged", by=user, codes=sorted({file.person.code for file in files if file}), n=len(rows))


def _day(text: str) -> date:
    return date.fromisoformat(text)


# --- partners: for whoever looks for one -----------------------------------------------------------------------------


def _partners(user: User, rows: Rows) -> None:
    add_partners(user, [{name: value or "" for name, value in values.items()} for _token, values in rows])
    db.session.execute(insert(Imported), [{"token": token, "person_id": None} for token, _values in rows])


_WRITERS: dict[str, Callable[[User, Rows], None]] = {
    "persons": _persons,
    "contacts": _contacts,
    "partners": _partners,
}
