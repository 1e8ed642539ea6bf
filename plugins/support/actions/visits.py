"""Drop-in visits, counted without identity."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import User
from app.db import db
from app.errors import Conflict
from app.journal import record
from plugins.support.models import Visit


class NothingToUndo(Conflict):
    def message(self) -> str:
        return _("There is no visit of yours to take back on this day.")


def count_visit(user: User, *, day: date, number: int = 1) -> Visit:
    """Count visits on a day, without identity (service 9). Each count is a row: two people counting lose nothing."""
    user.must("support.count")
    visit = Visit(day=day, number=number, by=user.id)
    db.session.add(visit)
    record("support.visit_counted", by=user, day=day.isoformat(), number=number)
    return visit


def undo_visit(user: User, *, day: date) -> Visit:
    """Take back one's own last count of a day. Raises NotAllowed, NothingToUndo."""
    user.must("support.count")
    mine = select(Visit).where(Visit.day == day, Visit.by == user.id, ~Visit.undone)
    last = db.session.scalar(mine.order_by(Visit.id.desc()).limit(1).with_for_update())
    if last is None:
        raise NothingToUndo
    last.undone = True
    record("support.visit_undone", by=user, day=day.isoformat(), number=last.number)
    return last
