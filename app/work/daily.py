"""The daily sweep: each part once a day, in a unit of work of its own, so that one that fails holds up no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import UserSession
from app.accounts.sessions import ABSOLUTE, IDLE
from app.db import db, now, reading, transaction
from app.plugins import plugins_of, switches
from app.vault import Safe, key_store
from app.web.times import local, today
from app.work.models import DailyPart, OutboxMail

HOUR = 4  # America/Toronto
PLUGIN_LIMIT = 120.0  # seconds a plugin's daily work may take
KEPT = timedelta(days=30)  # how long we remember what was done
Work = Callable[[], object]
_parts: dict[str, Work] = {}


class _Before(Exception):
    """This was done today already."""


def each_day(name: str) -> Callable[[Work], Work]:
    """Make a room's function a part of the sweep: once a day, in a unit of work of its own, open for writing."""

    def mark(work: Work) -> Work:
        _parts[name] = work
        return work

    return mark


def sweep_when_due() -> None:
    """Once a day by itself, from 04:00 on: also when nothing ran at that hour."""
    if local(now()).hour >= HOUR and _once("sweep", lambda: None) == "done":
        sweep()


def sweep() -> dict[str, str]:
    """Do what is left of today's sweep, failed parts again. What became of each part: done, failed, or before."""
    outcomes = {name: _once(name, work) for name, work in _parts.items()}
    with reading():
        plugins = sorted(switches().plugins)
    for plugin in plugins:
        part = f"plugin:{plugin}"
        outcomes[part] = _once(part, lambda name=plugin: _run_plugin(name))  # type: ignore[misc]
        if outcomes[part] == "failed":
            with transaction():
                plugins_of(current_app).fault(plugin, "run_daily", "failed")
    return outcomes


def _run_plugin(name: str) -> None:
    plugins_of(current_app).run(name, "run_daily", limit=PLUGIN_LIMIT, today=today())


def _once(part: str, work: Work) -> str:
    try:
        with transaction():
            _claim(part)
            work()
    except _Before:
        return "before"
    except Exception as error:
        current_app.logger.error("daily part failed", extra={"job": part, "kind": type(error).__name__})
        return "failed"
    return "done"


def _claim(part: str) -> None:
    db.session.add(DailyPart(day=today(), part=part))
    try:
        db.session.flush()
    except IntegrityError:
        raise _Before from None


@each_day("sessions")
def forget_sessions() -> None:
    """Sessions that are over, mail that was given up long ago, our own notes."""
    over = (UserSession.seen_at < now() - IDLE) | (UserSession.created_at < now() - ABSOLUTE)
    db.session.execute(delete(UserSession).where(over))
    db.session.execute(delete(OutboxMail).where(OutboxMail.given_up_at < now() - KEPT))
    db.session.execute(delete(DailyPart).where(DailyPart.day < today() - KEPT))


@each_day("keys")
def finish_destructions() -> None:
    """Safes whose destruction was journaled, but whose keys were still there when we were killed (D-CONF-9)."""
    key_store().destroy(db.session.scalars(select(Safe.uid).where(Safe.destroyed_at.is_not(None))).all())
