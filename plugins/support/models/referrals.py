"""Referrals to partners, and the letters by which information leaves (service 4)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, now
from app.vault import Confidential, Sealed
from plugins.support.models.file import CaseFile


class Referral(Confidential, Model):
    """She was told where to go, handed over, or information was sent. Which partner it was is sealed."""

    __tablename__ = "support_referral"
    __table_args__ = (
        Index("support_referral_file", "file_id", "on", "id"),
        Index("support_referral_ask", "ask_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    form: Mapped[str] = mapped_column(String(6))  # one of rules.referrals.FORMS
    recipient: Mapped[Sealed[str]]
    partner: Mapped[Sealed[str] | None]  # the uid of a partner of the directory
    reason: Mapped[Sealed[str] | None]
    on: Mapped[date]  # told, handed over or begun on
    ask_on: Mapped[date | None]  # the day to ask her how it went; None: known, or nothing was sent yet
    outcome: Mapped[str | None] = mapped_column(String(10))  # one of rules.referrals.OUTCOMES
    found: Mapped[Sealed[str] | None]  # how she found it, 1 to 4
    note: Mapped[Sealed[str] | None]
    echo: Mapped[Sealed[str] | None]  # the uid of what was counted for the partner
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)
    file: Mapped[CaseFile] = relationship()


class Letter(Confidential, Model):
    """A letter about her: a draft in her file's safe until the one way out lets it leave (D-CONF-3)."""

    __tablename__ = "support_letter"
    __table_args__ = (Index("support_letter_file", "file_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("support_referral.id"))
    recipient: Mapped[Sealed[str]]
    purpose: Mapped[str] = mapped_column(String(20))  # one of app.people.rules.PURPOSES
    way: Mapped[str] = mapped_column(String(15))  # one of app.people.rules.WAYS
    language: Mapped[str] = mapped_column(String(2))
    parts: Mapped[Sealed[str]]  # JSON: see rules.letters.Piece
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    disclosure: Mapped[str | None] = mapped_column(String(32))  # the uid of its entry in the register
    paper: Mapped[str | None] = mapped_column(String(32))  # the uid of the PDF that left
    version: Mapped[int] = mapped_column(default=1)
    file: Mapped[CaseFile] = relationship()
