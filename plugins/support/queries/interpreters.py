"""Reads of interpreters and of when they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select, tuple_

from app.accounts.models import User
from app.db import db
from app.errors import NotFound
from app.hookspecs import Bound
from app.vault.crypto import plain
from plugins.support.models import Booking, CaseFile, Interpreter
from plugins.support.queries.hers import of_hers
from plugins.support.queries.legible import Legible
from plugins.support.queries.pages import PAGE, mark_of, next_mark

MOST = 200


def known(*, archived: bool = False) -> list[Interpreter]:
    """Those who may be asked, by name; a small directory, shown whole."""
    gone = Interpreter.archived_on.is_not(None) if archived else Interpreter.archived_on.is_(None)
    found = db.session.scalars(select(Interpreter).where(gone).order_by(Interpreter.id.desc()).limit(MOST))
    return sorted(found, key=lambda each: plain(each.name))


def interpreter_or_404(uid: str) -> Interpreter:
    found = db.session.scalar(select(Interpreter).where(Interpreter.uid == uid))
    if found is None:
        raise NotFound
    return found


def bound(what: Any, url: str) -> Iterator[Bound]:
    """Interpreters and their undertakings; those whose undertaking is oldest first (D-CONF-13)."""
    query = select(Interpreter).where(Interpreter.archived_on.is_(None))
    for each in db.session.scalars(query.order_by(Interpreter.signed_on.asc().nulls_first(), Interpreter.id).limit(40)):
        yield Bound(each.name, what, each.signed_on, url)


class Bookings(NamedTuple):
    rows: Sequence[tuple[Any, Interpreter]]  # each legible
    after: str | None


def bookings_of(file: CaseFile, after: str | None = None) -> Bookings:
    """A page of an opened file's bookings, the last first."""
    query = select(Booking, Interpreter).join(Interpreter, Interpreter.id == Booking.interpreter_id)
    query = query.where(Booking.file_id == file.id)
    if mark := mark_of(after):
        query = query.where(tuple_(Booking.day, Booking.id) < tuple_(*mark))
    rows = db.session.execute(query.order_by(Booking.day.desc(), Booking.id.desc()).limit(PAGE + 1)).all()
    return Bookings(
        [(Legible(row[0]), row[1]) for row in rows[:PAGE]], next_mark(rows, lambda row: (row[0].day, row[0].id))
    )


def booking_or_404(uid: str, user: User) -> Booking:
    """A booking of a file that this user may open, opened. Raises NotFound."""
    return of_hers(Booking, uid, user)
