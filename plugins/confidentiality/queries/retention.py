"""What is held, what is due to be destroyed, what was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app import vault
from app.accounts.models import User
from app.catalogue.settings import setting
from app.db import db
from app.errors import NotFound
from app.hookspecs import Expired, RetentionCategory
from app.journal import record
from app.people.models import Person
from app.people.retention import categories
from app.vault import Safe
from plugins.confidentiality.models.retention import Certificate, LegalHold, Proposal
from plugins.confidentiality.models.rights import RightsRequest
from plugins.confidentiality.queries.persons import may_open, opened, person_of
from plugins.confidentiality.queries.registers import Column, Register, Rows, Wanted, keep, of_page, rows_of
from plugins.confidentiality.rules import retention as rules

PAGE = 25


class Kept(NamedTuple):
    """A category of what is kept, for how many months, and how many of it wait."""

    category: RetentionCategory
    months: int
    waiting: int


class Page(NamedTuple):
    rows: list[Proposal]
    held: set[str]  # codes about whom nothing may be destroyed
    older: int | None = None


def is_held(person: Person) -> bool:
    """Whether something forbids to destroy what is written about her."""
    return bool(held_codes([person.code]))


def held_codes(codes: Iterable[str]) -> set[str]:
    """Those of these persons about whom nothing may be destroyed."""
    query = select(Person.code).join(LegalHold, LegalHold.person_id == Person.id)
    return set(db.session.scalars(query.where(Person.code.in_(set(codes)), LegalHold.lifted_on.is_(None))))


def holds_of(person: Person) -> Sequence[LegalHold]:
    """All that were placed on her, the last first."""
    query = select(LegalHold).where(LegalHold.person_id == person.id)
    return db.session.scalars(query.order_by(LegalHold.id.desc())).all()


def hold_or_404(uid: str, user: User) -> LegalHold:
    """A hold, its safe opened. Raises NotFound when there is none, or none for her."""
    found = db.session.scalar(select(LegalHold).where(LegalHold.uid == uid))
    if found is None:
        raise NotFound
    opened(found, user)
    return found


def may_be_held(code: str, user: User) -> Person | None:
    """The person with this code, for who sees every code anyway, or follows her; nothing is opened."""
    person = person_of(code)
    known = person is not None and (user.can("core.people.codes") or may_open(person, user))
    if not known:
        record("people.refused", by=user, codes=[person.code] if person else [], survives=True)
    return person if known else None


def _holds(user: User, wanted: Wanted) -> Rows:
    user.must("confidentiality.registers")
    found = db.session.scalars(of_page(_readable(select(LegalHold)), LegalHold.id, LegalHold.since, wanted)).all()
    shown = found[: wanted.limit]
    vault.open_safes(user, {row.safe_id for row in shown}, why="register", codes=[row.person.code for row in shown])
    return rows_of(found, wanted, _hold)


def _hold(each: LegalHold) -> dict[str, Any]:
    told = ("id", "uid", "since", "source", "why", "lifted_on", "lifted_why")
    return {name: getattr(each, name) for name in told} | {"code": each.person.code}


def _readable(query: Any) -> Any:
    return query.join(Safe, Safe.id == LegalHold.safe_id).where(Safe.destroyed_at.is_(None))


keep(
    Register(
        "holds",
        _l("What may not be destroyed"),
        "lock",
        (
            Column("since", _l("Since"), "date"),
            Column("code", _l("Person"), "code"),
            Column("source", _l("What forbids it"), "word", "hold_sources"),
            Column("why", _l("In a few words"), long=True),
            Column("lifted_on", _l("Ended"), "date"),
            Column("lifted_why", _l("Why it ended"), long=True),
        ),
        page=_holds,
        size=lambda: _readable(select(LegalHold.id)),
        endpoint="confidentiality.hold",
        new=("confidentiality.new_hold", _l("Forbid that something is destroyed")),
        hint=_l("While one stands, nothing about her is destroyed, whoever agreed."),
        weight=75,
    )
)


# --- what is kept, what is proposed ----------------------------------------------------------------------------------


def kept() -> list[Kept]:
    """Every category, for how long, and how many of it are proposed or approved."""
    query = select(Proposal.category, func.count()).where(Proposal.state.in_(("proposed", "approved")))
    waiting = {row[0]: row[1] for row in db.session.execute(query.group_by(Proposal.category))}
    known = sorted(categories().values(), key=lambda category: str(category.title))
    return [Kept(each, int(setting(each.setting)), waiting.get(each.key, 0)) for each in known]


def proposals(state: str, after: int | None = None) -> Page:
    """A page of proposals in a state, the first proposed first."""
    query = select(Proposal).where(Proposal.state == state, Proposal.id > (after or 0))
    found = db.session.scalars(query.order_by(Proposal.id).limit(PAGE + 1)).all()
    shown = list(found[:PAGE])
    return Page(shown, held_codes(each.code for each in shown), shown[-1].id if len(found) > PAGE else None)


def proposals_named(uids: Iterable[str]) -> Sequence[Proposal]:
    """Those with these uids; what does not exist is left out."""
    return db.session.scalars(select(Proposal).where(Proposal.uid.in_(set(uids))).order_by(Proposal.id)).all()


def to_decide(user: User) -> dict[str, int]:
    """How many wait for her: as the first person, as the second."""
    mine = [state for state, permission in _WHOSE.items() if user.can(permission)]
    query = select(Proposal.state, func.count()).where(Proposal.state.in_(mine)).group_by(Proposal.state)
    not_hers = (Proposal.approved_by.is_(None)) | (Proposal.approved_by != user.id)
    return {row[0]: row[1] for row in db.session.execute(query.where(not_hers))}


_WHOSE = {"proposed": "confidentiality.registers", "approved": "confidentiality.confirm"}


def asked_to_destroy(before: date, limit: int) -> list[Expired]:
    """Persons who asked that their files be destroyed, and were granted it before a day."""
    query = select(RightsRequest.uid, Person.code, RightsRequest.answered_on)
    query = query.join(Person, Person.id == RightsRequest.person_id).join(Safe, Safe.id == Person.safe_id)
    query = query.where(Safe.destroyed_at.is_(None), RightsRequest.kind == "destruction")
    query = query.where(RightsRequest.answer == "granted", RightsRequest.answered_on < before)
    return [
        Expired(row.uid, row.code, row.answered_on)
        for row in db.session.execute(query.order_by(RightsRequest.answered_on, RightsRequest.id).limit(limit))
    ]


# --- certificates ----------------------------------------------------------------------------------------------------


def certificate_or_404(uid: str) -> Certificate:
    found = db.session.scalar(select(Certificate).where(Certificate.uid == uid))
    if found is None:
        raise NotFound
    return found


def people_of(certificate: Certificate) -> dict[str, str]:
    """Who approved it and who confirmed it, by name."""
    wanted = {certificate.approved_by: "approved_by", certificate.confirmed_by: "confirmed_by"}
    found = db.session.scalars(select(User).where(User.id.in_(wanted)))
    return {wanted[user.id]: user.name for user in found}


def _page(user: User, wanted: Wanted) -> Rows:
    user.must("confidentiality.registers")
    query = of_page(select(Certificate), Certificate.id, Certificate.destroyed_on, wanted)
    return rows_of(db.session.scalars(query).all(), wanted, _told)


def _told(each: Certificate) -> dict[str, Any]:
    told = ("id", "uid", "code", "title", "method", "since", "destroyed_on")
    return {name: getattr(each, name) for name in told} | {"number": rules.number(each.year, each.number)}


keep(
    Register(
        "destructions",
        _l("Destructions"),
        "trash-2",
        (
            Column("number", _l("Certificate")),
            Column("destroyed_on", _l("Destroyed on"), "date"),
            Column("code", _l("Person"), "code"),
            Column("title", _l("What it was")),
            Column("since", _l("Without activity since"), "date"),
            Column("method", _l("How"), long=True),
        ),
        page=_page,
        size=lambda: select(Certificate.id),
        endpoint="confidentiality.certificate",
        hint=_l("What was destroyed when its time had come: two people agreed, a certificate says so."),
        weight=70,
    )
)
