"""What is held, what is due to be destroyed, what was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.db import db
from app.people.models import Person
from plugins.confidentiality.models.retention import LegalHold


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
