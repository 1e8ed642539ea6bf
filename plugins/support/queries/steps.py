"""Reads of steps: a file's, and those that are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import selectinload

from app import vault
from app.accounts.models import User
from app.db import db
from app.people.models import Person
from app.web.times import today
from plugins.support.models import Assignment, CaseFile, Step
from plugins.support.queries.hers import of_hers
from plugins.support.queries.legible import Legible
from plugins.support.queries.pages import PAGE, mark_of, next_mark
from plugins.support.queries.served import only_served


class Steps(NamedTuple):
    rows: Sequence[tuple[Any, User | None]]  # each legible, and who goes with her
    after: str | None


def steps_of(file: CaseFile, *, done: bool = False, after: str | None = None) -> Steps:
    """A page of an opened file's steps: what comes next first; of those that are over, the last first."""
    place = tuple_(Step.sort_on, Step.id)
    query = _steps(file).where(Step.open.is_(not done))
    if mark := mark_of(after):
        query = query.where(place < tuple_(*mark) if done else place > tuple_(*mark))
    order = (Step.sort_on.desc(), Step.id.desc()) if done else (Step.sort_on, Step.id)
    rows = db.session.execute(query.order_by(*order).limit(PAGE + 1)).all()
    return Steps(
        [(Legible(row[0]), row[1]) for row in rows[:PAGE]], next_mark(rows, lambda row: (row[0].sort_on, row[0].id))
    )


def _steps(file: CaseFile) -> Any:
    return select(Step, User).outerjoin(User, User.id == Step.beside_id).where(Step.file_id == file.id)


def step_or_404(uid: str, user: User) -> Step:
    """A step of a file that this user may open, opened. Raises NotFound."""
    return of_hers(Step, uid, user)


def companions(file: CaseFile) -> list[User]:
    """Who may go with her: the workers and peers who are assigned to her now, and may still be."""
    query = select(User).join(Assignment, Assignment.user_id == User.id).options(selectinload(User.roles))
    query = query.where(Assignment.file_id == file.id, Assignment.until.is_(None), User.disabled_at.is_(None))
    found = db.session.scalars(query.order_by(Assignment.peer, Assignment.id)).unique()
    return [user for user in found if user.can("support.follow") or user.can("support.accompany")]


class Going(NamedTuple):
    """What a peer knows of a step on which she goes along: whom, which day, at what hour; not where, not why."""

    code: str
    day: date
    hour: time | None


def goings(user: User, until: date | None = None, limit: int = 20) -> list[Going]:
    """The steps on which a peer goes along, from yesterday on; opens nothing (DOMAIN section 8)."""
    query = _waiting(user).where(Assignment.peer, Step.beside_id == user.id, Step.day >= today() - timedelta(days=1))
    query = query.where(Step.day <= until) if until else query
    rows = db.session.execute(
        query.with_only_columns(Person.code, Step.day, Step.hour).order_by(Step.day, Step.hour, Step.id).limit(limit)
    )
    return [Going(*row) for row in rows]


def _waiting(user: User) -> Any:
    """Open steps of open files that are assigned to her now, and whose safe is still granted to her."""
    query = select(Step).join(CaseFile, CaseFile.id == Step.file_id).join(Person, Person.id == CaseFile.person_id)
    hers = and_(Assignment.file_id == Step.file_id, Assignment.user_id == user.id, Assignment.until.is_(None))
    query = query.join(Assignment, hers).where(Step.open, CaseFile.closed_on.is_(None))
    return only_served(query.where(Person.safe_id.in_(vault.granted_to(user))))
