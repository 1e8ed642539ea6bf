"""Reads of the directory of partners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select, tuple_

from app.db import db
from app.errors import NotFound
from app.vault.crypto import plain
from plugins.support.models import Echo, Partner
from plugins.support.queries.pages import PAGE
from plugins.support.rules import partners as rules

NAMES = 200  # proposed as she types


class Partners(NamedTuple):
    rows: Sequence[Partner]
    after: str | None  # the uid from which the next page goes on


def directory(
    *, text: str = "", service: str = "", language: str = "", archived: bool = False, after: str | None = None
) -> Partners:
    """A page of the directory, in the order of the alphabet; `text`: words or beginnings of words of each partner."""
    query = select(Partner).where(Partner.archived_on.is_not(None) if archived else Partner.archived_on.is_(None))
    for word in plain(text).split():
        query = query.where(Partner.found_by.contains(word, autoescape=True))
    for column, wanted in ((Partner.services, service), (Partner.languages, language)):
        if wanted:
            query = query.where((" " + column + " ").contains(f" {wanted} ", autoescape=True))
    if after:
        query = query.where(
            tuple_(Partner.sorted_as, Partner.id) > tuple_(_of(Partner.sorted_as, after), _of(Partner.id, after))
        )
    rows = db.session.scalars(query.order_by(Partner.sorted_as, Partner.id).limit(PAGE + 1)).all()
    return Partners(rows[:PAGE], rows[PAGE - 1].uid if len(rows) > PAGE else None)


def _of(column: Any, uid: str) -> Any:
    return select(column).where(Partner.uid == uid).scalar_subquery()


def partner_or_404(uid: str) -> Partner:
    found = db.session.scalar(select(Partner).where(Partner.uid == uid))
    if found is None:
        raise NotFound
    return found


def partner_named(name: str) -> Partner | None:
    """The partner of that name, whatever its accents and case; when two share it, neither."""
    same = select(Partner).where(Partner.sorted_as == plain(name)[:240], Partner.archived_on.is_(None)).limit(2)
    found = db.session.scalars(same).all()
    return found[0] if len(found) == 1 else None


def partner_names(limit: int = NAMES) -> Sequence[str]:
    """Names to choose from."""
    query = select(Partner.name).where(Partner.archived_on.is_(None)).order_by(Partner.sorted_as, Partner.id)
    return db.session.scalars(query.limit(limit)).all()


class Heard(NamedTuple):
    """How women found a partner: each number rounded down to a multiple of 5, None when too few (D-CONF-12)."""

    answers: int | None
    helped: int | None
    found_well: int | None


def heard_of(partner: Partner) -> Heard:
    """From what they said after a referral; from nobody's file. One query."""
    helped, well = Echo.outcome == "helped", Echo.found >= rules.FOUND_WELL
    counts = (func.count(Echo.id), *(func.count(Echo.id).filter(each) for each in (helped, well)))
    row = db.session.execute(select(*counts).where(Echo.partner_id == partner.id)).one()
    return Heard(*map(rules.told_as, row))
