"""Decisions about youth protection (D-CONF-7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from app import vault
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


def to_review(user: User, limit: int = 20) -> Sequence[Any]:
    """Codes and identifiers of decisions not to report that she was asked to look at; opens nothing."""
    query = select(Person.code, YouthDecision.uid).join(Person, Person.id == YouthDecision.person_id)
    query = query.where(YouthDecision.second == user.id, YouthDecision.reviewed_at.is_(None))
    return db.session.execute(query.order_by(YouthDecision.id).limit(limit)).all()


def to_decide_again(user: User, limit: int = 20) -> Sequence[Any]:
    """Codes and identifiers of decisions not to report with which the second person did not agree, for her workers.

    The last one of each person: once she has decided anew, it waits no more.
    """
    last = select(func.max(YouthDecision.id)).group_by(YouthDecision.person_id)
    query = select(Person.code, YouthDecision.uid).join(Person, Person.id == YouthDecision.person_id)
    query = query.where(YouthDecision.id.in_(last), YouthDecision.agreed.is_(False))
    return db.session.execute(query.where(Person.safe_id.in_(vault.granted_to(user))).limit(limit)).all()
