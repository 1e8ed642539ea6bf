"""Mail that waits to leave, and what the daily sweep has done."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, now
from app.vault.columns import Kept, Sealed


class OutboxMail(Kept, Model):
    """A neutral e-mail to somebody of the staff (D-CONF-11). It goes once it is sent; what is given up stays."""

    __tablename__ = "core_outbox"
    __table_args__ = (Index("core_outbox_due", "given_up_at", "next_try"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[Sealed[str]]
    text: Mapped[Sealed[str]]  # the subject, an empty line, the body
    queued_at: Mapped[datetime] = mapped_column(default=now)
    next_try: Mapped[datetime] = mapped_column(default=now)
    tries: Mapped[int] = mapped_column(default=0)
    given_up_at: Mapped[datetime | None]


class DailyPart(Model):
    """One part of one day's sweep that was done."""

    __tablename__ = "core_daily_part"
    day: Mapped[date] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
