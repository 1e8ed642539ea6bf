"""What she shares with the peer beside her: an objective's words, and nothing else of her file (DOMAIN section 8)."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import Conflict
from app.journal import record
from app.web.times import today
from plugins.support.actions.holding import hold
from plugins.support.models import Assignment, CaseFile, Objective, SharedObjective


class NobodyBeside(Conflict):
    """She shares with somebody she knows: the peer who is beside her now."""

    def message(self) -> str:
        return _("No peer is beside her for now. When one is, she may share this with her.")


def share(user: User, objective: Objective) -> None:
    """She wants the peer beside her to see this one. Raises NotAllowed, NotGranted, FileClosed, NobodyBeside."""
    hold(user, objective.file, open_only=True)
    if _shown(objective):
        return
    file = objective.file
    if not _peer_beside(file):
        raise NobodyBeside
    safe = vault.create_safe("support.shared", beside=file.person.safe_id)
    told = {"words": objective.words, "sign": objective.sign, "since": today(), "by": user.id}
    db.session.add(SharedObjective(objective=objective, file_id=file.id, safe_id=safe.id, **told))
    record("support.objective_shared", objective.uid, by=user, codes=[file.person.code])


def stop_sharing(user: User, objective: Objective) -> None:
    """She no longer wants it: her peer can't read it from now on, and the key of what she read is destroyed.

    Raises NotAllowed, NotGranted.
    """
    hold(user, objective.file)
    if shown := _shown(objective):
        _withdraw(shown, by=user)
        record("support.sharing_stopped", objective.uid, by=user, codes=[objective.file.person.code])


def stop_when_nobody_is_beside(file: CaseFile, *, by: User) -> None:
    """What she shared, she shared with a peer whom she knew: the next one begins with nothing."""
    if _peer_beside(file):
        return
    for shown in db.session.scalars(select(SharedObjective).where(SharedObjective.file_id == file.id)).all():
        _withdraw(shown, by=by)


def show_as_it_is(objective: Objective) -> None:
    """What is shared follows the objective: a peer never reads earlier words than hers of today."""
    if shown := _shown(objective):
        shown.words, shown.sign = objective.words, objective.sign


def _shown(objective: Objective) -> SharedObjective | None:
    return db.session.scalar(select(SharedObjective).where(SharedObjective.objective_id == objective.id))


def _peer_beside(file: CaseFile) -> bool:
    beside = select(Assignment.id).where(Assignment.file_id == file.id, Assignment.peer, Assignment.until.is_(None))
    return db.session.scalar(beside.limit(1)) is not None


def _withdraw(shown: SharedObjective, *, by: User) -> None:
    safe = db.session.get_one(vault.Safe, shown.safe_id)
    db.session.delete(shown)
    db.session.flush()
    vault.destroy(safe, by=by)
