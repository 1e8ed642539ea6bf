"""The files that a worker follows, and the persons that a peer is beside. What was not granted is not there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, or_, select, tuple_

from app import vault
from app.accounts.models import User
from app.db import db
from app.people.models import Person
from app.people.rules import as_code
from app.web.times import today
from plugins.support import rules
from plugins.support.models import Assignment, CaseFile, SharedObjective
from plugins.support.queries.file import Waiting, waiting_in
from plugins.support.queries.pages import PAGE, mark_of, next_mark
from plugins.support.queries.served import off, only_served

NAMES = ("core_person.name", "core_person.pseudonym")


@dataclass(frozen=True)
class FileRow:
    """A line of a worker's list: what her own safe says of how to call her, and dates."""

    id: int
    code: str
    name: str  # how she is called; her code when she gave none (D-FILE-2)
    opened_on: date
    closed_on: date | None
    last_contact_on: date | None
    step: str | None
    step_on: date | None
    reassess_on: date
    due_on: date

    @property
    def option(self) -> tuple[str, str]:
        """Value and words of a choice: two women may bear one pseudonym."""
        return self.code, self.name if self.name == self.code else f"{self.name} · {self.code}"

    @property
    def waiting(self) -> list[Waiting]:
        return waiting_in(self)

    @property
    def quiet(self) -> bool:
        return rules.is_quiet(self.last_contact_on, self.opened_on, today())


_LAST_FIRST = (CaseFile.last_contact_on.desc().nulls_last(), CaseFile.id.desc())


class Files(NamedTuple):
    rows: list[FileRow]
    after: str | None  # where the next page begins


_DATES = ("id", "opened_on", "closed_on", "last_contact_on", "step", "step_on", "reassess_on", "due_on")


def my_files(user: User, *, closed: bool = False, text: str = "", after: str | None = None, limit: int = PAGE) -> Files:
    """The files that she follows, what is due first. The same number of queries for any number of files."""
    query = _mine(user, text).where(CaseFile.closed_on.is_not(None) if closed else CaseFile.closed_on.is_(None))
    if mark := mark_of(after):
        query = query.where(tuple_(CaseFile.due_on, CaseFile.id) > tuple_(*mark))
    found = db.session.execute(query.order_by(CaseFile.due_on, CaseFile.id).limit(limit + 1)).all()
    return Files(_named(user, found[:limit]), next_mark(found, lambda row: (row.due_on, row.id), limit))


def at_hand(user: User, text: str = "", limit: int = 6) -> list[FileRow]:
    """Whom she may log a contact with: those she was last in touch with, or those whose name or code begins so."""
    query = _mine(user, text).where(CaseFile.closed_on.is_(None))
    return _named(user, db.session.execute(query.order_by(*_LAST_FIRST).limit(limit)).all())


def for_the_desk(user: User, limit: int = 6) -> tuple[list[FileRow], list[FileRow]]:
    """The first of her files by what is due, and those she was last in touch with; their names opened in one go."""
    files = _mine(user).where(CaseFile.closed_on.is_(None))
    first = db.session.execute(files.order_by(CaseFile.due_on, CaseFile.id).limit(limit)).all()
    last = db.session.execute(files.order_by(*_LAST_FIRST).limit(limit)).all()
    named = {row.id: row for row in _named(user, {row.id: row for row in (*first, *last)}.values())}
    return [named[row.id] for row in first], [named[row.id] for row in last]


def codes_found(user: User, text: str, limit: int = 5) -> Sequence[str]:
    """The codes of her open files found by the beginning of a code or a name; opens nothing."""
    if len(text.strip()) < 2:
        return []
    query = _mine(user, text).where(CaseFile.closed_on.is_(None)).order_by(Person.code).limit(limit)
    return db.session.scalars(query.with_only_columns(Person.code)).all()


def count_open(user: User) -> int:
    """How many files she follows, for the menu of every page: counted to 999 at most."""
    hers = select(Assignment.id).join(CaseFile, CaseFile.id == Assignment.file_id)
    if off():
        hers = only_served(hers.join(CaseFile.person))
    some = hers.where(follows(user), CaseFile.closed_on.is_(None)).limit(999).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


class Accompanied(NamedTuple):
    rows: Sequence[Any]  # id, code, since, shared: how many objectives
    after: str | None


def accompanied(user: User, after: str | None = None) -> Accompanied:
    """The persons a peer is beside, by their codes; opens nothing (DOMAIN section 8)."""
    shared = select(func.count(SharedObjective.id)).where(SharedObjective.file_id == CaseFile.id).scalar_subquery()
    query = select(Assignment.id, Person.code, Assignment.since, shared.label("shared"))
    query = query.join(CaseFile, CaseFile.id == Assignment.file_id)
    query = query.join(CaseFile.person).where(CaseFile.closed_on.is_(None), Person.safe_id.in_(vault.granted_to(user)))
    query = only_served(query).where(Assignment.user_id == user.id, Assignment.until.is_(None), Assignment.peer)
    if mark := mark_of(after):
        query = query.where(Assignment.id < mark[1])
    rows = db.session.execute(query.order_by(Assignment.id.desc()).limit(PAGE + 1)).all()
    return Accompanied(rows[:PAGE], next_mark(rows, lambda row: (row.since.date(), row.id)))


def follows(user: User) -> Any:
    return and_(Assignment.user_id == user.id, Assignment.until.is_(None), Assignment.peer.is_(False))


def _select_files() -> Select[Any]:
    names = (vault.sealed_column(Person, "name"), vault.sealed_column(Person, "pseudonym"))
    query = select(*(getattr(CaseFile, name) for name in _DATES), Person.code, Person.uid, Person.safe_id, *names)
    return query.join(Person, Person.id == CaseFile.person_id).join(Assignment, Assignment.file_id == CaseFile.id)


def _mine(user: User, text: str = "") -> Select[Any]:
    granted = vault.granted_to(user)
    query = only_served(_select_files())
    query = query.where(follows(user), CaseFile.safe_id.in_(granted), Person.safe_id.in_(granted))
    if text := text.strip():
        named = vault.found(user, NAMES, text).subquery()
        by_code = Person.code.startswith(as_code(text) or "–")
        query = query.where(or_(by_code, Person.uid.in_(select(named.c.row_uid))))
    return query


def _named(user: User, rows: Collection[Any]) -> list[FileRow]:
    """Open the persons' own safes, all at once, for how they are called."""
    vault.open_safes(user, [row.safe_id for row in rows], why="support.list", codes=[row.code for row in rows])
    return [
        FileRow(
            code=row.code,
            name=vault.reveal(Person, "pseudonym", row) or vault.reveal(Person, "name", row) or row.code,
            **{name: getattr(row, name) for name in _DATES},
        )
        for row in rows
    ]
