"""Who opened what for a time: her own, those on files that she follows, those that wait for a reviewer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select, tuple_

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import NotFound, SafeDestroyed
from app.people.models import Person
from app.web.times import today
from plugins.support.models import CaseFile, StandIn
from plugins.support.queries.own_file import sealed
from plugins.support.queries.pages import PAGE, mark_of, next_mark
from plugins.support.queries.served import only_served
from plugins.support.rules import stand_in as rules


def file_to_open(code: str) -> CaseFile:
    """A file by its whole code, unopened. One that is sealed from everybody is not there. Raises NotFound."""
    query = select(CaseFile).join(CaseFile.person).where(Person.code == code.strip().upper())
    query = query.join(vault.Safe, vault.Safe.id == CaseFile.safe_id).where(vault.Safe.destroyed_at.is_(None))
    found: CaseFile | None = db.session.scalar(only_served(query).where(~sealed(CaseFile.person_id)))
    if found is None:
        raise NotFound
    return found


def mine(user: User, limit: int = 10) -> Sequence[StandIn]:
    """Where she stands in or stood in, the last first."""
    query = select(StandIn).join(CaseFile, CaseFile.id == StandIn.file_id).where(StandIn.user_id == user.id)
    query = query.where(~sealed(CaseFile.person_id))
    return db.session.scalars(query.order_by(StandIn.id.desc()).limit(limit)).all()


class ToReview(NamedTuple):
    rows: list[tuple[StandIn, User]]  # each with who opened it
    after: str | None


def to_review(*, done: bool = False, after: str | None = None, limit: int = PAGE) -> ToReview:
    """Those that wait for a reviewer, the one due first; or those that were reviewed, the last first."""
    query = select(StandIn, User).join(User, User.id == StandIn.user_id)
    query = query.where(StandIn.reviewed_at.is_not(None) if done else StandIn.reviewed_at.is_(None))
    key, mark = tuple_(StandIn.review_by, StandIn.id), mark_of(after)
    if mark:
        query = query.where(key < tuple_(*mark) if done else key > tuple_(*mark))
    order = [column.desc() if done else column for column in (StandIn.review_by, StandIn.id)]
    rows = [(row[0], row[1]) for row in db.session.execute(query.order_by(*order).limit(limit + 1))]
    return ToReview(rows[:limit], next_mark(rows, lambda row: (row[0].review_by, row[0].id), limit))


def stand_in_or_404(uid: str) -> StandIn:
    found: StandIn | None = db.session.scalar(select(StandIn).where(StandIn.uid == uid))
    if found is None:
        raise NotFound
    return found


class Shown(NamedTuple):
    """One stand-in as its reviewer sees it."""

    made: StandIn
    by: User
    reviewer: User | None
    line: str | None  # the reason in her words
    remark: str | None
    readable: bool  # False: the words were destroyed with the file
    here: int  # how often she stood in for this file in the last 30 days, this time included
    anywhere: int  # and for any
    late: bool


def shown(user: User, uid: str) -> Shown:
    """Opened by her office; the file is not. Raises NotFound, NotGranted."""
    made = stand_in_or_404(uid)
    readable = _open(user, made)
    users = {
        each.id: each for each in db.session.scalars(select(User).where(User.id.in_([made.user_id, made.reviewed_by])))
    }
    hers = select(func.count(StandIn.id)).where(StandIn.user_id == made.user_id, StandIn.id <= made.id)
    hers = hers.where(StandIn.since > made.since - rules.COUNTED)
    both = select(hers.where(StandIn.file_id == made.file_id).scalar_subquery(), hers.scalar_subquery())
    here, anywhere = db.session.execute(both).one()
    words = (made.line, made.remark) if readable else (None, None)
    late = made.reviewed_at is None and made.review_by < today()
    return Shown(made, users[made.user_id], users.get(made.reviewed_by or 0), *words, readable, here, anywhere, late)


def _open(user: User, made: StandIn) -> bool:
    try:
        vault.open_safes(user, [made.safe_id], why="support.review", codes=[made.file.person.code])
    except SafeDestroyed:
        return False
    return True
