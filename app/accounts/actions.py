"""What is done with accounts: the only writer. Two people grant a role (DOMAIN section 8)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, func, or_, select, update

from app.accounts import factors, passwords, queries, rules
from app.accounts.models import Attempt, Invitation, Passkey, RecoveryCode, RoleGrant, User, UserSession
from app.accounts.permissions import ROLES
from app.accounts.sessions import fingerprint
from app.config import Settings
from app.db import db, now
from app.errors import Conflict, IntranetError, NotAllowed, NotFound
from app.journal import record
from app.web.times import today
from app.work.outbox import queue_mail


class AddressTaken(IntranetError):
    """Somebody has an account with this address already."""

    def message(self) -> str:
        return _("Somebody has an account with this address already. Look for it in the list.")


class WrongTerm(IntranetError):
    """A role's days are not right."""

    def message(self) -> str:
        return _("A role begins today or later, and ends within a year of its first day.")


class TakesTwo(NotAllowed):
    """A link that takes a second factor away is never one person's: she would be that colleague."""

    def message(self) -> str:
        return _("This link takes a second factor away: one person asks for it, another releases it. Ask for it.")


class OwnAccount(IntranetError):
    """Nobody disables her own account: somebody would be locked out by a slip."""

    def message(self) -> str:
        return _("You cannot disable your own account. Ask another administrator.")


# --- accounts and links ----------------------------------------------------------------------------------------------


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


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
    return f"{_settings().base_url}/welcome/{token}"


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
    if by.id in (user.id, asked.asked_by) or _one_let_the_other_in(asked.asked_by, by.id):
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
    if not _settings().demo:
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


# --- her own ---------------------------------------------------------------------------------------------------------


def password_fault(password: str, user: User, organisation: Iterable[str]) -> rules.Fault | None:
    context = [user.name, user.email, _settings().host, *organisation]
    return rules.password_fault(password, passwords.common(), context)


def choose_password(invited: Invitation, password_hash: str) -> None:
    """What she chose waits on the link until her second factor is there."""
    invited.password_hash = password_hash


def accept(invited: Invitation, user: User) -> None:
    """Use the link: her password holds, every earlier session is over. Raises Conflict when it was used meanwhile."""
    once = update(Invitation).where(Invitation.id == invited.id, Invitation.used_at.is_(None)).values(used_at=now())
    if not user.is_active or not db.session.scalar(once.returning(Invitation.id)):
        raise Conflict
    user.password_hash = invited.password_hash
    if invited.afresh:
        user.totp_secret = None
        for model in (Passkey, RecoveryCode):
            db.session.execute(delete(model).where(model.user_id == user.id))
    end_sessions(user)
    record("accounts.joined", user.uid, by=user)


def choose_language(user: User, language: str) -> None:
    user.language = language


def change_password(user: User, password_hash: str, *, keep: UserSession) -> None:
    """Her other sessions end: whoever knew the old one is out."""
    user.password_hash = password_hash
    end_sessions(user, but=keep)
    record("accounts.password_changed", user.uid, by=user)


def set_up_totp(user: User, secret: str, code: str) -> bool:
    """Keep the app's secret once a code shows that the app has it."""
    counter = factors.totp_counter(secret, code)
    if counter is None:
        return False
    user.totp_secret, user.totp_last = secret, counter
    record("accounts.totp_set_up", user.uid, by=user)
    return True


def set_up_passkey(user: User, answer: str, challenge: str, device: str) -> bool:
    if not factors.add_passkey(user, answer, challenge, device):
        return False
    record("accounts.passkey_added", user.uid, by=user)
    return True


def remove_factor(user: User, passkey: int | None) -> None:
    """Take away a passkey, or the app (None). Outside the demo the last one stays. Raises NotAllowed, NotFound."""
    db.session.refresh(user, with_for_update={"of": User})  # two at once would each leave the other's
    keys = [key for key in factors.passkeys_of(user) if key.id != passkey]
    if not _settings().demo and not keys and (passkey is None or user.totp_secret is None):
        raise NotAllowed(_("One second factor has to stay. Add another one first, then take this one away."))
    if passkey is None:
        user.totp_secret = None
    else:
        passkey = max(0, min(passkey, queries.LARGEST_ID))
        hers = delete(Passkey).where(Passkey.id == passkey, Passkey.user_id == user.id).returning(Passkey.id)
        if db.session.scalar(hers) is None:
            raise NotFound
    record("accounts.factor_removed", user.uid, by=user, passkey=passkey)


def renew_recovery_codes(user: User) -> list[str]:
    record("accounts.recovery_codes_made", user.uid, by=user)
    return factors.new_recovery_codes(user)


def shows_code(user: User, code: str, *, password_right: bool) -> bool:
    """Whether the second factor is there: the app's code, or a recovery code beside her password."""
    if factors.use_totp(user, code):
        return True
    if not password_right or not factors.use_recovery_code(user, code):
        return False
    record("accounts.recovery_code_used", user.uid, by=user, left=factors.recovery_codes_left(user))
    return True


def end_sessions(user: User, *, but: UserSession | None = None, uid: str | None = None) -> None:
    """End her sessions: all, all `but` one, or the one named `uid`."""
    over = delete(UserSession).where(UserSession.user_id == user.id)
    over = over.where(UserSession.id != but.id) if but is not None else over
    db.session.execute(over.where(UserSession.uid == uid) if uid is not None else over)


def sign_out(user: User, uid: str | None = None) -> None:
    """End one of her sessions, or every one, this one included."""
    end_sessions(user, uid=uid)
    record("accounts.sessions_ended", user.uid, by=user, one=uid is not None)


# --- roles -----------------------------------------------------------------------------------------------------------


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
    same = _one_let_the_other_in(found.proposed_by, by.id)
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


def _one_let_the_other_in(*two: int | None) -> bool:
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


def sweep() -> None:
    """Once a day: tries of more than an hour ago, links that nobody used in time."""
    db.session.execute(delete(Attempt).where(Attempt.at < now() - rules.WINDOW))
    over = or_(Invitation.used_at < now() - rules.INVITATION, Invitation.until < now() - rules.INVITATION)
    db.session.execute(delete(Invitation).where(over))
