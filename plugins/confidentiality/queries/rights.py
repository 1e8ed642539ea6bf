"""Requests about what is held on persons: those of hers, and for the privacy officer all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import NotFound
from app.people.models import Person
from app.vault import Grant, Safe
from plugins.confidentiality.models.rights import RightsRequest
from plugins.confidentiality.queries.persons import opened
from plugins.confidentiality.queries.registers import Column, Register, Rows, Wanted, keep, of_page, rows_of

PAGE = 25


class Line(NamedTuple):
    """A request in a list: whose by her code, what kind; nothing of what was asked."""

    id: int
    uid: str
    code: str
    kind: str
    received_on: date
    due_on: date
    answer: str | None


class Page(NamedTuple):
    lines: list[Line]
    older: int | None = None


_LINE = (
    *(RightsRequest.id, RightsRequest.uid, Person.code, RightsRequest.kind),
    *(RightsRequest.received_on, RightsRequest.due_on, RightsRequest.answer),
)


def _hers(user: User, query: Any) -> Any:
    """For who opens registers by office: every person's; else those of the persons granted to her."""
    query = query.join(Person, Person.id == RightsRequest.person_id)
    if "register" in user.opens:
        return query.join(Safe, Safe.id == RightsRequest.safe_id).where(Safe.destroyed_at.is_(None))
    granted = vault.granted_to(user).where(Grant.safe_id == Person.safe_id).correlate(Person).exists()
    return query.join(Safe, Safe.id == Person.safe_id).where(granted, Safe.destroyed_at.is_(None))


def requests(user: User, *, answered: bool = False, before: int | None = None) -> Page:
    """A page of requests: those that wait by their due day (all that wait are shown), the others the last first."""
    query = _hers(user, select(*_LINE))
    if answered:
        query = query.where(RightsRequest.answered_on.is_not(None)).order_by(RightsRequest.id.desc())
        query = query.where(RightsRequest.id < before) if before else query
    else:
        query = query.where(RightsRequest.answered_on.is_(None)).order_by(RightsRequest.due_on, RightsRequest.id)
    found = [Line(*row) for row in db.session.execute(query.limit((PAGE if answered else 4 * PAGE) + 1))]
    return Page(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None) if answered else Page(found)


def due(user: User, until: date, limit: int = 20) -> Sequence[Line]:
    """Requests to answer until a day, the late ones too (D-CONF-6)."""
    query = _hers(user, select(*_LINE)).where(RightsRequest.answered_on.is_(None), RightsRequest.due_on <= until)
    return [Line(*row) for row in db.session.execute(query.order_by(RightsRequest.due_on).limit(limit))]


def request_or_404(uid: str, user: User) -> RightsRequest:
    """A request, its safe opened and journaled. Raises NotFound when there is none, or none for her."""
    found = db.session.scalar(select(RightsRequest).where(RightsRequest.uid == uid))
    if found is None:
        raise NotFound
    opened(found, user)
    return found


def is_her_worker(person: Person, user: User) -> bool:
    """Whether her own safe is this user's to open, and not for a time alone: who prepares her whole file (D-CONF-8)."""
    return vault.is_granted(user, person.safe_id, lasting=True)


def waiting(person: Person) -> list[Line]:
    """Hers that are not answered yet, the first due first: for her page; nothing is opened."""
    query = select(*_LINE).join(Person, Person.id == RightsRequest.person_id)
    query = query.where(RightsRequest.person_id == person.id, RightsRequest.answered_on.is_(None))
    return [Line(*row) for row in db.session.execute(query.order_by(RightsRequest.due_on).limit(5))]


def requests_of(person: Person) -> Sequence[RightsRequest]:
    """All of hers, the last first; her register has been opened."""
    query = select(RightsRequest).where(RightsRequest.person_id == person.id).order_by(RightsRequest.id.desc())
    return db.session.scalars(query).all()


def everything_about(person: Person) -> list[dict[str, Any]]:
    """For her whole file: what she asked and was answered, and her statements (D-CONF-8)."""
    days = ("received_on", "answered_on", "corrected_on")
    told = ("kind", "asked", "should_read", "answer", "reasons", "article", "statement")
    return [
        {
            "uid": each.uid,
            **{name: getattr(each, name) for name in told},
            **{name: value.isoformat() if (value := getattr(each, name)) else None for name in days},
        }
        for each in reversed(requests_of(person))
    ]


# --- the register ----------------------------------------------------------------------------------------------------


def _page(user: User, wanted: Wanted) -> Rows:
    user.must("confidentiality.registers")
    query = of_page(_kept(select(RightsRequest)), RightsRequest.id, RightsRequest.received_on, wanted)
    found = db.session.scalars(query).all()
    shown = found[: wanted.limit]
    vault.open_safes(user, {row.safe_id for row in shown}, why="register", codes=[row.person.code for row in shown])
    return rows_of(found, wanted, _told)


def _kept(query: Select[Any]) -> Select[Any]:
    return query.join(Safe, Safe.id == RightsRequest.safe_id).where(Safe.destroyed_at.is_(None))


def _told(each: RightsRequest) -> dict[str, Any]:
    told = (
        "id",
        "uid",
        "received_on",
        "kind",
        "due_on",
        "how",
        "asked_by",
        "identity",
        "answer",
        "answered_on",
        "given",
    )
    return {name: getattr(each, name) for name in told} | {
        "code": each.person.code,
        **{name: getattr(each, name) for name in ("asked", "reasons", "article")},
    }


keep(
    Register(
        "requests",
        _l("What persons asked about what is held on them"),
        "user-round",
        (
            Column("received_on", _l("Received"), "date"),
            Column("code", _l("Person"), "code"),
            Column("kind", _l("What is asked"), "word", "rights"),
            Column("due_on", _l("To answer by"), "date"),
            Column("answer", _l("Answer"), "word", "rights_answers"),
            Column("answered_on", _l("Answered"), "date"),
            Column("how", _l("How it came"), "word", "ways_in", long=True),
            Column("asked_by", _l("Asked by"), "word", "asked_by", long=True),
            Column("identity", _l("How her identity was checked"), "word", "identity", long=True),
            Column("asked", _l("In her words"), long=True),
            Column("reasons", _l("Reasons"), long=True),
            Column("article", _l("Article"), long=True),
            Column("given", _l("How the answer was given"), "word", "ways", long=True),
        ),
        page=_page,
        size=lambda: _kept(select(RightsRequest.id)),
        due=lambda day: _kept(select(RightsRequest.id)).where(
            RightsRequest.answered_on.is_(None), RightsRequest.due_on <= day
        ),
        endpoint="confidentiality.rights_request",
        hint=_l("Access, correction, a copy to take along, withdrawal, destruction: each answered within 30 days."),
        weight=40,
    )
)
