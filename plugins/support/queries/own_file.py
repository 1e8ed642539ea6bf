"""Sealed files, by their codes: for those who seal and those who lift (D-FILE-6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import NotFound
from app.people.models import Person
from plugins.support.models import Seal
from plugins.support.queries.pages import PAGE

LARGEST = 100 * PAGE


def sealed(person_id: Any) -> Any:
    """Whether a person's records are sealed from everybody, as a condition."""
    return exists().where(Seal.person_id == person_id, Seal.lifted_at.is_(None))


def seals(user: User) -> Sequence[tuple[Seal, User | None]]:
    """Those in force, the last first, each with who asked for its lifting; who only confirms sees those asked for."""
    asker = aliased(User)
    query = select(Seal, asker).join(asker, asker.id == Seal.asked_by, isouter=True).where(Seal.lifted_at.is_(None))
    if not user.can("support.seal"):
        query = query.where(Seal.asked_by.is_not(None))
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Seal.id.desc()).limit(LARGEST))]


def seal_or_404(uid: str) -> Seal:
    found: Seal | None = db.session.scalar(select(Seal).where(Seal.uid == uid, Seal.lifted_at.is_(None)))
    if found is None:
        raise NotFound
    return found


def person_to_seal(code: str) -> Person:
    """By her whole code, unopened, whatever services are on. Raises NotFound."""
    query = select(Person).join(vault.Safe, vault.Safe.id == Person.safe_id).where(vault.Safe.destroyed_at.is_(None))
    found: Person | None = db.session.scalar(query.where(Person.code == code.strip().upper()))
    if found is None:
        raise NotFound
    return found
