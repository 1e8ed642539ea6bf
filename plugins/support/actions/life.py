"""Her life history: begun when she says yes, destroyed when she says no (D-FILE-5, commitment 3).

Its safe opens to the workers who follow her and to nobody else: no peer, no stand-in, no coordinator.
"""

from __future__ import annotations

from sqlalchemy import func, select

from app import vault
from app.accounts.models import User
from app.accounts.queries import who_can
from app.db import db
from app.errors import NotGranted
from app.journal import record
from app.web.times import today
from plugins.support.actions.holding import FOLLOWS, SomeoneElseWrote, hold
from plugins.support.actions.objectives import EnoughForNow
from plugins.support.models import Assignment, CaseFile, LifeEvent, LifeHistory
from plugins.support.rules import life as rules


def begin(user: User, file: CaseFile) -> LifeHistory:
    """She said yes to this worker, today: a safe of its own, for those who follow her.

    Raises NotAllowed, NotGranted (who stands in for a while does not begin it), FileClosed.
    """
    hold(user, file, open_only=True)
    followers = _followers(file)
    if user.id not in {each.id for each in followers}:
        raise NotGranted
    if current := current_of(file):
        return current
    life = LifeHistory(file=file, safe_id=vault.create_safe("support.life").id, agreed_on=today(), by=user.id)
    db.session.add(life)
    for each in followers:
        vault.grant(life.safe_id, each, why=FOLLOWS, by=user)
    db.session.flush()
    record("support.life_begun", file.uid, by=user, codes=[file.person.code])
    return life


def add_event(user: User, file: CaseFile, *, kind: str, moment: rules.When, line: str) -> LifeEvent:
    """Something that she chose to tell. Raises NotAllowed, NotGranted, FileClosed, EnoughForNow, SafeDestroyed."""
    life = _open(user, file)
    if (db.session.scalar(select(func.count(LifeEvent.id)).where(LifeEvent.life_id == life.id)) or 0) >= rules.MOST:
        raise EnoughForNow
    told = {"kind": kind, "moment": rules.pack(moment), "line": line}
    event = LifeEvent(life=life, file_id=file.id, safe_id=life.safe_id, by=user.id, version=1, **told)
    db.session.add(event)
    db.session.flush()
    record("support.life_event_added", event.uid, by=user, codes=[file.person.code])
    return event


def change_event(user: User, event: LifeEvent, *, version: int, kind: str, moment: rules.When, line: str) -> None:
    """Say it otherwise. Raises NotAllowed, NotGranted, FileClosed, SomeoneElseWrote."""
    file = event.life.file
    _open(user, file)
    db.session.refresh(event, with_for_update=True)
    if event.version != version:
        raise SomeoneElseWrote
    event.kind, event.moment, event.line = kind, rules.pack(moment), line
    event.version += 1
    record("support.life_event_changed", event.uid, by=user, codes=[file.person.code])


def remove_event(user: User, event: LifeEvent) -> None:
    """She takes it back: nothing of it is kept. Raises NotAllowed, NotGranted, FileClosed."""
    file = event.life.file
    _open(user, file)
    db.session.delete(event)
    record("support.life_event_removed", event.uid, by=user, codes=[file.person.code])


def destroy(user: User, file: CaseFile) -> None:
    """She withdraws: the key of her history is destroyed, here and in every backup; her file stays whole (D-CONF-9).

    Raises NotAllowed, NotGranted.
    """
    hold(user, file)
    if (life := current_of(file)) is None:
        return
    vault.open_safes(user, [life.safe_id], why="support.life", codes=[file.person.code])
    life.ended_on, life.ended_by = today(), user.id
    vault.destroy(db.session.get_one(vault.Safe, life.safe_id), by=user)
    record("support.life_destroyed", file.uid, by=user, codes=[file.person.code])


def current_of(file: CaseFile) -> LifeHistory | None:
    """The history that she agreed to, until she withdraws."""
    return db.session.scalar(select(LifeHistory).where(LifeHistory.file_id == file.id, LifeHistory.ended_on.is_(None)))


def open_to(file: CaseFile, who: User, *, by: User) -> None:
    """A worker begins to follow her: her history, if she tells it, opens to this worker too."""
    if life := current_of(file):
        vault.grant(life.safe_id, who, why=FOLLOWS, by=by)


def _open(user: User, file: CaseFile) -> LifeHistory:
    hold(user, file, open_only=True)
    if (life := current_of(file)) is None:
        raise NotGranted
    vault.open_safes(user, [life.safe_id], why="support.life", codes=[file.person.code])
    return life


def _followers(file: CaseFile) -> list[User]:
    follows = select(Assignment.user_id).where(Assignment.file_id == file.id, Assignment.until.is_(None))
    able = User.id.in_(who_can("support.follow"))  # not who has become a peer since
    return list(db.session.scalars(select(User).where(User.id.in_(follows.where(Assignment.peer.is_(False))), able)))
