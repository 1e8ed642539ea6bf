"""Interpreters: kept in a directory, booked only with an undertaking that holds (D-CONF-13)."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from flask_babel import gettext as _

from app.accounts.models import User
from app.db import db, now
from app.errors import Conflict
from app.journal import record
from app.web.times import today
from plugins.support.actions.holding import SomeoneElseWrote, hold
from plugins.support.models import Booking, CaseFile, Interpreter
from plugins.support.rules import interpreters as rules

PERMISSION = "support.interpreters"


class NoUndertaking(Conflict):
    """Nobody interprets without an undertaking of confidentiality signed within twelve months (D-CONF-13)."""

    status = 422

    def message(self) -> str:
        return _(
            "Her undertaking of confidentiality does not hold on that day. Have her sign it, note the day in the"
            " directory of interpreters, then book again."
        )


def add_interpreter(user: User, **values: Any) -> Interpreter:
    """Raises NotAllowed."""
    user.must(PERMISSION)
    interpreter = Interpreter(version=1, **values)
    db.session.add(interpreter)
    db.session.flush()
    record("support.interpreter_added", interpreter.uid, by=user)
    return interpreter


def change_interpreter(user: User, interpreter: Interpreter, *, version: int, archived: bool, **values: Any) -> None:
    """`archived`: she is proposed no more. Raises NotAllowed, SomeoneElseWrote."""
    user.must(PERMISSION)
    db.session.refresh(interpreter, with_for_update=True)
    if interpreter.version != version:
        raise SomeoneElseWrote
    for name, value in values.items():
        setattr(interpreter, name, value)
    interpreter.archived_on = (interpreter.archived_on or today()) if archived else None
    interpreter.version += 1
    record("support.interpreter_changed", interpreter.uid, by=user)


def book(
    user: User,
    file: CaseFile,
    interpreter: Interpreter,
    *,
    day: date,
    hour: time,
    minutes: int,
    language: str,
    line: str | None,
) -> Booking:
    """Have an interpreter come (D-CONF-13). Raises NotAllowed, NotGranted, FileClosed, NoUndertaking."""
    hold(user, file, open_only=True)
    db.session.refresh(interpreter, with_for_update=True)
    if not rules.undertaking_holds(interpreter.signed_on, day) or interpreter.archived_on is not None:
        code = file.person.code
        record("support.booking_refused", interpreter.uid, by=user, codes=[code], survives=True)
        raise NoUndertaking
    booking = Booking(file=file, safe_id=file.safe_id, interpreter_id=interpreter.id, by=user.id, line=line or None)
    booking.day, booking.hour, booking.minutes, booking.language = day, hour, minutes, language
    db.session.add(booking)
    db.session.flush()
    record("support.interpreter_booked", booking.uid, by=user, codes=[file.person.code])
    return booking


def cancel_booking(user: User, booking: Booking) -> None:
    """Raises NotAllowed, NotGranted."""
    hold(user, booking.file)
    if booking.cancelled_at is None:
        booking.cancelled_at = now()
        record("support.booking_cancelled", booking.uid, by=user, codes=[booking.file.person.code])
