"""Two people grant a role (DOMAIN section 8)."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select, update

from app.accounts import queries, rules
from app.accounts.models import Invitation, RoleGrant, User
from app.accounts.permissions import ROLES
from app.db import db, now
from app.errors import Conflict, IntranetError, NotAllowed, NotFound
from app.journal import record
from app.web.times import today


class WrongTerm(IntranetError):
    """A role's days are not right."""

    def message(self) -> str:
        return _("A role begins today or later, and ends within a year of its first day.")


class TakesTwo(NotAllowed):
    """A link that takes a second factor away is never one person's: she would be that colleague."""

    def message(self) -> str:
        return _("This link takes a second factor away: one person asks for it, another releases it. Ask for it.")


def propose_role(user: User, role: str, since: date, until: date, *, by: User) -> RoleGrant:
    """Propose that she holds a role from a day to a day, included. Nothing is given yet. Raises WrongTerm."""
    by.must("core.roles.propose")
    if rules.term_fault(since, until, today()):
        raise WrongTerm
    if role not in ROLES or not user.is_active:
        raise NotFound
    proposed = RoleGrant(user_id=user.id, role=role, since=since, until=until, proposed_by=by.id)
    db.session.add(proposed)
    db.session.flush()
    record("accounts.role_proposed", user.uid, by=by, role=role, grant=proposed.id)
    return proposed


def approve_role(grant_id: int, *, by: User) -> None:
    """The second person's word: neither who proposed it, nor she who would hold it. Raises NotAllowed, Conflict."""
    by.must("core.roles.approve")
    found = queries.grant(grant_id)
    same = one_let_the_other_in(found.proposed_by, by.id)
    if same or not rules.may_approve(
        by.id, proposer=found.proposed_by, holder=found.user_id, until=found.until, today=today()
    ):
        record("accounts.refused", by=by, survives=True, permission="core.roles.approve", grant=grant_id)
        raise NotAllowed(
            _("One of you two gave the other her way in lately. Somebody else approves it.")
            if same
            else _("Two people grant a role: one proposes, another approves, and neither is she who receives it.")
        )
    waiting = RoleGrant.approved_at.is_(None), RoleGrant.ended_at.is_(None), RoleGrant.proposed_by != by.id
    once = update(RoleGrant).where(RoleGrant.id == grant_id, *waiting).values(approved_by=by.id, approved_at=now())
    if db.session.scalar(once.returning(RoleGrant.id)) is None:
        raise Conflict
    record("accounts.role_approved", queries.by_id(found.user_id).uid, by=by, role=found.role, grant=grant_id)


def one_let_the_other_in(*two: int | None) -> bool:
    """Whether the account of one was opened, or opened again, by a link of the other's: she might sit behind both."""
    lately = Invitation.used_at > now() - rules.INVITATION, Invitation.afresh
    between = Invitation.user_id.in_(two), Invitation.invited_by.in_(two)
    return db.session.scalar(select(Invitation.id).where(*between, *lately).limit(1)) is not None


def end_role(grant_id: int, *, by: User) -> None:
    """End a role, or set a proposal aside: at once, by one person. Raises Conflict when it was over already."""
    if not by.can("core.roles.approve"):
        by.must("core.roles.propose")
    found = queries.grant(grant_id)
    once = update(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.ended_at.is_(None)).values(ended_at=now())
    if db.session.scalar(once.returning(RoleGrant.id)) is None:
        raise Conflict
    record("accounts.role_ended", queries.by_id(found.user_id).uid, by=by, grant=grant_id)
