"""Handing files over from a worker to another: by codes, in one go, with the note she leaves (DOMAIN section 8)."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import User
from app.db import db, now
from app.errors import Conflict, NotAllowed
from app.journal import record
from plugins.support import rules
from plugins.support.actions.following import follow, unfollow
from plugins.support.actions.holding import hold
from plugins.support.models import Assignment, CaseFile, HandOver


class NotHers(Conflict):
    """A file that she follows no more was among those chosen: none is handed over."""

    def message(self) -> str:
        return _("One of these files has changed hands meanwhile. Look at the list again, then choose.")


def leave_note(user: User, file: CaseFile, *, note: str | None) -> HandOver:
    """What who follows after her should know, in her file's safe; she changes it until the file is handed over.

    Raises NotAllowed, NotGranted.
    """
    hold(user, file)
    made = _prepared(file, user) or HandOver(file=file, safe_id=file.safe_id, former=user.id)
    made.note, made.noted_at = note or None, now()
    db.session.add(made)
    db.session.flush()
    record("support.hand_over_noted", made.uid, by=user, codes=[file.person.code])
    return made


def _prepared(file: CaseFile, former: User) -> HandOver | None:
    found: HandOver | None = db.session.scalar(
        select(HandOver).where(HandOver.file_id == file.id, HandOver.former == former.id, HandOver.at.is_(None))
    )
    return found


def hand_over(user: User, files: Sequence[CaseFile], *, former: User, to: User) -> list[HandOver]:
    """Move files from a worker to another: her grants end and the other's begin together, for all of them or none.

    Who hands over opens nothing, and receives nothing. Raises NotAllowed, NotHers.
    """
    user.must("support.assign")
    if former.id == to.id or not rules.may_assign(user.id, to.id) or not to.can("support.follow"):
        record("support.assignment_refused", by=user, codes=[f.person.code for f in files], survives=True, to=to.uid)
        raise NotAllowed(_("Choose another worker, who is neither the one who leaves nor yourself."))
    return [_hand_over(user, file, former, to) for file in sorted(files, key=lambda file: file.id)]


def _hand_over(user: User, file: CaseFile, former: User, to: User) -> HandOver:
    db.session.refresh(file, with_for_update=True)
    current = select(Assignment).where(Assignment.file_id == file.id, Assignment.until.is_(None))
    following = {each.user_id: each for each in db.session.scalars(current.where(Assignment.peer.is_(False)))}
    if former.id not in following:
        raise NotHers
    unfollow(following[former.id], by=user)
    if to.id not in following:
        follow(file, to, peer=False, by=user)
    made = _prepared(file, former) or HandOver(file=file, safe_id=file.safe_id, former=former.id)
    made.receiver, made.at, made.by = to.id, now(), user.id
    db.session.add(made)
    db.session.flush()
    record("support.handed_over", made.uid, by=user, codes=[file.person.code], of=former.uid, to=to.uid)
    return made


def acknowledge(user: User, made: HandOver) -> None:
    """She who received it has read what is open. Raises NotAllowed."""
    user.must("support.follow")
    if made.receiver != user.id:
        raise NotAllowed
    made.seen_at = made.seen_at or now()
    record("support.hand_over_read", made.uid, by=user, codes=[made.file.person.code])
