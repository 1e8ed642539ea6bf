"""Her objectives: in her words, with small steps; what they once were is kept (D-FILE-5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts.models import User
from app.db import db
from app.errors import Conflict
from app.journal import record
from app.web.times import today
from plugins.support.actions.holding import SomeoneElseWrote, hold
from plugins.support.actions.sharing import show_as_it_is
from plugins.support.models import CaseFile, Objective, ObjectiveStep, ObjectiveVersion
from plugins.support.rules import objectives as rules


class EnoughForNow(Conflict):
    """A list has its limit, so that nobody is lost in it."""

    def message(self) -> str:
        return _("This list is full. Finish something in it, or take something off, then add this.")


def add_objective(user: User, file: CaseFile, *, words: str, sign: str | None, by_when: date | None) -> Objective:
    """Write an objective down. Raises NotAllowed, NotGranted, FileClosed, EnoughForNow."""
    hold(user, file, open_only=True)
    under_way = select(func.count(Objective.id)).where(Objective.file_id == file.id)
    if (db.session.scalar(under_way.where(Objective.level.not_in(rules.OVER))) or 0) >= rules.MOST_OPEN:
        raise EnoughForNow
    objective = Objective(
        file=file,
        safe_id=file.safe_id,
        words=words,
        sign=sign or None,
        by_when=by_when,
        level=rules.LEVELS[0],
        created_on=today(),
        level_on=today(),
        version=1,
    )
    db.session.add(objective)
    db.session.flush()
    _keep(objective, user)
    record("support.objective_added", objective.uid, by=user, codes=[file.person.code])
    return objective


def reword(user: User, objective: Objective, *, version: int, **values: Any) -> None:
    """Say it otherwise: `words`, `sign`, `by_when`.

    Raises NotAllowed, NotGranted, FileClosed, SomeoneElseWrote.
    """
    _hold(user, objective, version)
    values["sign"] = values.get("sign") or None
    if all(getattr(objective, name) == value for name, value in values.items()):
        return
    _change(user, objective, **values)
    record("support.objective_reworded", objective.uid, by=user, codes=[objective.file.person.code])


def note_progress(user: User, objective: Objective, *, version: int, level: str, line: str | None) -> None:
    """How far it is, at a re-assessment, with a line about it.

    Raises NotAllowed, NotGranted, FileClosed, SomeoneElseWrote.
    """
    _hold(user, objective, version)
    _change(user, objective, line, level=level, level_on=today())
    record("support.progress_noted", objective.uid, by=user, codes=[objective.file.person.code], level=level)


def add_step(user: User, objective: Objective, *, words: str) -> ObjectiveStep:
    """Add a small step. Raises NotAllowed, NotGranted, FileClosed, EnoughForNow."""
    _hold(user, objective)
    listed = select(func.count(ObjectiveStep.id)).where(ObjectiveStep.objective_id == objective.id)
    if (db.session.scalar(listed.where(ObjectiveStep.off_on.is_(None))) or 0) >= rules.MOST_STEPS:
        raise EnoughForNow
    file = objective.file
    step = ObjectiveStep(objective=objective, file_id=file.id, safe_id=file.safe_id, words=words, by=user.id)
    db.session.add(step)
    db.session.flush()
    record("support.small_step_added", step.uid, by=user, codes=[file.person.code])
    return step


def tick(user: User, step: ObjectiveStep, *, done: bool) -> None:
    """It is done, or after all it is not. Raises NotAllowed, NotGranted, FileClosed."""
    _hold(user, step.objective)
    if (step.done_on is not None) == done:
        return
    step.done_on = today() if done else None
    record("support.small_step_ticked", step.uid, by=user, codes=[step.objective.file.person.code], done=done)


def take_off(user: User, step: ObjectiveStep) -> None:
    """It is no longer on the list; her file keeps that it was. Raises NotAllowed, NotGranted, FileClosed."""
    _hold(user, step.objective)
    step.off_on = step.off_on or today()
    record("support.small_step_off", step.uid, by=user, codes=[step.objective.file.person.code])


def _hold(user: User, objective: Objective, version: int | None = None) -> None:
    hold(user, objective.file, open_only=True)
    db.session.refresh(objective, with_for_update=True)
    if version is not None and objective.version != version:
        raise SomeoneElseWrote


def _change(user: User, objective: Objective, line: str | None = None, **values: Any) -> None:
    for name, value in values.items():
        setattr(objective, name, value)
    objective.version += 1
    _keep(objective, user, line)
    show_as_it_is(objective)


def _keep(objective: Objective, user: User, line: str | None = None) -> None:
    """Add what it is now to what it was; both stay readable in her file."""
    told = {name: getattr(objective, name) for name in ("file_id", "safe_id", "words", "sign", "by_when", "level")}
    kept = ObjectiveVersion(objective_id=objective.id, number=objective.version, line=line or None, by=user.id, **told)
    db.session.add(kept)
