"""Sealing the file of somebody who works here and was once served; lifting it takes two (D-FILE-6).

That it is sealed is all that is kept: neither whose account it may be, nor why. A seal names a person's code, which
the coordinator and the privacy officer see as sealed; for everybody else she is not there.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import User
from app.db import db, now
from app.errors import Conflict, IntranetError, NotAllowed
from app.journal import record
from app.people.models import Person
from plugins.support.actions.shutting import shut
from plugins.support.models import CaseFile, Seal
from plugins.support.rules import own_file as rules


class AlreadySealed(Conflict):
    def message(self) -> str:
        return _("This file is sealed already.")


class NoReason(IntranetError):
    status = 422

    def message(self) -> str:
        return _("Choose why it is to be opened again.")


class AnotherConfirms(NotAllowed):
    def message(self) -> str:
        return _("Two people open a sealed file again: one asks, another confirms.")


def is_sealed(person_id: int) -> bool:
    """Whether nobody may be let in. Ask with the file's or the person's row held, so that no seal comes meanwhile."""
    query = select(Seal.id).where(Seal.person_id == person_id, Seal.lifted_at.is_(None))
    return db.session.scalar(query) is not None


def seal(user: User, person: Person) -> Seal:
    """Shut all that is held about a person: every assignment, stand-in and grant ends.

    Raises NotAllowed, AlreadySealed.
    """
    user.must("support.seal")
    db.session.refresh(person, with_for_update=True)
    file = db.session.scalar(select(CaseFile).where(CaseFile.person_id == person.id).with_for_update())
    if is_sealed(person.id):
        raise AlreadySealed
    made = Seal(person=person, by=user.id)
    db.session.add(made)
    db.session.flush()
    shut(person, file, by=user)
    record("support.file_sealed", made.uid, by=user, codes=[person.code])
    return made


def ask_lifting(user: User, sealed: Seal, *, why: str) -> None:
    """The first of two. Raises NotAllowed, NoReason, Conflict when it is lifted already."""
    user.must("support.seal")
    if why not in rules.WHY:
        raise NoReason
    _hold(sealed)
    sealed.asked_by, sealed.asked_at, sealed.why = user.id, now(), why
    record("support.lifting_asked", sealed.uid, by=user, codes=[sealed.person.code], why=f"support.{why}")


def lift(user: User, sealed: Seal) -> None:
    """The second of two: from now on she may be assigned again, by her code; nobody is let in by it.

    Raises NotAllowed, AnotherConfirms, Conflict.
    """
    user.must("support.lift")
    _hold(sealed)
    if not rules.may_lift(sealed.asked_by, user.id):
        record("support.lifting_refused", sealed.uid, by=user, codes=[sealed.person.code], survives=True)
        raise AnotherConfirms
    sealed.lifted_by, sealed.lifted_at = user.id, now()
    record("support.seal_lifted", sealed.uid, by=user, codes=[sealed.person.code], why=f"support.{sealed.why}")


def keep(user: User, sealed: Seal) -> None:
    """It stays sealed: what was asked is set aside. Raises NotAllowed, Conflict."""
    if not user.can("support.lift"):
        user.must("support.seal")
    _hold(sealed)
    sealed.asked_by = sealed.asked_at = sealed.why = None
    record("support.lifting_set_aside", sealed.uid, by=user, codes=[sealed.person.code])


def _hold(sealed: Seal) -> None:
    db.session.refresh(sealed, with_for_update=True)
    if sealed.lifted_at is not None:
        raise Conflict
