"""Her support network: who surrounds her, as she calls them (D-FILE-5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import User
from app.db import db
from app.journal import record
from app.web.times import today
from plugins.support.actions.holding import SomeoneElseWrote, hold
from plugins.support.actions.objectives import EnoughForNow
from plugins.support.models import CaseFile, NetworkTie
from plugins.support.rules import network as rules


def add_tie(
    user: User, file: CaseFile, *, name: str, kind: str, ring: int, helps: Iterable[str], quality: str
) -> NetworkTie:
    """Put somebody in the picture. Raises NotAllowed, NotGranted, FileClosed, EnoughForNow."""
    hold(user, file, open_only=True)
    there = select(func.count(NetworkTie.id)).where(NetworkTie.file_id == file.id, NetworkTie.ended_on.is_(None))
    if (db.session.scalar(there) or 0) >= rules.MOST:
        raise EnoughForNow
    told = {"name": name, "kind": kind, "ring": ring, "helps": rules.known_helps(helps), "quality": quality}
    tie = NetworkTie(file=file, safe_id=file.safe_id, since=today(), by=user.id, version=1, **told)
    db.session.add(tie)
    db.session.flush()
    record("support.network_tie_added", tie.uid, by=user, codes=[file.person.code])
    return tie


def change_tie(user: User, tie: NetworkTie, *, version: int, helps: Iterable[str], **values: Any) -> None:
    """Any of `add_tie`'s fields. Raises NotAllowed, NotGranted, FileClosed, SomeoneElseWrote."""
    _hold(user, tie)
    if tie.version != version or tie.ended_on is not None:
        raise SomeoneElseWrote
    for field, value in {**values, "helps": rules.known_helps(helps)}.items():
        setattr(tie, field, value)
    tie.version += 1
    record("support.network_tie_changed", tie.uid, by=user, codes=[tie.file.person.code])


def end_tie(user: User, tie: NetworkTie) -> None:
    """It is no longer in the picture; that it was is kept. Raises NotAllowed, NotGranted, FileClosed."""
    _hold(user, tie)
    if tie.ended_on is None:
        tie.ended_on, tie.version = today(), tie.version + 1
        record("support.network_tie_ended", tie.uid, by=user, codes=[tie.file.person.code])


def _hold(user: User, tie: NetworkTie) -> None:
    hold(user, tie.file, open_only=True)
    db.session.refresh(tie, with_for_update=True)
