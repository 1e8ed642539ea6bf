"""Individual meetings, and what they said before they were corrected."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, now
from app.vault import Confidential, Sealed
from plugins.support.models.file import CaseFile


class Meeting(Confidential, Model):
    """A meeting with one or two workers (commitment 6): added, corrected within a day by them, never removed."""

    __tablename__ = "support_meeting"
    __table_args__ = (Index("support_meeting_file", "file_id", "day", "id"), Index("support_meeting_day", "day"))
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    day: Mapped[date]
    minutes: Mapped[int | None]
    how: Mapped[str] = mapped_column(String(10))  # one of rules.WAYS
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    second: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))  # the other worker, if there was one
    summary: Mapped[Sealed[str] | None]
    orientation: Mapped[Sealed[str]]  # orientation to a support group: one of rules.meetings.ORIENTATION
    step: Mapped[str | None] = mapped_column(String(12))  # agreed then; what is next now is in the file
    step_on: Mapped[date | None]
    step_line: Mapped[Sealed[str] | None]
    reassessed: Mapped[bool] = mapped_column(default=False)  # her needs were looked at again
    reassess_on: Mapped[date | None]  # and when they will be next
    at: Mapped[datetime] = mapped_column(default=now)
    corrected_at: Mapped[datetime | None]
    corrected_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    version: Mapped[int] = mapped_column(default=1)
    file: Mapped[CaseFile] = relationship()


class MeetingBefore(Confidential, Model):
    """What a meeting said before a correction: who wrote it, when. Never changed."""

    __tablename__ = "support_meeting_before"
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("support_meeting.id"), index=True)
    version: Mapped[int]
    told: Mapped[Sealed[str]]  # JSON: the fields that can be corrected
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    at: Mapped[datetime]
