"""Safes, who may open them, and the blind index."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, new_uid, now


class Safe(Model):
    """A compartment of confidential records: one data key, one list of who may open it."""

    __tablename__ = "core_safe"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)  # the data key's name in the key store
    kind: Mapped[str] = mapped_column(String(40))  # "person", "register", "<plugin>.file", …
    beside_id: Mapped[int | None] = mapped_column(ForeignKey("core_safe.id"))  # who may open that one may open this one
    within_id: Mapped[int | None] = mapped_column(ForeignKey("core_safe.id"))  # who may not open that one, not this one
    created_at: Mapped[datetime] = mapped_column(default=now)
    destroyed_at: Mapped[datetime | None]


class Grant(Model):
    """Who may open a safe, since when, until when, why, granted by whom (D-CONF-1)."""

    __tablename__ = "core_grant"
    __table_args__ = (Index("core_grant_user_safe", "user_id", "safe_id"), Index("core_grant_safe", "safe_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    safe_id: Mapped[int] = mapped_column(ForeignKey("core_safe.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    since: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(String(40))  # a keyword such as "assigned", never content
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    revoked_at: Mapped[datetime | None]


class BlindToken(Model):
    """A keyed fingerprint of one beginning of one word of a searchable value."""

    __tablename__ = "core_blind_token"
    __table_args__ = (Index("core_blind_token_find", "token", "safe_id"), Index("core_blind_token_row", "row_uid"))
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    token: Mapped[bytes] = mapped_column(LargeBinary(16))
    field: Mapped[str] = mapped_column(String(80))  # "core_person.name"
    safe_id: Mapped[int] = mapped_column(ForeignKey("core_safe.id"))
    row_uid: Mapped[str] = mapped_column(String(32))
