"""Confidentiality undertakings (D-CONF-13)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, now
from app.vault import Confidential, Sealed


class Undertaking(Confidential, Model):
    """One signature: by somebody with an account, or by somebody else (an interpreter, a volunteer)."""

    __tablename__ = "confidentiality_undertaking"
    __table_args__ = (Index("confidentiality_undertaking_user", "user_id", "signed_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))  # None: she has no account
    kind: Mapped[str] = mapped_column(String(15))  # "account", or one of rules.KINDS
    name: Mapped[Sealed[str]]  # as she wrote it
    text: Mapped[Sealed[str]]  # what she signed, word for word
    version: Mapped[int]  # of the text, as the organisation numbers it; 0: the first one
    language: Mapped[str] = mapped_column(String(2))
    how: Mapped[str] = mapped_column(String(10))  # "screen" or "paper"
    signed_on: Mapped[date]
    over: Mapped[bool] = mapped_column(default=False)  # she who has no account signed again, or left
    at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))  # who entered it
