"""What has been still for as long as it is kept (D-CONF-9), and what can no longer be read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, union_all

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import SafeDestroyed
from app.hookspecs import Expired
from app.people.models import Person
from app.vault import Safe
from app.web.times import ZONE, local_day, today
from plugins.support import models as m
from plugins.support.models import CaseFile, Contact, ContactsYear

_DAYS = (  # the days on which something took place in a file; what is only planned is no activity
    *(m.Contact.day, m.Meeting.day, m.Referral.on, m.Answer.day, m.Objective.level_on, m.Booking.day, m.Step.day),
    *(m.NetworkTie.since, m.NetworkTie.ended_on, m.LifeHistory.agreed_on),
)
_INSTANTS = (
    *(m.Step.at, m.Letter.at, m.Letter.sent_at, m.Plan.at, m.SituationNote.at, m.ObjectiveVersion.at),
    *(m.LifeEvent.at, m.Booking.at, m.Referral.at, m.StandIn.since, m.Meeting.at),
)


def files_still_since(before: date, limit: int, uid: str | None = None) -> list[Expired]:
    """Files, closed or not, in which nothing happened since a day, those opened first before the others."""
    query = select(CaseFile).join(Safe, Safe.id == CaseFile.safe_id).where(Safe.destroyed_at.is_(None))
    query = query.where(CaseFile.opened_on < before, _before(CaseFile.closed_on, before))
    query = query.where(_before(CaseFile.last_contact_on, before))
    start = datetime.combine(before, time(), ZONE)
    for column, moment in [*((day, before) for day in _DAYS), *((instant, start) for instant in _INSTANTS)]:
        query = query.where(~select(_hers(column)).where(_hers(column) == CaseFile.id, column >= moment).exists())
    query = query.where(CaseFile.uid == uid) if uid else query
    found = db.session.scalars(query.order_by(CaseFile.opened_on, CaseFile.id).limit(limit)).all()
    last = _last_acts([file.id for file in found])
    still = [Expired(f.uid, f.person.code, max([f.opened_on, f.closed_on or f.opened_on, *last[f.id]])) for f in found]
    return sorted(still, key=lambda each: each.since)


def _before(column: Any, day: date) -> ColumnElement[bool]:
    return or_(column.is_(None), column < day)


def _hers(column: Any) -> Any:
    return column.class_.file_id


def _last_acts(files: list[int]) -> dict[int, list[date]]:
    """The last day of each kind, by file: two queries."""
    found: dict[int, list[date]] = {file: [] for file in files}
    for columns in (_DAYS, _INSTANTS):
        each = (
            select(_hers(column).label("file"), func.max(column).label("last"))
            .where(_hers(column).in_(files), column.is_not(None))
            .group_by(_hers(column))
            for column in columns
        )
        for row in db.session.execute(union_all(*each)):
            found[row.file].append(local_day(row.last) if isinstance(row.last, datetime) else row.last)
    return found


def years_still_since(before: date, limit: int, uid: str | None = None) -> list[Expired]:
    """Years that are over, of whose contacts none took place since a day; those destroyed are left out."""
    last = func.max(Contact.day)
    query = select(ContactsYear.uid, Person.code, last.label("last")).join(
        Contact, Contact.safe_id == ContactsYear.safe_id
    )
    query = query.join(CaseFile, CaseFile.id == ContactsYear.file_id).join(Person, Person.id == CaseFile.person_id)
    query = query.join(Safe, Safe.id == ContactsYear.safe_id).where(Safe.destroyed_at.is_(None))
    query = query.where(ContactsYear.year < today().year)
    query = query.where(ContactsYear.uid == uid) if uid else query
    query = query.group_by(ContactsYear.uid, Person.code).having(last < before).order_by(last, ContactsYear.uid)
    return [Expired(row.uid, row.code, row.last) for row in db.session.execute(query.limit(limit))]


def open_what_is_left(user: User, safes: Iterable[int], *, why: str, codes: Iterable[str]) -> set[int]:
    """Open these for her, and say which could be: one whose key is gone is left out, and hinders no other."""
    wanted, codes = set(safes), list(codes)
    try:
        vault.open_safes(user, wanted, why=why, codes=codes)
        return wanted
    except SafeDestroyed:
        return {each for each in wanted if _opens(user, each, why, codes)}


def _opens(user: User, safe: int, why: str, codes: list[str]) -> bool:
    try:
        vault.open_safes(user, [safe], why=why, codes=codes)
    except SafeDestroyed:
        return False
    return True
