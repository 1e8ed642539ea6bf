"""Roles in force, and what was answered about them this quarter (DOMAIN section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from app.accounts.models import RoleGrant, User
from app.db import db
from app.errors import NotFound
from app.web.times import midnight, today
from plugins.confidentiality.models import RoleReview
from plugins.confidentiality.queries.registers import Column, Register, Row, Rows, Wanted, keep, of_page
from plugins.confidentiality.rules import review as rules

PAGE = 50


class Held(NamedTuple):
    """A role in force, who holds it, and what was answered about it in this quarter."""

    grant: RoleGrant
    holder: User
    review: RoleReview | None
    fresh: bool  # two people granted it in this quarter: it need not be looked at again yet

    @property
    def settled(self) -> bool:
        return self.fresh or (self.review is not None and self.review.answer in rules.SETTLED)


class HeldPage(NamedTuple):
    roles: list[Held]
    after: int | None = None


def in_force(what: Any) -> Select[Any]:
    """Roles that hold today, of accounts that are open."""
    query = select(what).join(User, User.id == RoleGrant.user_id).where(User.disabled_at.is_(None))
    holds = RoleGrant.approved_at.is_not(None), RoleGrant.ended_at.is_(None)
    return query.where(*holds, RoleGrant.since <= today(), RoleGrant.until >= today())


def roles_held(user: User, after: int = 0) -> HeldPage:
    """Every role in force. Raises NotAllowed."""
    user.must("confidentiality.review_roles")
    query = in_force(RoleGrant).add_columns(User).where(RoleGrant.id > after).order_by(RoleGrant.id).limit(PAGE + 1)
    rows = db.session.execute(query).all()
    reviews = _reviews([grant.id for grant, _holder in rows])
    start = midnight(rules.quarter_of(today()))
    shown = [
        Held(grant, holder, reviews.get(grant.id), grant.approved_at is not None and grant.approved_at >= start)
        for grant, holder in rows[:PAGE]
    ]
    return HeldPage(shown, rows[PAGE - 1][0].id if len(rows) > PAGE else None)


def _reviews(grants: list[int]) -> dict[int, RoleReview]:
    """The last answer of this quarter about each."""
    query = select(RoleReview).where(RoleReview.quarter == rules.quarter_of(today()), RoleReview.grant_id.in_(grants))
    return {review.grant_id: review for review in db.session.scalars(query.order_by(RoleReview.id))}


def role_or_404(grant_id: int) -> RoleGrant:
    """A role in force. Raises NotFound."""
    found = db.session.scalar(in_force(RoleGrant).where(RoleGrant.id == grant_id))
    if found is None:
        raise NotFound
    grant: RoleGrant = found
    return grant


def unreviewed_ids(user: User) -> Select[Any]:
    """Roles that she may look at again, granted before this quarter and not settled in it; never her own."""
    quarter = rules.quarter_of(today())
    done = select(RoleReview.id).where(RoleReview.quarter == quarter, RoleReview.grant_id == RoleGrant.id)
    query = in_force(RoleGrant.id).where(RoleGrant.user_id != user.id, RoleGrant.approved_at < midnight(quarter))
    return query.where(~done.where(RoleReview.answer.in_(rules.SETTLED)).exists())


def _page(user: User, wanted: Wanted) -> Rows:
    user.must("confidentiality.registers")
    query = select(RoleReview, RoleGrant).join(RoleGrant, RoleGrant.id == RoleReview.grant_id)
    found = db.session.execute(of_page(query, RoleReview.id, RoleReview.at, wanted)).all()
    ids = {number for review, grant in found for number in (grant.user_id, review.by)}
    names = {user.id: user.name for user in db.session.scalars(select(User).where(User.id.in_(ids)))}
    shown = found[: wanted.limit]
    older = shown[-1][0].id if len(found) > wanted.limit else None
    return Rows([_row(review, grant, names) for review, grant in shown], older)


def _row(review: RoleReview, grant: RoleGrant, names: Mapping[int, str]) -> Row:
    who = {"holder": names.get(grant.user_id), "who": names.get(review.by), "role": grant.role}
    return {"id": review.id, "uid": "", "at": review.at, "quarter": review.quarter, "answer": review.answer, **who}


def quarter() -> tuple[date, date]:
    """The quarter's first day, and the day by which its review is due."""
    first = rules.quarter_of(today())
    return first, rules.review_due(first)


keep(
    Register(
        "roles",
        _l("Roles, reviewed each quarter"),
        "list-checks",
        (
            Column("at", _l("When"), "instant"),
            Column("quarter", _l("Quarter that begins on"), "date"),
            Column("role", _l("Role"), "word", "roles"),
            Column("holder", _l("Held by")),
            Column("answer", _l("Answer"), "word", "role_answers"),
            Column("who", _l("Looked at by")),
        ),
        page=_page,
        size=lambda: select(RoleReview.id),
        new=("confidentiality.role_review", _l("This quarter’s review"), "arrow-right"),
        hint=_l("Who may do what is looked at again four times a year."),
        weight=80,
    )
)
