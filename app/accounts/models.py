"""Who works here: users, roles with an end date, sessions, means of sign-in."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property

from flask import current_app
from flask_login import UserMixin
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, now
from app.errors import NotAllowed
from app.vault.columns import Kept, Sealed


class User(UserMixin, Kept, Model):  # type: ignore[misc]  # flask-login ships no types
    """An account. Names and addresses are sealed: that somebody is a peer here is itself confidential."""

    __tablename__ = "core_user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Sealed[str]]
    email: Mapped[Sealed[str]]
    email_token: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[Sealed[str] | None]
    totp_last: Mapped[int] = mapped_column(default=0)  # the last time-step accepted: a code works once
    language: Mapped[str] = mapped_column(String(2), default="fr")
    demo: Mapped[bool] = mapped_column(default=False)  # signs in by a button, in the demo only
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]
    roles: Mapped[list[RoleGrant]] = relationship(foreign_keys="RoleGrant.user_id", lazy="raise")

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    def get_id(self) -> str:
        return self.uid

    @cached_property
    def role_names(self) -> frozenset[str]:
        """The roles that she holds today."""
        return frozenset(grant.role for grant in self.roles if grant.holds(now()))

    @cached_property
    def permissions(self) -> frozenset[str]:
        """What her roles let her do, by the declarations of the core and of the plugins that are on."""
        from app.accounts.permissions import permissions_of

        return permissions_of(current_app, self.role_names)

    @cached_property
    def opens(self) -> frozenset[str]:
        """The kinds of safes that her roles open by office, without a grant: the registers that she keeps.

        An account that was read without its roles opens none.
        """
        from app.accounts.permissions import kinds_opened

        if "roles" in inspect(self).unloaded:
            return frozenset()
        return kinds_opened(current_app, self.permissions)

    def can(self, permission: str) -> bool:
        return permission in self.permissions

    def must(self, permission: str) -> None:
        """Raises NotAllowed, journaled, unless she holds the permission."""
        from app.journal import record

        if not self.can(permission):
            record("accounts.refused", by=self, survives=True, permission=permission)
            raise NotAllowed


class RoleGrant(Model):
    """A role held from a day to a day, proposed by one person and approved by another (DOMAIN section 8)."""

    __tablename__ = "core_role_grant"
    __table_args__ = (
        CheckConstraint("approved_by <> proposed_by", "core_role_grant_two_people"),
        CheckConstraint("approved_by <> user_id", "core_role_grant_not_her_own"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id"), index=True)
    role: Mapped[str] = mapped_column(String(40))
    since: Mapped[date]
    until: Mapped[date]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))  # None: the first two administrators
    proposed_at: Mapped[datetime] = mapped_column(default=now)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    def holds(self, moment: datetime) -> bool:
        """Whether the role holds at this instant: approved, not ended, within its days (America/Toronto)."""
        from app.web.times import local_day

        day = local_day(moment)
        return self.approved_at is not None and self.ended_at is None and self.since <= day <= self.until


class UserSession(Model):
    """A session, kept on the server; the cookie holds a random token, the table only its fingerprint."""

    __tablename__ = "core_session"
    __table_args__ = (Index("core_session_user", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)  # names it on "my sessions"
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    confirmed_at: Mapped[datetime | None]  # last step-up
    device: Mapped[str] = mapped_column(String(60), default="")  # "Firefox, Windows": no address, no version
    data: Mapped[str] = mapped_column(default="{}")  # Flask's session, JSON


class Passkey(Model):
    """A passkey or a security key; the private half never leaves her device."""

    __tablename__ = "core_passkey"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id"), index=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    device: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]


class RecoveryCode(Kept, Model):
    """A code for the day her phone is lost: shown once, used once."""

    __tablename__ = "core_recovery_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id"), index=True)
    code: Mapped[Sealed[str]]
    used_at: Mapped[datetime | None]


class Invitation(Model):
    """A one-time link to choose a password; of the link itself only the fingerprint is kept.

    Asked by one person and not yet made by another: nobody knows its token. The second is the one who is shown it.
    """

    __tablename__ = "core_invitation"
    __table_args__ = (
        CheckConstraint("invited_by <> asked_by", "core_invitation_two_people"),
        CheckConstraint("asked_by IS NULL OR invited_by <> user_id", "core_invitation_not_her_own"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id"), index=True)
    until: Mapped[datetime]
    afresh: Mapped[bool]  # her second factors are set up again too
    password_hash: Mapped[str | None] = mapped_column(String(200))  # chosen; waits for the second factor
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))  # when it takes two people
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))  # who was shown it
    used_at: Mapped[datetime | None]


class Attempt(Model):
    """One try at signing in, under a keyed fingerprint: nothing here says who, nor from where."""

    __tablename__ = "core_attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
