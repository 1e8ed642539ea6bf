"""Legal holds: placed by whoever hears of an order, lifted by the privacy officer alone (D-CONF-9)."""

from __future__ import annotations

from app.accounts.models import User
from app.db import db
from app.errors import Conflict
from app.journal import record
from app.people.actions import register_safe
from app.people.models import Person
from app.web.times import today
from plugins.confidentiality.models.retention import LegalHold


def place_hold(user: User, person: Person, *, why: str, source: str) -> LegalHold:
    """Nothing about her is destroyed from now on. `source`: one of rules.HOLD_SOURCES. Raises NotAllowed.

    It takes no grant on her file: a hold shows nothing and keeps everything, and a proposal under way waits for it.
    """
    user.must("confidentiality.hold")
    db.session.refresh(person, with_for_update=True)  # a destruction locks her too: one of the two comes first
    hold = LegalHold(
        safe_id=register_safe(person), person_id=person.id, source=source, why=why, since=today(), by=user.id
    )
    db.session.add(hold)
    db.session.flush()
    record("confidentiality.hold_placed", hold.uid, by=user, codes=[person.code], source=source)
    return hold


def lift_hold(user: User, hold: LegalHold, *, why: str) -> None:
    """It forbids nothing any more, and stays in the register. Raises NotAllowed; Conflict when it was lifted before."""
    user.must("confidentiality.registers")
    db.session.refresh(hold, with_for_update=True)
    if hold.lifted_on is not None:
        raise Conflict
    hold.lifted_on, hold.lifted_by, hold.lifted_why = today(), user.id, why
    record("confidentiality.hold_lifted", hold.uid, by=user, codes=[hold.person.code])
