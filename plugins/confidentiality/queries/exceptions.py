"""What was told without her consent, and what may be now (D-CONF-4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app import vault
from app.accounts.models import User
from app.db import db, now
from app.errors import NotFound
from app.hookspecs import DisclosureRequest
from app.people.models import Person
from app.vault import Safe
from app.vault.crypto import plain
from plugins.confidentiality.models import WithoutConsent
from plugins.confidentiality.queries.persons import open_register, opened
from plugins.confidentiality.queries.registers import Column, Register, Rows, Wanted, keep, of_page, rows_of
from plugins.confidentiality.rules import exceptions as rules


def exception_or_404(uid: str, user: User) -> WithoutConsent:
    """One, opened for this user. Raises NotFound, and a refusal is journaled."""
    found = db.session.scalar(select(WithoutConsent).where(WithoutConsent.uid == uid))
    if found is None:
        raise NotFound
    opened(found, user)
    return found


def exception_state(found: WithoutConsent) -> str:
    """ "waiting", "refused", "in_force" or "over", now."""
    return rules.state(found.confirmed_at, found.refused_at, now())


def exceptions_of(person: Person, limit: int = 50) -> Sequence[WithoutConsent]:
    """All about her, the last first; her register has been opened."""
    query = select(WithoutConsent).where(WithoutConsent.person_id == person.id)
    return db.session.scalars(query.order_by(WithoutConsent.id.desc()).limit(limit)).all()


def for_subject(subject: str) -> Sequence[WithoutConsent]:
    """Those that follow from an order or from a decision to report."""
    return db.session.scalars(select(WithoutConsent).where(WithoutConsent.subject == subject)).all()


def permitting(person: Person, user: User, *, lock: bool = False) -> Sequence[WithoutConsent]:
    """Those that permit something now, the last first; her register is opened when there is one."""
    query = select(WithoutConsent).where(WithoutConsent.person_id == person.id, _permits())
    if lock:
        query = query.with_for_update(of=WithoutConsent).execution_options(populate_existing=True)
    found = db.session.scalars(query.order_by(WithoutConsent.id.desc())).all()
    if found:
        open_register(person, user)
    return found


def ground_for(request: DisclosureRequest) -> WithoutConsent | None:
    """One that covers this recipient, this purpose and every item, now."""
    for each in permitting(request.person, request.by, lock=True):
        same = plain(each.recipient) == plain(request.recipient) and each.purpose == request.purpose
        if same and request.items and request.items <= set(each.items.split()):
            return each
    return None


def _permits() -> Any:
    return WithoutConsent.confirmed_at > now() - rules.PERMITS_FOR


def everything_about(person: Person) -> list[dict[str, Any]]:
    """For her whole file: what was decided to be told without her consent (D-CONF-8); her register has been opened."""
    told = ("uid", "ground", "article", "facts", "recipient", "capacity", "items", "told", "why_not", "answer")
    days = ("decided_at", "confirmed_at", "refused_at")
    return [
        {name: getattr(each, name) for name in told}
        | {name: value.isoformat() if (value := getattr(each, name)) else None for name in days}
        for each in reversed(exceptions_of(person, limit=1000))
    ]


# --- the register ----------------------------------------------------------------------------------------------------


def _page(user: User, wanted: Wanted) -> Rows:
    """The last first (D-CONF-4). Raises NotAllowed."""
    user.must("confidentiality.registers")
    query = of_page(_kept(), WithoutConsent.id, WithoutConsent.decided_at, wanted)
    found = db.session.scalars(query).all()
    vault.open_safes(user, {one.safe_id for one in found}, why="register", codes=[one.person.code for one in found])
    return rows_of(found, wanted, _row)


def _row(one: WithoutConsent) -> dict[str, Any]:
    told = ("id", "uid", "decided_at", "ground", "article", "facts", "recipient", "capacity", "items", "told")
    people = {"decider": one.decider.name, "second": (one.answerer or one.asked).name, "code": one.person.code}
    return {name: getattr(one, name) for name in told} | people | {"state": exception_state(one)}


def _kept(what: Any = WithoutConsent) -> Any:
    return select(what).join(Safe, Safe.id == WithoutConsent.safe_id).where(Safe.destroyed_at.is_(None))


keep(
    Register(
        "without_consent",
        _l("Told without consent"),
        "gavel",
        (
            Column("decided_at", _l("Decided"), "instant"),
            Column("code", _l("Person"), "code"),
            Column("ground", _l("Ground"), "word", "grounds"),
            Column("recipient", _l("To whom")),
            Column("capacity", _l("In what capacity"), long=True),
            Column("items", _l("The necessary items"), "words", "items", long=True),
            Column("article", _l("Article of the law"), long=True),
            Column("facts", _l("Facts"), long=True),
            Column("decider", _l("Decided by")),
            Column("second", _l("Consulted")),
            Column("state", _l("State"), "word", "exceptions"),
            Column("told", _l("Was she told?"), "word", "told", long=True),
        ),
        page=_page,
        size=lambda: _kept(WithoutConsent.id),
        endpoint="confidentiality.exception",
        hint=_l(
            "Danger, emergency, youth protection, an order of a court: decided by one person, confirmed by another."
        ),
        weight=15,
    )
)
