"""Opening a file, what comes next in it, closing it, its end."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from app import vault
from app.accounts.current import whoever
from app.accounts.models import User
from app.db import db
from app.errors import Conflict
from app.journal import record
from app.people.models import Person
from app.web.times import today
from plugins.support import rules
from plugins.support.actions.following import follow, new_file
from plugins.support.actions.holding import changed, hold
from plugins.support.actions.relatives import forget_ties
from plugins.support.actions.shutting import end_following
from plugins.support.actions.stand_in import end_all
from plugins.support.models import CaseFile
from plugins.support.queries.safes import safes_of


class AlreadyOpen(Conflict):
    """A person has one file."""

    def message(self) -> str:
        return _("She has a file already. If it is not in your list, ask the coordinator to assign it to you.")


def open_file(user: User, person: Person) -> CaseFile:
    """Open her file, with a safe of its own; whoever opens it follows her.

    Raises NotAllowed, NotGranted, AlreadyOpen.
    """
    user.must("support.follow")
    vault.open_safes(user, [person.safe_id], why="support.open", codes=[person.code])
    db.session.refresh(person, with_for_update=True)
    if db.session.scalar(select(CaseFile.id).where(CaseFile.person_id == person.id)):
        raise AlreadyOpen
    file = new_file(user, person)
    follow(file, user, peer=False, by=user)
    return file


def close_file(user: User, file: CaseFile) -> None:
    """Close a file: it is kept, takes nothing new, and may be reopened. Raises NotAllowed, NotGranted.

    Who stands in is out. Who follows keeps her grants, so that she can reopen it when the woman comes back; they end
    when the coordinator ends the assignment, hands it over, or when the file is sealed or destroyed.
    """
    hold(user, file)
    if file.closed_on is None:
        file.closed_on = today()
        end_all(file, by=user)
        changed(file, "support.file_closed", by=user)


def reopen_file(user: User, file: CaseFile) -> None:
    """She came back: her file goes on, and her needs are looked at again. Raises NotAllowed, NotGranted."""
    hold(user, file)
    if file.closed_on is not None:
        file.closed_on = None
        file.reassess_on = rules.reassessment_due(today(), file.reassess_every_weeks)
        changed(file, "support.file_reopened", by=user)


def set_next_step(
    user: User, file: CaseFile, *, step: str | None, on: date | None, line: str | None, version: int
) -> None:
    """What comes next and when; `on` None: nothing for now.

    Raises NotAllowed, NotGranted, FileClosed, SomeoneElseWrote.
    """
    hold(user, file, open_only=True, version=version)
    file.step, file.step_on, file.step_line = (step, on, line or None) if on else (None, None, None)
    changed(file, "support.next_step_set" if on else "support.next_step_done", by=user)


def note_reassessment(user: User, file: CaseFile, *, version: int) -> None:
    """Needs were looked at again, together (commitment 6): the next time is counted from today."""
    hold(user, file, open_only=True, version=version)
    file.reassess_on = rules.reassessment_due(today(), file.reassess_every_weeks)
    changed(file, "support.reassessed", by=user)


def erase(person: Person) -> None:
    """Destroy what is written about a person: the key of every safe that follow-up has for her; counts stay (D-CONF-9).

    Grants stay on the emptied safes: whoever had one is told that it was destroyed, not that it is none of hers.
    """
    file = db.session.scalar(select(CaseFile).where(CaseFile.person_id == person.id).with_for_update())
    if file is None:
        return
    forget_ties(file)
    file.closed_on = file.closed_on or today()
    file.step, file.step_on, file.step_line = None, None, None
    hers = select(vault.Safe).where(vault.Safe.id.in_(safes_of(file)), vault.Safe.destroyed_at.is_(None))
    for safe in db.session.scalars(hers).all():
        vault.destroy(safe, by=whoever())
    end_following(file)
    record("support.file_erased", file.uid, by=whoever(), codes=[person.code])
