"""Who follows whom: codes, dates and workload, nothing else (DOMAIN section 8). Nothing is opened here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Integer, and_, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import selectinload

from app import vault
from app.accounts.models import User
from app.accounts.queries import who_can
from app.db import db
from app.errors import NotFound
from app.people.models import Person
from app.people.rules import as_code
from app.web.times import today
from plugins.support import rules
from plugins.support.models import Assignment, CaseFile, Contact, Step
from plugins.support.queries.own_file import sealed
from plugins.support.queries.pages import PAGE, mark_of, next_mark
from plugins.support.queries.served import only_served


class Follower(NamedTuple):
    assignment: Assignment
    user: User
    here: bool  # else her account is closed or her role is over: nobody of this name follows


def followers(files: Iterable[int]) -> dict[int, list[Follower]]:
    """Who follows each of these files now, workers first; who has left too, so that it can be ended."""
    query = select(Assignment, User, _here()).join(User, User.id == Assignment.user_id)
    query = query.where(Assignment.file_id.in_(list(files)), Assignment.until.is_(None))
    found: dict[int, list[Follower]] = {}
    for row in db.session.execute(query.order_by(Assignment.peer, Assignment.id)):
        found.setdefault(row[0].file_id, []).append(Follower(*row))
    return found


def _here() -> Any:
    """Whether she to whom it is assigned may still follow, or be beside: her account is open, her role holds."""
    following = and_(Assignment.peer.is_(False), Assignment.user_id.in_(who_can("support.follow")))
    return or_(following, and_(Assignment.peer, Assignment.user_id.in_(who_can("support.accompany"))))


class Caseload(NamedTuple):
    rows: Sequence[Any]  # id, code, opened_on, last_contact_on
    after: str | None
    followers: dict[int, list[Follower]]


def caseload(*, waiting: bool = False, code: str = "", after: str | None = None) -> Caseload:
    """Every open file by its code, the newest first; `waiting`: those that no worker follows."""
    query = select(CaseFile.id, Person.code, CaseFile.opened_on, CaseFile.last_contact_on).join(CaseFile.person)
    query = _to_be_seen(query).where(CaseFile.closed_on.is_(None))
    if waiting:
        query = query.where(_unfollowed())
    if code := code.strip():
        query = query.where(Person.code.startswith(as_code(code) or "–"))
    if mark := mark_of(after):
        query = query.where(tuple_(CaseFile.opened_on, CaseFile.id) < tuple_(*mark))
    rows = db.session.execute(query.order_by(CaseFile.opened_on.desc(), CaseFile.id.desc()).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    return Caseload(shown, next_mark(rows, lambda row: (row.opened_on, row.id)), followers(row.id for row in shown))


def count_waiting() -> int:
    query = select(func.count(CaseFile.id)).join(CaseFile.person).where(CaseFile.closed_on.is_(None), _unfollowed())
    return db.session.scalar(_to_be_seen(query)) or 0


def _to_be_seen(query: Any) -> Any:
    """Of a query that has persons in it: those whose service is on, and who are not sealed (D-FILE-6)."""
    return only_served(query).where(~sealed(Person.id))


def _unfollowed() -> Any:
    following = select(Assignment.id).where(Assignment.file_id == CaseFile.id, Assignment.until.is_(None))
    return ~following.where(Assignment.peer.is_(False), Assignment.user_id.in_(who_can("support.follow"))).exists()


class Adrift(NamedTuple):
    codes: Sequence[str]  # the first of them
    number: int  # of all


def adrift() -> Adrift:
    """Persons without a file whom nobody who is here may open: codes alone, those that wait longest first."""
    held = select(vault.Grant.id).where(vault.Grant.safe_id == Person.safe_id, vault.in_force())
    held = held.where(vault.Grant.user_id.in_(who_can("core.people.open")))
    query = _persons(Person.code).where(~held.exists()).order_by(Person.id)
    query = query.where(~select(CaseFile.id).where(CaseFile.person_id == Person.id).exists())
    codes = db.session.scalars(query.limit(PAGE)).all()
    full = len(codes) == PAGE
    return Adrift(codes, _count(query) if full else len(codes))


def without_worker() -> dict[str, int]:
    """How many files, and how many persons without one, wait for a worker."""
    return {"without": count_waiting(), "adrift": adrift().number}


def _count(query: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def _persons(what: Any) -> Any:
    """Those whose safe was not destroyed, and who are not sealed."""
    query = select(what).join(vault.Safe, vault.Safe.id == Person.safe_id).where(vault.Safe.destroyed_at.is_(None))
    return _to_be_seen(query)


def person_by_code(code: str) -> Person:
    """Somebody to be assigned by her code, unopened. Raises NotFound."""
    found: Person | None = db.session.scalar(_persons(Person).where(Person.code == code.strip().upper()))
    if found is None:
        raise NotFound
    return found


class Workload(NamedTuple):
    user: User
    peer: bool
    files: int
    late: int
    contacts: int  # in the last 30 days
    steps: int  # to be done within a week, the late ones included

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
    noted = select(Contact.by, literal("contacts"), func.count()).where(Contact.day > today() - rules.QUIET)
    both = union_all(noted.group_by(Contact.by), _steps_due())
    counts = {(who, what): number for who, what, number in db.session.execute(both)}
    loads = [
        Workload(
            *(who, not who.can("support.follow"), *files.get(who.id, (0, 0))),
            contacts=counts.get((who.id, "contacts"), 0),
            steps=counts.get((who.id, "steps"), 0),
        )
        for who in staff()
    ]
    return sorted(loads, key=lambda load: (load.peer, load.files, load.user.id))


def _steps_due() -> Any:
    """By who follows: steps of her open files that have a day, until a week from now."""
    query = select(Assignment.user_id, literal("steps"), func.count()).join(Step, Step.file_id == Assignment.file_id)
    query = query.join(CaseFile, CaseFile.id == Assignment.file_id).where(CaseFile.closed_on.is_(None), Step.open)
    query = query.where(Assignment.until.is_(None), Assignment.peer.is_(False))
    near = func.coalesce(Step.day, Step.due_on) <= today() + rules.SOON
    return query.where(near).group_by(Assignment.user_id)


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
