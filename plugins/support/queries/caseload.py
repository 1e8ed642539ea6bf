"""Who follows whom: codes, dates and workload, nothing else (DOMAIN section 8). Nothing is opened here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Integer, func, select, tuple_
from sqlalchemy.orm import selectinload

from app.accounts.models import User
from app.db import db
from app.errors import NotFound
from app.people.models import Person
from app.web.times import today
from plugins.support import rules
from plugins.support.models import Assignment, CaseFile, Contact
from plugins.support.queries.pages import PAGE, mark_of, next_mark


class Follower(NamedTuple):
    assignment: Assignment
    user: User


def followers(files: Iterable[int]) -> dict[int, list[Follower]]:
    """Who follows each of these files now, workers first."""
    query = select(Assignment, User).join(User, User.id == Assignment.user_id)
    query = query.where(Assignment.file_id.in_(list(files)), Assignment.until.is_(None))
    found: dict[int, list[Follower]] = {}
    for row in db.session.execute(query.order_by(Assignment.peer, Assignment.id)):
        found.setdefault(row[0].file_id, []).append(Follower(*row))
    return found


class Caseload(NamedTuple):
    rows: Sequence[Any]  # id, code, opened_on, last_contact_on
    after: str | None
    followers: dict[int, list[Follower]]


def caseload(*, waiting: bool = False, code: str = "", after: str | None = None) -> Caseload:
    """Every open file by its code, the newest first; `waiting`: those that no worker follows."""
    query = select(CaseFile.id, Person.code, CaseFile.opened_on, CaseFile.last_contact_on).join(CaseFile.person)
    query = query.where(CaseFile.closed_on.is_(None))
    if waiting:
        query = query.where(_unfollowed())
    if code := code.strip():
        query = query.where(Person.code.startswith(code.upper(), autoescape=True))
    if mark := mark_of(after):
        query = query.where(tuple_(CaseFile.opened_on, CaseFile.id) < tuple_(*mark))
    rows = db.session.execute(query.order_by(CaseFile.opened_on.desc(), CaseFile.id.desc()).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    return Caseload(shown, next_mark(rows, lambda row: (row.opened_on, row.id)), followers(row.id for row in shown))


def count_waiting() -> int:
    return db.session.scalar(select(func.count(CaseFile.id)).where(CaseFile.closed_on.is_(None), _unfollowed())) or 0


def _unfollowed() -> Any:
    following = select(Assignment.id).where(Assignment.file_id == CaseFile.id, Assignment.until.is_(None))
    return ~following.where(Assignment.peer.is_(False)).exists()


class Workload(NamedTuple):
    user: User
    peer: bool
    files: int
    late: int
    contacts: int  # in the last 30 days

    @property
    def option(self) -> tuple[str, str]:
        """Value and word of a choice: "Name · 12"."""
        return self.user.uid, f"{self.user.name} · {self.files}"


def workloads() -> list[Workload]:
    """What each worker and peer carries; who carries least comes first."""
    late = func.sum((CaseFile.due_on < today()).cast(Integer))
    carried = select(Assignment.user_id, func.count(), late).join(CaseFile, CaseFile.id == Assignment.file_id)
    carried = carried.where(Assignment.until.is_(None), CaseFile.closed_on.is_(None)).group_by(Assignment.user_id)
    files = {row[0]: row[1:] for row in db.session.execute(carried)}
    noted = select(Contact.by, func.count()).where(Contact.day > today() - rules.QUIET).group_by(Contact.by)
    contacts = {row[0]: row[1] for row in db.session.execute(noted)}
    loads = [
        Workload(who, not who.can("support.follow"), *files.get(who.id, (0, 0)), contacts.get(who.id, 0))
        for who in staff()
    ]
    return sorted(loads, key=lambda load: (load.peer, load.files, load.user.id))


def staff() -> list[User]:
    """Those who may follow a person, or be beside her, today."""
    everyone = db.session.scalars(select(User).options(selectinload(User.roles)).where(User.disabled_at.is_(None)))
    return [user for user in everyone if user.can("support.follow") or user.can("support.accompany")]


def staff_or_404(uid: str) -> User:
    """One of those, by the account's identifier. Raises NotFound."""
    for user in staff():
        if user.uid == uid:
            return user
    raise NotFound


def assignment_or_404(number: int) -> Assignment:
    found = db.session.get(Assignment, number)
    if found is None:
        raise NotFound
    return found
