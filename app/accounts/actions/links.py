"""Accounts and the one-time links by which she comes in; who is out."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, or_, select, update

from app.accounts import factors, queries, rules
from app.accounts.actions.own import end_sessions, settings
from app.accounts.actions.roles import TakesTwo, one_let_the_other_in
from app.accounts.models import Attempt, Invitation, RoleGrant, User
from app.accounts.sessions import fingerprint
from app.db import db, now
from app.errors import Conflict, IntranetError, NotAllowed
from app.journal import record
from app.web.times import today
from app.work.outbox import queue_mail


class AddressTaken(IntranetError):
    """Somebody has an account with this address already."""

    def message(self) -> str:
        return _("Somebody has an account with this address already. Look for it in the list.")


class OwnAccount(IntranetError):
    """Nobody disables her own account: somebody would be locked out by a slip."""

    def message(self) -> str:
        return _("You cannot disable your own account. Ask another administrator.")


def _new_user(name: str, email: str, language: str = "fr") -> User:
    """Raises AddressTaken."""
    token = queries.email_token(email)
    if db.session.scalar(select(User.id).where(User.email_token == token)) is not None:
        raise AddressTaken
    user = User(name=name.strip(), email=email.strip(), email_token=token, language=language)
    user.roles = []
    db.session.add(user)
    db.session.flush()
    return user


def _link(user: User, *, by: User | None, afresh: bool) -> str:
    """A one-time link; those she had are worth nothing any more."""
    token, invited = _invitation(user, afresh=afresh)
    invited.invited_by = by.id if by else None
    return _address(token)


def _invitation(user: User, *, afresh: bool) -> tuple[str, Invitation]:
    db.session.execute(delete(Invitation).where(Invitation.user_id == user.id, Invitation.used_at.is_(None)))
    token, until = secrets.token_urlsafe(32), now() + rules.INVITATION
    invited = Invitation(token_hash=fingerprint(token), user_id=user.id, until=until, afresh=afresh)
    db.session.add(invited)
    return token, invited


def _address(token: str) -> str:
    return f"{settings().base_url}/welcome/{token}"


def invite(name: str, email: str, *, by: User | None, language: str = "fr") -> tuple[User, str]:
    """Open an account without any role, and a link to choose a password. `by` None: a command. Raises AddressTaken."""
    if by is not None:
        by.must("core.users.edit")
    user = _new_user(name, email, language)
    record("accounts.invited", user.uid, by=by)
    return user, _link(user, by=by, afresh=True)


def new_link(user: User, *, by: User | None) -> str:
    """A link to choose a new password; whoever uses it still needs the second factor. `by` None: a command.

    Raises TakesTwo where there is none to keep, though she has joined.
    """
    if by is not None:
        _edits_another(by, user)
    joined = queries.joined(user)
    if joined and not factors.has_any(user):
        raise TakesTwo
    record("accounts.link_made", user.uid, by=by)
    return _link(user, by=by, afresh=not joined)


def _edits_another(by: User, user: User) -> None:
    by.must("core.users.edit")
    if by.id == user.id:
        raise NotAllowed(_("Change your own password on your account's page."))


def ask_afresh(user: User, *, by: User) -> None:
    """Ask for a link that takes her second factor away: the first of two people. Raises NotAllowed, Conflict."""
    _edits_another(by, user)
    if not queries.joined(user) or not user.is_active:
        raise Conflict
    _token, invited = _invitation(user, afresh=True)  # a token that nobody is told
    invited.asked_by = by.id
    record("accounts.afresh_asked", user.uid, by=by)
    queue_mail(user, "way_in")


def release_afresh(user: User, *, by: User) -> str:
    """The second person's word, and the link, which she alone is shown. Raises NotAllowed, Conflict.

    Neither who asked, nor she herself, nor one of two of whom one let the other in.
    """
    by.must("core.roles.approve")
    if (asked := queries.asked_afresh(user)) is None:
        raise Conflict
    if by.id in (user.id, asked.asked_by) or one_let_the_other_in(asked.asked_by, by.id):
        record("accounts.refused", user.uid, by=by, survives=True, permission="core.roles.approve")
        raise NotAllowed(_("One person asks for this link, another releases it, and neither let the other in lately."))
    token = secrets.token_urlsafe(32)
    made = {"token_hash": fingerprint(token), "invited_by": by.id, "until": now() + rules.INVITATION}
    once = update(Invitation).where(Invitation.id == asked.id, Invitation.invited_by.is_(None)).values(made)
    if db.session.scalar(once.returning(Invitation.id)) is None:
        raise Conflict
    record("accounts.afresh_released", user.uid, by=by)
    queue_mail(user, "way_in")
    return _address(token)


def invite_first_administrators(people: Sequence[tuple[str, str]]) -> list[str]:
    """Open the accounts (name, address) that the others will come from; their links, in order. Only when there is none.

    Nobody is there yet to propose and to approve: it is the one time when a role is given by a command.
    """
    if db.session.scalar(select(func.count()).select_from(User)) or len({email for _name, email in people}) < 2:
        raise Conflict
    links = []
    for name, email in people:
        user, link = invite(name, email, by=None)
        _give(user, "administrator")
        links.append(link)
    return links


def set_up_demo_account(name: str, email: str, *roles: str, language: str = "fr") -> User:
    """An account of the demo: no password, signed in by a button, worth nothing elsewhere."""
    if not settings().demo:
        raise NotAllowed
    user = _new_user(name, email, language)
    user.demo = True
    for role in roles:
        _give(user, role)
    return user


def _give(user: User, role: str) -> None:
    given = RoleGrant(user_id=user.id, role=role, since=today(), until=today() + timedelta(days=365), approved_at=now())
    user.roles.append(given)
    record("accounts.role_given", user.uid, by=None, role=role)


def disable(user: User, *, by: User | None) -> None:
    """She is out at her next request; her links and sessions end. Raises OwnAccount."""
    if by is not None:
        by.must("core.users.edit")
        if by.id == user.id:
            raise OwnAccount
    user.disabled_at = user.disabled_at or now()
    db.session.execute(delete(Invitation).where(Invitation.user_id == user.id, Invitation.used_at.is_(None)))
    end_sessions(user)
    record("accounts.disabled", user.uid, by=by)


def enable(user: User, *, by: User) -> None:
    by.must("core.users.edit")
    user.disabled_at = None
    record("accounts.enabled", user.uid, by=by)


def sweep() -> None:
    """Once a day: tries of more than an hour ago, links that nobody used in time."""
    db.session.execute(delete(Attempt).where(Attempt.at < now() - rules.WINDOW))
    over = or_(Invitation.used_at < now() - rules.INVITATION, Invitation.until < now() - rules.INVITATION)
    db.session.execute(delete(Invitation).where(over))
