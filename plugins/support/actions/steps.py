"""Steps and accompaniment (service 2)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from app.accounts.models import User
from app.db import db
from app.errors import Conflict
from app.journal import record
from app.web.times import today
from plugins.support.actions.holding import SomeoneElseWrote, hold
from plugins.support.models import CaseFile, Step
from plugins.support.queries.steps import companions
from plugins.support.rules import steps as rules


class NotBesideHer(Conflict):
    """Only who is assigned to her goes with her."""

    status = 422

    def message(self) -> str:
        return _("Only a worker or a peer who is assigned to her may go with her. Choose somebody else.")


def add_step(user: User, file: CaseFile, **values: Any) -> Step:
    """Note a step; `beside_id`: who goes with her. Raises NotAllowed, NotGranted, FileClosed, NotBesideHer."""
    hold(user, file, open_only=True)
    step = Step(file=file, safe_id=file.safe_id, by=user.id, version=1)
    _fill(step, values)
    db.session.add(step)
    db.session.flush()
    record("support.step_added", step.uid, by=user, codes=[file.person.code], state=step.state)
    return step


def change_step(user: User, step: Step, *, version: int, **values: Any) -> None:
    """Raises NotAllowed, NotGranted, FileClosed, SomeoneElseWrote, NotBesideHer."""
    hold(user, step.file, open_only=True)
    db.session.refresh(step, with_for_update=True)
    if step.version != version:
        raise SomeoneElseWrote
    _fill(step, values)
    step.version += 1
    record("support.step_changed", step.uid, by=user, codes=[step.file.person.code], state=step.state)


def _fill(step: Step, values: dict[str, Any]) -> None:
    beside = values["beside_id"]
    if beside is not None and beside != step.beside_id and beside not in {who.id for who in companions(step.file)}:
        raise NotBesideHer
    for name, value in values.items():
        setattr(step, name, value if value is not None and value != "" else None)
    step.open = rules.is_open(step.state)
    step.sort_on = rules.sort_day(step.state, step.day, step.due_on, today())
