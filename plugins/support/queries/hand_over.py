"""What goes from a worker to another: codes, dates and kinds for the coordinator; the note for who receives it."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Date, cast, func, literal, null, select, union_all

from app.accounts.models import User
from app.accounts.queries import who_can
from app.db import db
from app.errors import NotFound
from app.people.models import Person
from app.web.times import today
from plugins.support.models import Assignment, Booking, CaseFile, HandOver, Letter, Referral, Step
from plugins.support.queries.file import Waiting, file_or_404, waiting_in
from plugins.support.queries.lists import follows

MANY = 200  # files of one worker on one page
_DATES = (CaseFile.step, CaseFile.step_on, CaseFile.reassess_on, CaseFile.due_on, CaseFile.last_contact_on)


class Open(NamedTuple):
    """Something that goes on in a file: its kind, how many, the nearest day when there is one."""

    what: str  # "step", "referral", "booking" or "letter"
    number: int
    day: date | None


class Carried(NamedTuple):
    """A file that she follows: its code, and what is open in it, in kinds and days."""

    code: str
    closed: bool
    last_contact_on: date | None
    waiting: list[Waiting]
    more: list[Open]


def carried_by(user: User) -> list[Carried]:
    """Every file that she follows, what is due first. Opens nothing; the same number of queries for any number."""
    query = select(CaseFile.id, Person.code, CaseFile.closed_on, *_DATES).join(CaseFile.person)
    query = query.join(Assignment, Assignment.file_id == CaseFile.id).where(follows(user))
    rows = db.session.execute(query.order_by(CaseFile.due_on, CaseFile.id).limit(MANY)).all()
    more = _more_open([row.id for row in rows])
    return [
        Carried(row.code, row.closed_on is not None, row.last_contact_on, waiting_in(row), more.get(row.id, []))
        for row in rows
    ]


def open_in(file: CaseFile) -> list[Open]:
    """What goes on in one file besides its next step and re-assessment."""
    return _more_open([file.id]).get(file.id, [])


def _more_open(files: list[int]) -> dict[int, list[Open]]:
    """Steps still to be done, referrals to ask about, interpreters who come, letters in draft: one query."""
    parts = (
        ("step", Step, func.min(func.coalesce(Step.day, Step.due_on)), Step.open),
        ("referral", Referral, func.min(Referral.ask_on), Referral.ask_on.is_not(None)),
        ("booking", Booking, func.min(Booking.day), Booking.cancelled_at.is_(None) & (Booking.day >= today())),
        ("letter", Letter, cast(null(), Date), Letter.sent_at.is_(None)),
    )
    each: list[Any] = [
        select(model.file_id, literal(what).label("what"), func.count().label("number"), day.label("day"))
        .where(model.file_id.in_(files), still)
        .group_by(model.file_id)
        for what, model, day, still in parts
    ]
    found: dict[int, list[Open]] = {}
    for file_id, what, number, day in db.session.execute(union_all(*each)):
        found.setdefault(file_id, []).append(Open(what, number, day))
    return found


def note_of(file: CaseFile, user: User) -> HandOver | None:
    """What she prepared in an opened file for who follows after her, if it was not handed over yet."""
    query = select(HandOver).where(HandOver.file_id == file.id, HandOver.former == user.id, HandOver.at.is_(None))
    return db.session.scalar(query)


class Received(NamedTuple):
    made: HandOver
    former: User


def last_received(file: CaseFile, user: User) -> Received | None:
    """How an opened file came to her, with the note that was left."""
    query = select(HandOver, User).join(User, User.id == HandOver.former).where(HandOver.file_id == file.id)
    query = query.where(HandOver.receiver == user.id).order_by(HandOver.id.desc()).limit(1)
    row = db.session.execute(query).one_or_none()
    return Received(*row) if row else None


def received_or_404(uid: str, user: User) -> HandOver:
    """What was handed over to her, in a file that is still hers to open, opened. Raises NotFound."""
    found = db.session.scalar(select(HandOver).where(HandOver.uid == uid, HandOver.receiver == user.id))
    if found is None:
        raise NotFound
    file_or_404(found.file.person.code, user)
    return found


def workers() -> tuple[list[User], list[User]]:
    """Whoever follows something, though she may have left; and those who may receive it. By name."""
    following = select(Assignment.user_id).where(Assignment.until.is_(None), Assignment.peer.is_(False))
    lists = (select(User).where(User.id.in_(ids)) for ids in (following, who_can("support.follow")))
    former, able = (sorted(db.session.scalars(query), key=lambda user: user.name) for query in lists)
    return former, able


def worker_or_none(uid: str) -> User | None:
    return db.session.scalar(select(User).where(User.uid == uid))
