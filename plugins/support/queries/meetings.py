"""Meetings of an opened file: by pages, one with what it said before, the last one."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.accounts.queries import who_can
from app.db import db, now
from app.errors import NotFound
from plugins.support.models import CaseFile, Meeting, MeetingBefore
from plugins.support.queries.file import file_or_404
from plugins.support.queries.pages import PAGE, mark_of, next_mark
from plugins.support.rules import meetings as rules

_second = aliased(User)


class Held(NamedTuple):
    """A meeting, and who held it."""

    meeting: Meeting
    by: User
    second: User | None

    @property
    def workers(self) -> str:
        return " · ".join(worker.name for worker in (self.by, self.second) if worker)


class Meetings(NamedTuple):
    rows: list[Held]
    older: str | None  # where the next page begins


def meetings(file: CaseFile, before: str | None = None) -> Meetings:
    """The newest first."""
    query = _held().where(Meeting.file_id == file.id)
    if mark := mark_of(before):
        query = query.where(tuple_(Meeting.day, Meeting.id) < tuple_(*mark))
    rows = db.session.execute(query.order_by(Meeting.day.desc(), Meeting.id.desc()).limit(PAGE + 1)).all()
    return Meetings([Held(*row) for row in rows[:PAGE]], next_mark(rows, lambda row: (row[0].day, row[0].id)))


def meeting_or_404(uid: str, user: User) -> Held:
    """A meeting in a file that this user may open, opened. Raises NotFound."""
    row = db.session.execute(_held().where(Meeting.uid == uid)).one_or_none()
    if row is None:
        raise NotFound
    file_or_404(row[0].file.person.code, user)
    return Held(*row)


def _held() -> Any:
    query = select(Meeting, User, _second).join(User, User.id == Meeting.by)
    return query.outerjoin(_second, _second.id == Meeting.second)


class Before(NamedTuple):
    """What a meeting said before a correction."""

    by: User
    at: datetime
    told: dict[str, Any]


def before(meeting: Meeting) -> list[Before]:
    """Every version that was corrected, the last first."""
    query = select(MeetingBefore, User).join(User, User.id == MeetingBefore.by)
    query = query.where(MeetingBefore.meeting_id == meeting.id).order_by(MeetingBefore.version.desc())
    return [Before(by, row.at, _dated(json.loads(row.told))) for row, by in db.session.execute(query)]


def _dated(told: dict[str, Any]) -> dict[str, Any]:
    return told | {"day": date.fromisoformat(told["day"])}


def may_correct(meeting: Meeting, user: User) -> bool:
    open_, workers = meeting.file.closed_on is None, (meeting.by, meeting.second)
    return open_ and rules.may_correct_meeting(meeting.at, workers, user.id, now())


def corrector(meeting: Meeting) -> User | None:
    return db.session.get(User, meeting.corrected_by) if meeting.corrected_by else None


def fellow_workers(but: int) -> list[tuple[int, str]]:
    """Numbers and names of those who follow persons here, but one."""
    query = select(User).where(User.id.in_(who_can("support.follow")), User.id != but)
    return sorted(((user.id, user.name) for user in db.session.scalars(query)), key=lambda each: each[1])
