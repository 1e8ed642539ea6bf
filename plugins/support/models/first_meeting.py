"""The first meeting, what was offered to her, and her situation in her own words. All of it in the file's safe."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, now
from app.vault import Confidential, Sealed


class FirstMeeting(Confidential, Model):
    """How far the first meeting went, so that it can be paused and taken up again."""

    __tablename__ = "support_first_meeting"
    __table_args__ = (
        Index(
            "support_first_meeting_paused",
            "file_id",
            sqlite_where=text("finished_on IS NULL"),
            postgresql_where=text("finished_on IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"), unique=True)
    place: Mapped[Sealed[str]]  # the screen where it goes on
    language: Mapped[Sealed[str]]  # in which it is held
    interpreter: Mapped[Sealed[str]]  # one of rules.first_meeting.INTERPRETER
    started_on: Mapped[date]
    finished_on: Mapped[date | None]
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))


class Answer(Confidential, Model):
    """What was offered or presented to her, and what she answered: a row each time, none is ever changed.

    The last one says where it stands (declaration, sections 5 and 6).
    """

    __tablename__ = "support_answer"
    __table_args__ = (Index("support_answer_file", "file_id", "what", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    what: Mapped[str] = mapped_column(String(15))  # one of rules.first_meeting.OFFERS
    state: Mapped[Sealed[str]]
    language: Mapped[Sealed[str] | None]  # in which it was presented
    day: Mapped[date]
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    at: Mapped[datetime] = mapped_column(default=now)


class SituationNote(Confidential, Model):
    """One theme of her situation, in her words: a row each time it is written, none is ever changed (commitment 2)."""

    __tablename__ = "support_situation_note"
    __table_args__ = (Index("support_situation_note_file", "file_id", "theme", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    theme: Mapped[str] = mapped_column(String(10))  # one of rules.first_meeting.THEMES
    words: Mapped[Sealed[str] | None]  # none: she would rather not say
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
