"""One file: opened for who follows it, not found for anybody else."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import String, cast, func, literal, select, tuple_

from app import vault
from app.accounts.models import User
from app.db import db, now
from app.errors import NotFound, NotGranted, SafeDestroyed
from app.people.models import Person
from app.web.times import today
from plugins.support import rules
from plugins.support.models import CaseFile, Contact, ContactsYear
from plugins.support.queries.pages import PAGE, mark_of, next_mark
from plugins.support.queries.retention import open_what_is_left
from plugins.support.queries.served import must_be_served

_YEARS = (  # the safes of her contacts, year by year, that were not destroyed
    select(func.aggregate_strings(cast(ContactsYear.safe_id, String), " "))
    .join(vault.Safe, vault.Safe.id == ContactsYear.safe_id)
    .where(ContactsYear.file_id == CaseFile.id, vault.Safe.destroyed_at.is_(None))
    .scalar_subquery()
)


def file_or_404(code: str, user: User) -> CaseFile:
    """Her file, the years of her contacts and her own safe, opened for this user in one go.

    Raises NotFound, journaled, and SwitchedOff when the service under which she is followed is off.
    """
    query = select(CaseFile, _YEARS).join(CaseFile.person).where(Person.code == code.strip().upper())
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound
    file: CaseFile = found[0]
    _open(file, [int(safe) for safe in (found[1] or "").split()], user)
    must_be_served(file.person)
    return file


def _open(file: CaseFile, years: list[int], user: User) -> None:
    hers, codes = [file.safe_id, file.person.safe_id], [file.person.code]
    try:
        vault.open_safes(user, [*hers, *years], why="support.file", codes=codes)
    except NotGranted:
        raise NotFound from None
    except SafeDestroyed:  # a year's key is gone though its row does not say so yet: an older backup came back
        vault.open_safes(user, hers, why="support.file", codes=codes)
        open_what_is_left(user, years, why="support.file", codes=codes)


def file_by_code(code: str) -> CaseFile:
    """A file to be named by its code, unopened. Raises NotFound."""
    file = db.session.scalar(select(CaseFile).join(CaseFile.person).where(Person.code == code.strip().upper()))
    if file is None:
        raise NotFound
    return file


def summary(person: Person, user: User) -> dict[str, Any]:
    """What her page says of her file, for who may open both: dates. Empty when the file is somebody else's."""
    granted = vault.granted_to(user)
    hers = select(CaseFile.safe_id.in_(granted), literal(person.safe_id).in_(granted), CaseFile)
    row = db.session.execute(hers.where(CaseFile.person_id == person.id)).one_or_none()
    if row is None:
        return {"person": person, "file": None, "waiting": []} if vault.is_granted(user, person.safe_id) else {}
    return {"person": person, "file": row[2], "waiting": waiting_in(row[2])} if row[0] and row[1] else {}


class Exchange(NamedTuple):
    """A contact of the timeline."""

    contact: Contact
    by: User
    correctable: bool  # by who looks at it
    destroyed: bool  # what it said is gone; that it took place is kept (D-CONF-9)

    @property
    def line(self) -> str | None:
        return None if self.destroyed else self.contact.line


class Timeline(NamedTuple):
    exchanges: list[Exchange]
    older: str | None  # where the next page begins


def timeline(file: CaseFile, user: User, before: str | None = None, limit: int = PAGE) -> Timeline:
    """The contacts of an opened file, newest first; those of a destroyed year without what they said."""
    query = select(Contact, User).join(User, User.id == Contact.by).where(Contact.file_id == file.id)
    if mark := mark_of(before):
        query = query.where(tuple_(Contact.day, Contact.id) < tuple_(*mark))
    rows = db.session.execute(query.order_by(Contact.day.desc(), Contact.id.desc()).limit(limit + 1)).all()
    safes = {contact.safe_id for contact, _by in rows[:limit]}
    left = vault.opened(safes)
    shown = [
        Exchange(contact, by, contact.safe_id in left and correctable(contact, user), contact.safe_id not in left)
        for contact, by in rows[:limit]
    ]
    return Timeline(shown, next_mark(rows, lambda row: (row[0].day, row[0].id), limit))


def correctable(contact: Contact, user: User) -> bool:
    return contact.file.closed_on is None and rules.may_correct(contact.at, contact.by, user.id, now())


def contact_or_404(uid: str, user: User) -> Contact:
    """A contact in a file that this user may open, opened. Raises NotFound."""
    contact = db.session.scalar(select(Contact).where(Contact.uid == uid))
    if contact is None:
        raise NotFound
    file = file_or_404(contact.file.person.code, user)
    vault.open_safes(user, [contact.safe_id], why="support.file", codes=[file.person.code])
    return contact


class Waiting(NamedTuple):
    """Something due in a file: one of rules.STEPS, or "reassess"."""

    what: str
    day: date
    urgency: str


def waiting_in(file: Any) -> list[Waiting]:
    """What is due in a file or a row of one, the nearest first."""
    days = [("reassess", file.reassess_on)] + ([(file.step, file.step_on)] if file.step_on else [])
    return [Waiting(what, day, rules.urgency(day, today())) for what, day in sorted(days, key=lambda due: due[1])]
