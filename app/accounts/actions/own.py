"""What she does with her own account: password, second factors, sessions."""

from __future__ import annotations

from collections.abc import Iterable

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, update

from app.accounts import factors, passwords, queries, rules
from app.accounts.models import Invitation, Passkey, RecoveryCode, User, UserSession
from app.config import Settings
from app.db import db, now
from app.errors import Conflict, NotAllowed, NotFound
from app.journal import record


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def password_fault(password: str, user: User, organisation: Iterable[str]) -> rules.Fault | None:
    context = [user.name, user.email, settings().host, *organisation]
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
    if not settings().demo and not keys and (passkey is None or user.totp_secret is None):
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
