"""What the journal's page shows: entries by person's code, user, action and period, newest first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select

from app.db import db
from app.journal.models import JournalAbout, JournalEntry
from app.web.times import ZONE

PAGE = 50
LAG = timedelta(hours=1)  # numbers follow time, but for how long a unit of work takes


class Wanted(NamedTuple):
    code: str = ""
    user: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None  # the number of the last entry on the page before


def entries(wanted: Wanted) -> Sequence[Any]:
    """A page of rows, and one more when there are older ones. Each filter walks an index."""
    e = JournalEntry
    query = select(e.seq, e.at, e.actor, e.action, e.subject, e.codes, e.detail).order_by(e.seq.desc()).limit(PAGE + 1)
    if wanted.code:
        query = query.join(JournalAbout, JournalAbout.seq == e.seq).where(JournalAbout.code == wanted.code)
    if wanted.since:
        start = datetime.combine(wanted.since, time(), ZONE)
        first = select(e.seq).where(e.at >= start - LAG).order_by(e.at).limit(1).scalar_subquery()
        query = query.where(e.at >= start, e.seq >= first)
    if wanted.until:
        end = datetime.combine(wanted.until + timedelta(days=1), time(), ZONE)
        last = select(e.seq).where(e.at < end + LAG).order_by(e.at.desc()).limit(1).scalar_subquery()
        query = query.where(e.at < end, e.seq <= last)
    equal = ((e.actor, wanted.user), (e.action, wanted.action))
    query = query.where(*(column == value for column, value in equal if value))
    return db.session.execute(query.where(e.seq < wanted.before) if wanted.before else query).all()


def about(code: str, before: int | None = None, limit: int = PAGE) -> Sequence[Any]:
    """What was done about a person, the last first, at most `limit`: who, when, what, and what was told beside it."""
    e = JournalEntry
    query = select(e.seq, e.at, e.actor, e.action, e.detail).join(JournalAbout, JournalAbout.seq == e.seq)
    query = query.where(JournalAbout.code == code).order_by(JournalAbout.seq.desc()).limit(limit)
    return db.session.execute(query.where(JournalAbout.seq < before) if before else query).all()


def actions() -> Sequence[str]:
    """Every action that occurs in the journal: hops along the index instead of reading it all."""
    hop = select(func.min(JournalEntry.action).label("action")).cte(recursive=True)
    after = select(func.min(JournalEntry.action)).where(JournalEntry.action > hop.c.action).scalar_subquery()
    hop = hop.union_all(select(after).where(hop.c.action.is_not(None)))
    return db.session.scalars(select(hop.c.action).where(hop.c.action.is_not(None)).order_by(hop.c.action)).all()


def last_damage(since: datetime) -> tuple[datetime, str] | None:
    """When a sealed value did not open last, since an instant, and in which column; None: all opened."""
    e = JournalEntry
    query = select(e.at, e.detail).where(e.action == "vault.damaged").order_by(e.seq.desc()).limit(1)
    row = db.session.execute(query).one_or_none()
    return (row.at, json.loads(row.detail)["column"]) if row and row.at >= since else None


def last_check() -> Any:
    """When the journal was verified last, by whom, and what was found; None: never."""
    e = JournalEntry
    query = select(e.at, e.actor, e.detail).where(e.action == "journal.verified").order_by(e.seq.desc()).limit(1)
    row = db.session.execute(query).one_or_none()
    return row and {"at": row.at, "by": row.actor, **json.loads(row.detail)}
