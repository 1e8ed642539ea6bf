"""Files opened for a reason and a time by somebody to whom they are not assigned (D-CONF-1)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, now
from app.vault import Confidential, Sealed
from plugins.support.models.file import CaseFile


class StandIn(Confidential, Model):
    """Who opened which file, why, until when, and what another said of it.

    Its words stand in a safe of its own, which reviewers open by office: they open no file by it.
    """

    __tablename__ = "support_stand_in"
    __table_args__ = (
        CheckConstraint("hours BETWEEN 1 AND 24", "support_stand_in_a_day_at_most"),
        CheckConstraint("reviewed_by <> user_id", "support_stand_in_reviewed_by_another"),
        Index("support_stand_in_file", "file_id", "user_id"),
        Index("support_stand_in_user", "user_id", "id"),
        Index("support_stand_in_review", "reviewed_at", "review_by", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    why: Mapped[str] = mapped_column(String(10))  # one of rules.stand_in.WHY
    line: Mapped[Sealed[str] | None]
    since: Mapped[datetime] = mapped_column(default=now)
    hours: Mapped[int]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # before its time
    review_by: Mapped[date]
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    reviewed_at: Mapped[datetime | None]
    verdict: Mapped[str | None] = mapped_column(String(10))  # one of rules.stand_in.VERDICTS
    remark: Mapped[Sealed[str] | None]
    file: Mapped[CaseFile] = relationship(lazy="joined", innerjoin=True)

    @property
    def over(self) -> bool:
        return self.ended_at is not None or self.until <= now()
