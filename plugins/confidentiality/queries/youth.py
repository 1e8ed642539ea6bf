"""Decisions about youth protection (D-CONF-7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.db import db
from app.errors import NotFound
from app.people.models import Person
from plugins.confidentiality.models import YouthDecision
from plugins.confidentiality.queries.persons import opened
from plugins.confidentiality.rules import youth as rules


def youth_or_404(uid: str, user: User) -> YouthDecision:
    """One, opened for this user. Raises NotFound, and a refusal is journaled."""
    found = db.session.scalar(select(YouthDecision).where(YouthDecision.uid == uid))
    if found is None:
        raise NotFound
    opened(found, user)
    return found


def youth_state(found: YouthDecision) -> str:
    """ "report", "waiting", "agreed" or "again"."""
    return rules.state(found.decision, found.agreed)


def youth_of(person: Person) -> Sequence[YouthDecision]:
    """All about her, the last first, whatever her age has become; nothing is opened."""
    query = select(YouthDecision).where(YouthDecision.person_id == person.id)
    return db.session.scalars(query.order_by(YouthDecision.id.desc())).all()


def is_minor(person: Person) -> bool:
    return person.age_band == rules.MINOR


def everything_about(person: Person) -> list[dict[str, Any]]:
    """For her whole file: what was decided about youth protection (D-CONF-8); her register has been opened."""
    told = ("uid", "decision", "ground", "facts", "reason", "agreed", "answer")
    return [
        {name: getattr(each, name) for name in told} | {"at": each.at.isoformat()}
        for each in reversed(youth_of(person))
    ]
