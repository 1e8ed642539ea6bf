"""Legal holds, placed by whoever hears of an order, lifted by the privacy officer alone; what she asked to destroy."""

from __future__ import annotations

from sqlalchemy import select

from app import vault
from app.accounts.current import whoever
from app.accounts.models import User
from app.db import db
from app.errors import Conflict, NotFound
from app.journal import record
from app.people.actions import erase, register_safe
from app.people.models import Person
from app.web.times import today
from plugins.confidentiality.models.retention import LegalHold
from plugins.confidentiality.models.rights import Preparation, RightsRequest


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
    db.session.flush()
    record("confidentiality.hold_lifted", hold.uid, by=user, codes=[hold.person.code])


def destroy_what_was_asked(uid: str) -> None:
    """All that is written about a person who asked for it; two people agreed (D-CONF-9). Raises NotFound, Conflict."""
    request = db.session.scalar(select(RightsRequest).where(RightsRequest.uid == uid))
    if request is None:
        raise NotFound
    db.session.refresh(request.person, with_for_update=True)
    if db.session.get_one(vault.Safe, request.person.safe_id).destroyed_at:
        raise Conflict
    erase(request.person, by=whoever())


def erase_copies(person: Person) -> None:
    """Destroy the copies of her whole file that were made; what is accounted for about her has a time of its own."""
    hers = select(Preparation).join(RightsRequest, RightsRequest.id == Preparation.request_id)
    for preparation in db.session.scalars(hers.where(RightsRequest.person_id == person.id)):
        vault.destroy(db.session.get_one(vault.Safe, preparation.safe_id), by=whoever())
