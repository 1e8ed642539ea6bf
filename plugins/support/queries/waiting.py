"""All that waits for somebody in follow-up: one statement, which opens nothing. Codes and days alone (D-CONF-11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Select, String, Time, and_, case, cast, literal, null, or_, select, union_all

from app import vault
from app.accounts.models import User
from app.db import db, now
from app.people.models import Person
from app.web.times import today
from plugins.support.models import (
    Assignment,
    Booking,
    CaseFile,
    FirstMeeting,
    HandOver,
    Referral,
    Seal,
    StandIn,
    Step,
)
from plugins.support.queries.lists import follows
from plugins.support.queries.own_file import sealed
from plugins.support.queries.served import only_served
from plugins.support.rules import stand_in as stand_ins

MOST = 20  # of each kind
_NO_DAY, _NO_HOUR, _NOTHING = cast(null(), Date), cast(null(), Time), literal("")


def waiting(user: User, until: date) -> Sequence[Any]:
    """What waits for her until a day: rows of `kind`, `code`, `uid`, `day`, `hour` and `note`, a keyword.

    Without a `day`, it waits now.
    """
    parts = [select(each.limit(MOST).subquery()) for each in _kinds(user, until)]
    return db.session.execute(union_all(*parts)).all() if parts else []


def _kinds(user: User, until: date) -> Iterator[Select[Any]]:
    if user.can("support.follow"):
        yield _next_steps(user, until)
        yield _reassessments(user, until)
        yield _first_meetings(user)
        yield _steps(user, until)
        yield _referrals(user, until)
        yield _interpreters(user, until)
        yield _handed_over(user)
        yield _others_standing_in(user)
    elif user.can("support.accompany"):
        yield _going_along(user, until)
    if user.can("support.stand_in"):
        yield _standing_in(user)
    if user.can("support.review"):
        yield _to_review(user, until)
    if user.can("support.lift"):
        yield _to_lift(user)


def _row(kind: str, *, uid: Any = _NOTHING, day: Any = _NO_DAY, hour: Any = _NO_HOUR, note: Any = _NOTHING) -> Any:
    columns = {"uid": uid, "day": day, "hour": hour, "note": note}
    told = (column.label(name) for name, column in columns.items())
    return select(literal(kind).label("kind"), Person.code.label("code"), *told).select_from(CaseFile).join(
        Person, Person.id == CaseFile.person_id
    )  # fmt: skip


def _hers(query: Any, user: User) -> Any:
    """In the open files that she follows, of services that are on."""
    query = query.join(Assignment, and_(Assignment.file_id == CaseFile.id, follows(user)))
    mine = CaseFile.closed_on.is_(None), CaseFile.safe_id.in_(vault.granted_to(user))
    return only_served(query.where(*mine, Person.safe_id.in_(vault.granted_to(user))))


def _next_steps(user: User, until: date) -> Any:
    query = _hers(_row("next", day=CaseFile.step_on, note=cast(CaseFile.step, String)), user)
    return query.where(CaseFile.due_on <= until, CaseFile.step_on <= until).order_by(CaseFile.step_on, CaseFile.id)


def _reassessments(user: User, until: date) -> Any:
    query = _hers(_row("reassess", day=CaseFile.reassess_on), user)
    return query.where(CaseFile.due_on <= until, CaseFile.reassess_on <= until).order_by(
        CaseFile.reassess_on, CaseFile.id
    )


def _first_meetings(user: User) -> Any:
    """Paused: to be taken up again."""
    query = _hers(_row("first_meeting", day=FirstMeeting.started_on), user)
    query = query.join(FirstMeeting, FirstMeeting.file_id == CaseFile.id)
    return query.where(FirstMeeting.finished_on.is_(None)).order_by(FirstMeeting.started_on, FirstMeeting.id)


def _steps(user: User, until: date) -> Any:
    """In the files that she follows; `note` is "beside" when she goes along."""
    hour = case((Step.day == Step.sort_on, Step.hour), else_=_NO_HOUR)
    beside = case((Step.beside_id == user.id, "beside"), else_="")
    query = _hers(_row("step", uid=Step.uid, day=Step.sort_on, hour=hour, note=beside), user)
    query = query.join(Step, Step.file_id == CaseFile.id).where(Step.open, Step.sort_on <= until)
    return query.order_by(Step.sort_on, Step.id)


def _going_along(user: User, until: date) -> Any:
    """A peer knows whom, which day, at what hour; not where, not why (DOMAIN section 8)."""
    query = _row("going", day=Step.day, hour=Step.hour).join(Step, Step.file_id == CaseFile.id)
    beside = Assignment.user_id == user.id, Assignment.until.is_(None), Assignment.peer
    query = query.join(Assignment, and_(Assignment.file_id == CaseFile.id, *beside))
    query = query.where(Step.open, Step.beside_id == user.id, Step.day.between(today() - timedelta(days=1), until))
    mine = CaseFile.closed_on.is_(None), Person.safe_id.in_(vault.granted_to(user))
    return only_served(query.where(*mine)).order_by(Step.day, Step.id)


def _referrals(user: User, until: date) -> Any:
    query = _hers(_row("referral", uid=Referral.uid, day=Referral.ask_on), user)
    query = query.join(Referral, Referral.file_id == CaseFile.id).where(Referral.ask_on <= until)
    return query.order_by(Referral.ask_on, Referral.id)


def _interpreters(user: User, until: date) -> Any:
    query = _hers(_row("interpreter", day=Booking.day, hour=Booking.hour), user)
    query = query.join(Booking, Booking.file_id == CaseFile.id).where(Booking.cancelled_at.is_(None))
    return query.where(Booking.day.between(today(), until)).order_by(Booking.day, Booking.id)


def _handed_over(user: User) -> Any:
    """Files that came to her, and whose page she has not read yet."""
    query = _hers(_row("handed_over"), user).join(HandOver, HandOver.file_id == CaseFile.id)
    return query.where(HandOver.receiver == user.id, HandOver.seen_at.is_(None)).order_by(HandOver.id)


def _others_standing_in(user: User) -> Any:
    """Files that she follows, opened by another this week (D-CONF-1)."""
    query = _hers(_row("told", note=StandIn.why), user).join(StandIn, StandIn.file_id == CaseFile.id)
    return query.where(StandIn.user_id != user.id, StandIn.since > now() - stand_ins.TOLD).order_by(StandIn.id.desc())


def _standing_in(user: User) -> Any:
    """Files open to her for a time."""
    query = _row("standing_in", note=StandIn.why).join(StandIn, StandIn.file_id == CaseFile.id)
    under_way = or_(StandIn.ended_at.is_(None), StandIn.ended_at > now()), StandIn.until > now()
    return query.where(StandIn.user_id == user.id, *under_way, ~sealed(CaseFile.person_id)).order_by(StandIn.id)


def _to_review(user: User, until: date) -> Any:
    """Those that another has to look at: never who opened it."""
    query = _row("review", uid=StandIn.uid, day=StandIn.review_by).join(StandIn, StandIn.file_id == CaseFile.id)
    waits = StandIn.reviewed_at.is_(None), StandIn.user_id != user.id, StandIn.review_by <= until
    return query.where(*waits).order_by(StandIn.review_by, StandIn.id)


def _to_lift(user: User) -> Any:
    """Sealed files that another asked to open again (D-FILE-6)."""
    query = select(literal("lift").label("kind"), Person.code.label("code"), _NOTHING.label("uid"))
    query = query.add_columns(_NO_DAY.label("day"), _NO_HOUR.label("hour"), _NOTHING.label("note"))
    query = query.join_from(Seal, Person, Person.id == Seal.person_id).where(Seal.lifted_at.is_(None))
    return query.where(Seal.asked_by.is_not(None), Seal.asked_by != user.id).order_by(Seal.id)
