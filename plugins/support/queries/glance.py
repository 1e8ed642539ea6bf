"""The first page of an opened file: the last of each topic, all in one query, whatever there is of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlalchemy import Integer, LargeBinary, Select, String, case, cast, func, literal, null, select, union_all

from app import vault
from app.accounts.models import User
from app.db import db, now
from app.errors import Damaged
from app.vault import reveal, sealed_column
from app.web.times import today
from plugins.support.models import (
    Answer,
    Assignment,
    CaseFile,
    FirstMeeting,
    Meeting,
    Objective,
    ObjectiveStep,
    Referral,
    StandIn,
    Step,
)
from plugins.support.rules import first_meeting as rules
from plugins.support.rules import urgency
from plugins.support.rules.objectives import OVER

SHOWN = 5  # of each list

_Model = type[vault.Confidential]
_SEALED: dict[str, tuple[_Model, tuple[str, ...]]] = {  # what is opened of each topic
    "answer": (Answer, ("state",)),
    "path": (FirstMeeting, ("place",)),
    "meeting": (Meeting, ("summary",)),
    "objective": (Objective, ("words",)),
    "step": (Step, ("what", "organisation")),
    "referral": (Referral, ("recipient",)),
}


class Line(NamedTuple):
    """A line of any topic. `word`, `number`, `more`: see `_parts`; `words`: its sealed values, None when damaged."""

    topic: str
    uid: str
    day: date | None
    word: str | None
    number: int | None
    more: int | None
    words: list[str | None]

    @property
    def urgency(self) -> str:
        """How near its day is."""
        return urgency(self.day, today()) if self.day else "later"

    @property
    def text(self) -> str:
        return next((each for each in self.words if each), "")


class Glance(NamedTuple):
    """What the first page shows."""

    answers: dict[str, Line]  # by what was offered: the last answer, its state as text
    path: Line | None  # the first meeting: its place as text, `number` 1 when it is over
    meeting: Line | None  # the last one
    objectives: list[Line]  # the newest under way; steps in `number`, those done in `more`
    steps: list[Line]  # open, the nearest first
    referrals: list[Line]  # whose outcome is not known, the first to be asked about first

    def stands(self, what: str) -> str:
        return self.answers[what].text if what in self.answers else ""


def glance(file: CaseFile) -> Glance:
    """One query."""
    rows = db.session.execute(union_all(*(select(part.subquery()) for part in _parts(file))))
    found: dict[str, list[Line]] = {topic: [] for topic in _SEALED}
    for row in rows:
        found[row.topic].append(Line(row.topic, row.uid, row.day, row.word, row.number, row.more, _opened(row)))
    answers = {str(line.word): line for line in found["answer"]}
    path, meeting = (next(iter(found[topic]), None) for topic in ("path", "meeting"))
    return Glance(answers, path, meeting, found["objective"], found["step"], found["referral"])


def _opened(row: Any) -> list[str | None]:
    model, names = _SEALED[row.topic]
    return [_value(model, name, row, sealed) for name, sealed in zip(names, (row.sealed, row.beside), strict=False)]


def _value(model: _Model, name: str, row: Any, sealed: bytes | None) -> str | None:
    """What is damaged is left out here, and said to be on its own page; the vault journals it."""
    try:
        return reveal(model, name, SimpleNamespace(uid=row.uid, safe_id=row.safe_id, **{name: sealed}))
    except Damaged:
        return None


def _parts(file: CaseFile) -> Iterator[Select[Any]]:
    """One SELECT a topic, all of one shape, each with its limit."""
    last = select(func.max(Answer.id)).where(Answer.file_id == file.id).group_by(Answer.what)
    yield _part("answer", Answer, Answer.day, word=Answer.what).where(Answer.id.in_(last)).limit(len(rules.OFFERS))
    over = case((FirstMeeting.finished_on.is_(None), 0), else_=1)
    yield _part("path", FirstMeeting, FirstMeeting.started_on, number=over).where(FirstMeeting.file_id == file.id)
    held = _part("meeting", Meeting, Meeting.day, word=Meeting.how, number=Meeting.minutes)
    yield held.where(Meeting.file_id == file.id).order_by(Meeting.day.desc(), Meeting.id.desc()).limit(1)
    yield _objectives(file)
    steps = _part("step", Step, func.coalesce(Step.day, Step.due_on), word=Step.kind)
    yield steps.where(Step.file_id == file.id, Step.open).order_by(Step.sort_on, Step.id).limit(SHOWN)
    sent = _part("referral", Referral, Referral.ask_on, word=Referral.form)
    sent = sent.where(Referral.file_id == file.id, Referral.outcome.is_(None))
    yield sent.order_by(Referral.ask_on.nulls_last(), Referral.id).limit(SHOWN)


def _objectives(file: CaseFile) -> Select[Any]:
    steps = select(func.count()).where(ObjectiveStep.objective_id == Objective.id, ObjectiveStep.off_on.is_(None))
    done = steps.where(ObjectiveStep.done_on.is_not(None)).scalar_subquery()
    aims = _part("objective", Objective, Objective.by_when, Objective.level, steps.scalar_subquery(), done)
    aims = aims.where(Objective.file_id == file.id, Objective.level.not_in(OVER))
    return aims.order_by(Objective.created_on.desc(), Objective.id.desc()).limit(SHOWN)


def _part(topic: str, model: Any, day: Any, word: Any = None, number: Any = None, more: Any = None) -> Select[Any]:
    names = (*_SEALED[topic][1], None)[:2]
    sealed = [sealed_column(model, name) if name else cast(null(), LargeBinary) for name in names]
    return select(
        literal(topic, String).label("topic"),
        *(model.uid, model.safe_id, day.label("day")),
        (cast(null(), String) if word is None else word).label("word"),
        (cast(null(), Integer) if number is None else number).label("number"),
        (cast(null(), Integer) if more is None else more).label("more"),
        *(sealed[0].label("sealed"), sealed[1].label("beside")),
    )


class Following(NamedTuple):
    """Who may open this file now: she follows her, is beside her as a peer, or stands in until an instant."""

    user: User
    since: datetime
    peer: bool
    until: datetime | None


def who_follows(file: CaseFile) -> list[Following]:
    """Workers first, then peers, then those who stand in. One query."""
    stands_in = (StandIn.file_id == file.id) & StandIn.ended_at.is_(None) & (StandIn.until > now())
    follows = (Assignment.file_id == file.id) & Assignment.until.is_(None)
    query = select(User, Assignment.since, Assignment.peer, StandIn.since, StandIn.until)
    query = query.outerjoin(Assignment, (Assignment.user_id == User.id) & follows)
    query = query.outerjoin(StandIn, (StandIn.user_id == User.id) & stands_in)
    query = query.where(Assignment.id.is_not(None) | StandIn.id.is_not(None))
    rows = db.session.execute(query.order_by(Assignment.id, StandIn.id))
    found = [_following(*row) for row in rows]
    return sorted(found, key=lambda each: (each.until is not None, each.peer))


def _following(
    user: User, since: datetime | None, peer: bool | None, stands_since: datetime, until: datetime | None
) -> Following:
    if since is None:
        return Following(user, stands_since, False, until)
    return Following(user, since, bool(peer), None)
