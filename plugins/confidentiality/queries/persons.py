"""A person, and what is accounted for about her: open to her workers and, by office, to the privacy officer."""

from __future__ import annotations

from sqlalchemy import select

from app import vault
from app.accounts import queries as accounts
from app.accounts.models import User
from app.db import db
from app.errors import NotFound, NotGranted
from app.journal import record
from app.people import rules as people_rules
from app.people.models import Person


def person_or_404(code: str, user: User) -> Person:
    """A person whose register this user may open, opened. Raises NotFound, journaled: the same for nobody and not hers.

    Her own safe stays closed: these pages say her code.
    """
    person = person_of(code)
    if person is None or (person.register_safe_id is None and not may_open(person, user)):
        record("people.refused", by=user, codes=[person.code] if person else [], survives=True)
        raise NotFound
    try:
        open_register(person, user)
    except NotGranted:
        raise NotFound from None
    return person


def person_of(code: str) -> Person | None:
    """Somebody to be named by her code, nothing opened."""
    query = select(Person).where(Person.code == people_rules.as_code(code))
    found: Person | None = db.session.scalar(query)
    return found


def may_open(person: Person, user: User) -> bool:
    """Whether her register is this user's to open: by a grant on it or on her own safe, or by office."""
    return "register" in user.opens or vault.is_granted(user, person.register_safe_id or person.safe_id)


def may_tell(person: Person, user: User) -> bool:
    """Whether this user may tell about her at all: her worker, who may open what would be told."""
    return user.can("confidentiality.consents") and vault.is_granted(user, person.safe_id)


def open_register(person: Person, user: User) -> None:
    """Open what is accounted for about her, if anything is yet. Raises NotGranted, journaled."""
    if person.register_safe_id is not None:
        vault.open_safes(user, [person.register_safe_id], why="confidentiality.account", codes=[person.code])


def opened(found: object, user: User) -> None:
    """Open the safe of a row that says of whom it is. Raises NotFound when it is not this user's to open."""
    try:
        vault.open_safes(user, [found.safe_id], why="confidentiality.account", codes=[found.person.code])  # type: ignore[attr-defined]
    except NotGranted:
        raise NotFound from None


def seconds(user: User, permission: str) -> list[User]:
    """Whom she may ask to look at it too: who holds that permission, never herself (D-CONF-4, D-CONF-7)."""
    able = accounts.who_can(permission)
    found = db.session.scalars(select(User).where(User.id.in_(able), User.id != user.id).order_by(User.id))
    return list(found)
