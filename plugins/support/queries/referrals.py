"""Reads of referrals: a file's, those to ask about, and those that are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select, tuple_

from app import vault
from app.accounts.models import User
from app.db import db
from app.people.models import Person
from plugins.support.models import Assignment, CaseFile, Letter, Referral
from plugins.support.queries.hers import of_hers
from plugins.support.queries.legible import Legible
from plugins.support.queries.lists import follows
from plugins.support.queries.pages import PAGE, mark_of, next_mark
from plugins.support.queries.served import only_served


class Referrals(NamedTuple):
    rows: Sequence[Any]  # each legible
    after: str | None


def referrals_of(file: CaseFile, after: str | None = None) -> Referrals:
    """A page of an opened file's referrals, the last first."""
    query = _of(file)
    if mark := mark_of(after):
        query = query.where(tuple_(Referral.on, Referral.id) < tuple_(*mark))
    rows = db.session.scalars(query.limit(PAGE + 1)).all()
    return Referrals([Legible(row) for row in rows[:PAGE]], next_mark(rows, lambda row: (row.on, row.id)))


def _of(file: CaseFile) -> Any:
    query = select(Referral).where(Referral.file_id == file.id)
    return query.order_by(Referral.on.desc(), Referral.id.desc())


def referral_or_404(uid: str, user: User) -> Referral:
    """A referral of a file that this user may open, opened. Raises NotFound."""
    return of_hers(Referral, uid, user)


def letters_for(referral: Referral) -> Sequence[Letter]:
    """The letters that a referral asked for, the last first."""
    return db.session.scalars(select(Letter).where(Letter.referral_id == referral.id).order_by(Letter.id.desc())).all()


def to_ask(user: User, until: date, limit: int = 8) -> Sequence[Any]:
    """uid, code and day of the referrals to ask about, in the files that she follows; opens nothing."""
    query: Any = select(Referral.uid, Person.code, Referral.ask_on).join(CaseFile, CaseFile.id == Referral.file_id)
    query = query.join(Person, Person.id == CaseFile.person_id).join(Assignment, Assignment.file_id == CaseFile.id)
    query = query.where(follows(user), CaseFile.closed_on.is_(None), CaseFile.safe_id.in_(vault.granted_to(user)))
    query = query.where(Referral.ask_on <= until).order_by(Referral.ask_on, Referral.id)
    return db.session.execute(only_served(query).limit(limit)).all()
