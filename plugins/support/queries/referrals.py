"""Reads of referrals: a file's, those to ask about, and those that are due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select, tuple_

from app.accounts.models import User
from app.db import db
from plugins.support.models import CaseFile, Letter, Referral
from plugins.support.queries.hers import of_hers
from plugins.support.queries.legible import Legible
from plugins.support.queries.pages import PAGE, mark_of, next_mark


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
