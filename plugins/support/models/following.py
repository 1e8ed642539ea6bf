"""What is passed on when a file goes from a worker to another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, now
from app.vault import Confidential, Sealed
from plugins.support.models.file import CaseFile


class HandOver(Confidential, Model):
    """A note that a worker leaves in a file for who follows after her; then the hand-over itself, once it was."""

    __tablename__ = "support_hand_over"
    __table_args__ = (
        Index(
            "support_hand_over_prepared",
            "file_id",
            "former",
            unique=True,
            sqlite_where=text("at IS NULL"),
            postgresql_where=text("at IS NULL"),
        ),
        Index("support_hand_over_receiver", "receiver", "seen_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    former: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    receiver: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    note: Mapped[Sealed[str] | None]  # sealed in the file's safe
    noted_at: Mapped[datetime] = mapped_column(default=now)
    at: Mapped[datetime | None]  # None: prepared, still hers
    by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    seen_at: Mapped[datetime | None]
    file: Mapped[CaseFile] = relationship(lazy="joined", innerjoin=True)
