"""What every use case on a file begins and ends with: who may, the row for us alone, what is due, the record."""

from __future__ import annotations

from flask_babel import gettext as _

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import Conflict
from app.journal import record
from plugins.support import rules
from plugins.support.models import CaseFile

FOLLOWS = "support.follow"  # why she may open the safes of a person whom she follows


class FileClosed(Conflict):
    """A closed file takes nothing new."""

    def message(self) -> str:
        return _("This file is closed. Reopen it first, then note what took place.")


class SomeoneElseWrote(Conflict):
    """What she saw has changed meanwhile: nothing is overwritten."""

    def message(self) -> str:
        return _("A colleague changed this meanwhile. What she wrote is below; send yours again if it still holds.")


def hold(user: User, file: CaseFile, *, open_only: bool = False, version: int | None = None) -> None:
    """Her permission, her grant, then the row for us alone, as it is now."""
    user.must("support.follow")
    vault.open_safes(user, [file.safe_id], why="support.file", codes=[file.person.code])
    db.session.refresh(file, with_for_update=True)
    if open_only and file.closed_on is not None:
        raise FileClosed
    if version is not None and version != file.version:
        raise SomeoneElseWrote


def changed(file: CaseFile, action: str, *, by: User) -> None:
    file.due_on = rules.next_due(file.reassess_on, file.step_on)
    file.version += 1
    record(action, file.uid, by=by, codes=[file.person.code])
