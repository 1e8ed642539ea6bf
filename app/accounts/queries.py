"""What is read of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from app.accounts import factors
from app.accounts.models import Invitation, RoleGrant, User, UserSession
from app.accounts.permissions import ROLES, permissions_of
from app.accounts.sessions import ABSOLUTE, IDLE, fingerprint
from app.db import db, now
from app.errors import NotFound
from app.vault.safes import fingerprint as keyed
from app.web.times import today

PAGE = 50
LARGEST_ID = 2**31 - 1


def _users() -> Select[User]:
    return select(User).options(selectinload(User.roles)).execution_options(populate_existing=True)


def by_uid(uid: str) -> User:
    """Raises NotFound."""
    found: User | None = db.session.scalar(_users().where(User.uid == uid))
    if found is None:
        raise NotFound
    return found


def by_id(user_id: int) -> User:
    return db.session.scalars(_users().where(User.id == user_id)).one()


def who_can(permission: str) -> Select[int]:
    """The accounts that may do this today, as a SELECT of ids: open, with a role that holds."""
    roles = [role for role in ROLES if permission in permissions_of(current_app, [role])]
    holds = RoleGrant.approved_at.is_not(None), RoleGrant.ended_at.is_(None), RoleGrant.role.in_(roles)
    query = select(RoleGrant.user_id).join(User, User.id == RoleGrant.user_id).where(User.disabled_at.is_(None))
    return query.where(*holds, RoleGrant.since <= today(), RoleGrant.until >= today())


def email_token(email: str) -> bytes:
    return keyed("core_user.email", email)


def by_email(email: str) -> User | None:
    return db.session.scalar(_users().where(User.email_token == email_token(email)))


def demo_accounts() -> Sequence[User]:
    return db.session.scalars(_users().where(User.demo, User.disabled_at.is_(None)).order_by(User.id)).all()


def invitation(token: str) -> Invitation | None:
    """The invitation behind a link, when it can still be used."""
    fresh = Invitation.used_at.is_(None), Invitation.until > now()
    return db.session.scalar(select(Invitation).where(Invitation.token_hash == fingerprint(token), *fresh))


def joined(user: User) -> bool:
    """Whether she has come in once: a password or a second factor of hers is there."""
    return bool(user.password_hash) or factors.has_any(user)


def _afresh() -> Any:
    """Links that take a second factor away, asked for and not released yet."""
    waits = Invitation.asked_by.is_not(None), Invitation.invited_by.is_(None), Invitation.used_at.is_(None)
    return select(Invitation).where(*waits, Invitation.until > now()).order_by(Invitation.id)


def asked_afresh(user: User) -> Invitation | None:
    found: Invitation | None = db.session.scalar(_afresh().where(Invitation.user_id == user.id))
    return found


def told_of_afresh(user: User) -> bool:
    """Whether such a link was asked for, or used, lately: she is told when she signs in."""
    asked = select(Invitation.id).where(Invitation.user_id == user.id, Invitation.asked_by.is_not(None))
    return db.session.scalar(asked.limit(1)) is not None


def links_asked() -> Sequence[tuple[Invitation, User, User]]:
    """Those links: each, for whom, asked by whom."""
    links = db.session.scalars(_afresh().limit(100)).all()
    wanted = {person for link in links for person in (link.user_id, link.asked_by)}
    users = {user.id: user for user in db.session.scalars(_users().where(User.id.in_(wanted)))}
    return [(link, users[link.user_id], users[link.asked_by or 0]) for link in links]


def sessions_of(user: User) -> Sequence[UserSession]:
    """Her sessions that still hold, the latest first."""
    alive = UserSession.seen_at > now() - IDLE, UserSession.created_at > now() - ABSOLUTE
    query = select(UserSession).where(UserSession.user_id == user.id, *alive)
    return db.session.scalars(query.order_by(UserSession.seen_at.desc())).all()


def accounts(after: int = 0) -> tuple[Sequence[User], int | None]:
    """A page of accounts by date of invitation, and where the next one begins."""
    users = db.session.scalars(
        _users().where(User.id > max(0, min(after, LARGEST_ID))).order_by(User.id).limit(PAGE + 1)
    ).all()
    return users[:PAGE], users[PAGE - 1].id if len(users) > PAGE else None


def proposals() -> Sequence[tuple[RoleGrant, User, Any]]:
    """Roles that wait for a second person: the grant, who would hold it, who proposed it."""
    open_ones = RoleGrant.approved_at.is_(None), RoleGrant.ended_at.is_(None), RoleGrant.until >= today()
    grants = db.session.scalars(select(RoleGrant).where(*open_ones).order_by(RoleGrant.id).limit(100)).all()
    wanted = {person for grant in grants for person in (grant.user_id, grant.proposed_by) if person}
    users = {user.id: user for user in db.session.scalars(_users().where(User.id.in_(wanted)))}
    return [(grant, users[grant.user_id], users.get(grant.proposed_by or 0)) for grant in grants]


def grant(grant_id: int) -> RoleGrant:
    """Raises NotFound."""
    if (found := db.session.get(RoleGrant, min(grant_id, LARGEST_ID), populate_existing=True)) is None:
        raise NotFound
    return found
