"""Her objectives: the list, one with all that it was, a glance, and what a peer sees of those that are shared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import joinedload

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import NotFound
from app.journal import record
from app.people.models import Person
from plugins.support.models import (
    Assignment,
    CaseFile,
    Objective,
    ObjectiveStep,
    ObjectiveVersion,
    SharedObjective,
)
from plugins.support.queries.file import file_or_404
from plugins.support.queries.legible import Legible
from plugins.support.queries.pages import PAGE, mark_of, next_mark
from plugins.support.queries.served import must_be_served
from plugins.support.rules.objectives import OVER


class Shown(NamedTuple):
    """An objective of the list, with its steps."""

    objective: Any
    shared: bool
    steps: list[Any]

    @property
    def done(self) -> int:
        return sum(step.done_on is not None for step in self.steps)


class Objectives(NamedTuple):
    rows: list[Shown]
    older: str | None
    over: int  # how many are reached or set aside


def objectives(file: CaseFile, *, over: bool = False, before: str | None = None) -> Objectives:
    """The objectives of an opened file, newest first: those under way, or those reached and set aside."""
    query = _of(file, over)
    if mark := mark_of(before):
        query = query.where(tuple_(Objective.created_on, Objective.id) < tuple_(*mark))
    rows = db.session.execute(query.order_by(Objective.created_on.desc(), Objective.id.desc()).limit(PAGE + 1)).all()
    steps = _steps(objective.id for objective, _shared in rows[:PAGE])
    shown = [Shown(Legible(each), shared is not None, steps.get(each.id, [])) for each, shared in rows[:PAGE]]
    there = select(func.count(Objective.id)).where(Objective.file_id == file.id, Objective.level.in_(OVER))
    older = next_mark(rows, lambda row: (row[0].created_on, row[0].id))
    return Objectives(shown, older, db.session.scalar(there) or 0)


class Glance(NamedTuple):
    """An objective in a line: `words` None when the value is damaged."""

    uid: str
    words: str | None
    level: str
    by_when: date | None
    steps: int
    done: int


def objectives_at_a_glance(file: CaseFile, limit: int = 5) -> list[Glance]:
    """The newest that are under way in an opened file, for its first page. One query."""
    steps = select(func.count()).where(ObjectiveStep.objective_id == Objective.id, ObjectiveStep.off_on.is_(None))
    done = steps.where(ObjectiveStep.done_on.is_not(None))
    query = select(Objective, steps.scalar_subquery(), done.scalar_subquery())
    query = query.where(Objective.file_id == file.id, Objective.level.not_in(OVER))
    rows = db.session.execute(query.order_by(Objective.created_on.desc(), Objective.id.desc()).limit(limit)).all()
    told = [(Legible(objective), *counts) for objective, *counts in rows]
    return [Glance(each.uid, each.words, each.level, each.by_when, *counts) for each, *counts in told]


def objective_or_404(uid: str, user: User) -> Objective:
    """An objective of a file that this user may open, opened. Raises NotFound."""
    query = select(Objective).options(joinedload(Objective.file, innerjoin=True)).where(Objective.uid == uid)
    objective = db.session.scalar(query)
    if objective is None:
        raise NotFound
    file_or_404(objective.file.person.code, user)
    return objective


def step_or_404(uid: str, user: User) -> ObjectiveStep:
    """A step of such an objective. Raises NotFound."""
    query = select(ObjectiveStep).join(ObjectiveStep.objective).where(ObjectiveStep.uid == uid)
    step = db.session.scalar(query)
    if step is None or objective_or_404(step.objective.uid, user) is None:
        raise NotFound
    return step


def steps_of(objective: Objective) -> list[Any]:
    return _steps([objective.id]).get(objective.id, [])


class Before(NamedTuple):
    """What an objective was, who wrote it."""

    was: Any
    by: User


class History(NamedTuple):
    versions: list[Before]
    older: str | None


def history(objective: Objective, before: str | None = None) -> History:
    """Every wording and progress of an opened objective, newest first."""
    query = select(ObjectiveVersion, User).join(User, User.id == ObjectiveVersion.by)
    query = query.where(ObjectiveVersion.objective_id == objective.id)
    if mark := mark_of(before):
        query = query.where(ObjectiveVersion.number < mark[1])
    rows = db.session.execute(query.order_by(ObjectiveVersion.number.desc()).limit(PAGE + 1)).all()
    shown = [Before(Legible(version), by) for version, by in rows[:PAGE]]
    return History(shown, next_mark(rows, lambda row: (row[0].at.date(), row[0].number)))


class Sharing(NamedTuple):
    """Since when an objective is shared, and the peers who are beside her now."""

    since: date | None
    peers: Sequence[str]


def sharing(objective: Objective) -> Sharing:
    since = select(SharedObjective.since).where(SharedObjective.objective_id == objective.id)
    beside = select(User).join(Assignment, Assignment.user_id == User.id).order_by(Assignment.id)
    beside = beside.where(Assignment.file_id == objective.file_id, Assignment.peer, Assignment.until.is_(None))
    return Sharing(db.session.scalar(since), [user.name for user in db.session.scalars(beside)])


class Beside(NamedTuple):
    """What a peer sees: a code, and the objectives that were shared with her, as they are now."""

    code: str
    rows: list[Any]  # of SharedObjective, with its objective's level and day


def shared_with(code: str, user: User) -> Beside:
    """What a woman shares with the peer beside her (DOMAIN section 8). Raises NotFound, journaled when it is refused.

    Reads the copies in the safes of what is shared; the objectives themselves stay sealed in a safe that is not hers.
    """
    query = select(CaseFile).join(CaseFile.person).join(Assignment, Assignment.file_id == CaseFile.id)
    query = query.where(Person.code == code.strip().upper(), CaseFile.closed_on.is_(None))
    file = db.session.scalar(query.where(Assignment.user_id == user.id, Assignment.peer, Assignment.until.is_(None)))
    if file is None or not vault.is_granted(user, file.person.safe_id):
        record("people.refused", by=user, codes=[file.person.code] if file else [], survives=True)
        raise NotFound
    must_be_served(file.person)
    shared = select(SharedObjective).options(joinedload(SharedObjective.objective, innerjoin=True))
    rows = db.session.scalars(shared.where(SharedObjective.file_id == file.id).order_by(SharedObjective.id)).all()
    vault.open_safes(user, [row.safe_id for row in rows], why="support.shared", codes=[file.person.code])
    return Beside(file.person.code, [Legible(row) for row in rows])


def _of(file: CaseFile, over: bool) -> Any:
    shared = SharedObjective.objective_id == Objective.id
    query = select(Objective, SharedObjective.id).outerjoin(SharedObjective, shared)
    state = Objective.level.in_(OVER) if over else Objective.level.not_in(OVER)
    return query.where(Objective.file_id == file.id, state)


def _steps(objectives: Iterable[int]) -> dict[int, list[Any]]:
    """The steps that are on the list, in the order in which they were added."""
    query = select(ObjectiveStep).where(ObjectiveStep.objective_id.in_(list(objectives)))
    found: dict[int, list[Any]] = {}
    for step in db.session.scalars(query.where(ObjectiveStep.off_on.is_(None)).order_by(ObjectiveStep.id)):
        found.setdefault(step.objective_id, []).append(Legible(step))
    return found
