"""Counts: a worker's own month, and the house's drop-in visits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from app.accounts.models import User
from app.db import db
from app.web.times import today
from plugins.support import rules
from plugins.support.models import AnonymousContact, Assignment, CaseFile, Contact, Visit
from plugins.support.queries.lists import follows


class Month(NamedTuple):
    """Her own figures this month, and the house's visits."""

    contacts: int
    anonymous: int
    files: int
    quiet: int
    visits: int


class Visits(NamedTuple):
    """The visits of a day."""

    total: int
    mine: int  # what this user counted, which she may take back


class Figures(NamedTuple):
    """What the desk counts."""

    month: Month
    today: Visits


def desk_figures(user: User) -> Figures:
    """One query."""
    parts = (*_month(user), *_today(user))
    row = list(db.session.execute(select(*(part.scalar_subquery() for part in parts))).one())
    return Figures(Month(*row[:-2]), Visits(*row[-2:]))


def _month(user: User) -> Iterable[Select[Any]]:
    first = today().replace(day=1)
    contacts = select(func.count(Contact.id)).where(Contact.by == user.id, Contact.day >= first)
    anonymous = select(func.count(AnonymousContact.id)).where(
        AnonymousContact.by == user.id, AnonymousContact.day >= first
    )
    files = select(func.count(CaseFile.id)).join(Assignment, Assignment.file_id == CaseFile.id)
    files = files.where(follows(user), CaseFile.closed_on.is_(None))
    quiet = files.where(func.coalesce(CaseFile.last_contact_on, CaseFile.opened_on) < today() - rules.QUIET)
    return contacts, anonymous, files, quiet, _visits().where(Visit.day >= first)


def visits_today(user: User) -> Visits:
    return Visits(*db.session.execute(select(*(part.scalar_subquery() for part in _today(user)))).one())


def _today(user: User) -> Iterable[Select[Any]]:
    all_day = _visits().where(Visit.day == today())
    return all_day, all_day.where(Visit.by == user.id)


def visits_by_day(since: date) -> Sequence[tuple[date, int]]:
    """Days with visits, newest first."""
    query = select(Visit.day, func.sum(Visit.number)).where(Visit.day >= since, Visit.undone.is_(False))
    return [(row[0], int(row[1])) for row in db.session.execute(query.group_by(Visit.day).order_by(Visit.day.desc()))]


def _visits() -> Select[Any]:
    return select(func.coalesce(func.sum(Visit.number), 0)).where(Visit.undone.is_(False))
