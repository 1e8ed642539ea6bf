"""Ties between a woman and a relative: noted by who may open both files, and told to nobody else (service 8)."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import delete, select

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import IntranetError
from app.journal import record
from app.people.models import Person
from plugins.support.actions.holding import hold
from plugins.support.models import CaseFile, Tie


class NobodyOfHers(IntranetError):
    """A code that is nobody's and one that is not open to her look the same, so that nothing is found by trying."""

    status = 422

    def message(self) -> str:
        return _("None of the files open to you has this code: a tie joins a woman’s file and a relative’s.")


def tie(user: User, file: CaseFile, code: str) -> None:
    """Note in both files that one is the other's relative. Noted twice, it is there once.

    The journal names the file from which it was done, and not the other; whose file it is is not told of it.
    Raises NotAllowed, NotGranted, NobodyOfHers.
    """
    hold(user, file)
    other = _other(user, file, code)
    for one, its in ((file, other), (other, file)):
        mark = _mark(one.uid, its.uid)
        if db.session.scalar(select(Tie.id).where(Tie.mark == mark)) is None:
            db.session.add(Tie(safe_id=one.safe_id, file_id=one.id, other=its.person.code, mark=mark))
    record("support.relatives_changed", by=user, codes=[file.person.code], untold=True)


def untie(user: User, file: CaseFile, code: str) -> None:
    """Nothing of it is kept in either file. Raises NotAllowed, NotGranted, NobodyOfHers."""
    hold(user, file)
    other = _other(user, file, code)
    marks = [_mark(file.uid, other.uid), _mark(other.uid, file.uid)]
    db.session.execute(delete(Tie).where(Tie.mark.in_(marks)))
    record("support.relatives_changed", by=user, codes=[file.person.code], untold=True)


def forget_ties(file: CaseFile) -> None:
    """She is destroyed here: what other files say of a tie with her goes too."""
    others = select(CaseFile.uid).join(CaseFile.person).where(Person.kind != file.person.kind)
    marks = [_mark(uid, file.uid) for uid in db.session.scalars(others)]
    for start in range(0, len(marks), 500):
        db.session.execute(delete(Tie).where(Tie.mark.in_(marks[start : start + 500])))
    db.session.execute(delete(Tie).where(Tie.file_id == file.id))


def _other(user: User, file: CaseFile, code: str) -> CaseFile:
    """The other file, when both its safes are open to her; it is not opened, so that no entry stands beside ours."""
    query = select(CaseFile).join(CaseFile.person).where(Person.code == code.strip().upper())
    other: CaseFile | None = db.session.scalar(query.where(Person.kind != file.person.kind))
    if other is None or not all(vault.is_granted(user, safe) for safe in (other.safe_id, other.person.safe_id)):
        raise NobodyOfHers
    return other


def _mark(one: str, other: str) -> bytes:
    return vault.fingerprint("support_tie.mark", f"{one} {other}")
