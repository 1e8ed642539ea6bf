"""Her life history: only if she says yes, in a safe of its own (D-FILE-5, commitment 3)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, now
from app.vault import Confidential, Sealed
from plugins.support.models.file import CaseFile


class LifeHistory(Model):
    """That she said yes, when and to whom; and that she withdrew. A file has one at a time."""

    __tablename__ = "support_life_history"
    __table_args__ = (
        Index(
            "support_life_history_current",
            "file_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index("support_life_history_file", "file_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    safe_id: Mapped[int] = mapped_column(ForeignKey("core_safe.id"))  # kind "support.life", beside no other
    agreed_on: Mapped[date]
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))  # to whom she said yes
    ended_on: Mapped[date | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    file: Mapped[CaseFile] = relationship()


class LifeEvent(Confidential, Model):
    """One moment that she chose to tell. Its kind and its date are sealed too: nothing of it is in clear."""

    __tablename__ = "support_life_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    life_id: Mapped[int] = mapped_column(ForeignKey("support_life_history.id"), index=True)
    kind: Mapped[Sealed[str]]  # one of rules.life.KINDS
    moment: Mapped[Sealed[str]]  # rules.life.When, packed
    line: Mapped[Sealed[str]]
    at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    version: Mapped[int] = mapped_column(default=1)
    life: Mapped[LifeHistory] = relationship()
