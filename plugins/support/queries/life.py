"""Her life history: opened for the workers who follow her; for anybody else it is said to be shut, and no more."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import Damaged, NotFound, NotGranted, SafeDestroyed
from plugins.support.models import CaseFile, LifeEvent, LifeHistory
from plugins.support.queries.file import file_or_404
from plugins.support.queries.legible import Legible
from plugins.support.rules import life as rules


class Told(NamedTuple):
    """An event of an opened history; damaged: nothing of it is shown."""

    uid: str
    kind: str
    when: rules.When
    line: str
    damaged: bool


class Life(NamedTuple):
    """`state`: "none" (she has not said yes), "open", "shut" (not granted), "destroyed" or "damaged"."""

    state: str
    history: LifeHistory | None = None
    agreed_with: str = ""
    events: list[Told] = []


def life(file: CaseFile, user: User) -> Life:
    """The history of an opened file, as far as it is open to this user. A refusal is journaled."""
    query = select(LifeHistory, User).join(User, User.id == LifeHistory.by).where(LifeHistory.file_id == file.id)
    row = db.session.execute(query.order_by(LifeHistory.id.desc()).limit(1)).first()
    if row is None:
        return Life("none")
    history, agreed_with = row
    state = "destroyed" if history.ended_on else _opened(file, history, user)
    return Life(state, history, agreed_with.name, events(history) if state == "open" else [])


def _opened(file: CaseFile, history: LifeHistory, user: User) -> str:
    try:
        vault.open_safes(user, [history.safe_id], why="support.life", codes=[file.person.code])
    except NotGranted:
        return "shut"
    except SafeDestroyed:
        return "destroyed"
    except Damaged:
        return "damaged"
    return "open"


def events(history: LifeHistory) -> list[Told]:
    """What she told, in the order of the line: ages, years, then what has no date."""
    rows = db.session.scalars(select(LifeEvent).where(LifeEvent.life_id == history.id).order_by(LifeEvent.id))
    return sorted(map(told, rows), key=lambda each: each.when.place)


def told(event: LifeEvent) -> Told:
    """An event as a page shows it."""
    read = Legible(event)
    if read.damaged:
        return Told(read.uid, "other", rules.When(), "", True)
    return Told(read.uid, read.kind, rules.unpack(read.moment), read.line, False)


def event_or_404(uid: str, user: User) -> LifeEvent:
    """An event of a history that is open to this user, opened. Raises NotFound."""
    with_file = joinedload(LifeEvent.life, innerjoin=True).joinedload(LifeHistory.file, innerjoin=True)
    query = select(LifeEvent).options(with_file)
    event = db.session.scalar(query.where(LifeEvent.uid == uid))
    if event is None or event.life.ended_on is not None:
        raise NotFound
    code = file_or_404(event.life.file.person.code, user).person.code
    try:
        vault.open_safes(user, [event.safe_id], why="support.life", codes=[code])
    except NotGranted:
        raise NotFound from None
    return event
