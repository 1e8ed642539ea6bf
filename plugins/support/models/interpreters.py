"""Interpreters, their undertakings, and when they come (D-CONF-13)."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, now
from app.vault import Confidential, Kept, Sealed
from plugins.support.models.file import CaseFile


class Interpreter(Kept, Model):
    """Somebody who interprets. The software itself reads her name, to say who owes an undertaking."""

    __tablename__ = "support_interpreter"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Sealed[str]]
    organisation: Mapped[Sealed[str] | None]
    reach: Mapped[Sealed[str] | None]  # telephone or e-mail
    languages: Mapped[str] = mapped_column(String(120))  # codes, apart by spaces
    signed_on: Mapped[date | None]  # the last undertaking of confidentiality
    archived_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class Booking(Confidential, Model):
    """An interpreter for one meeting with her."""

    __tablename__ = "support_booking"
    __table_args__ = (Index("support_booking_file", "file_id", "day", "id"), Index("support_booking_day", "day"))
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    interpreter_id: Mapped[int] = mapped_column(ForeignKey("support_interpreter.id"))
    day: Mapped[date]
    hour: Mapped[time]
    minutes: Mapped[int]
    language: Mapped[str] = mapped_column(String(3))
    line: Mapped[Sealed[str] | None]
    cancelled_at: Mapped[datetime | None]
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    file: Mapped[CaseFile] = relationship()
