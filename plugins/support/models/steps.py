"""Steps in a legal, social, medical or other process (service 2)."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, now
from app.vault import Confidential, Sealed
from plugins.support.models.file import CaseFile


class Step(Confidential, Model):
    """One step, with or without accompaniment: what, where, when, with whom, and what came of it."""

    __tablename__ = "support_step"
    __table_args__ = (
        Index("support_step_file", "file_id", "open", "sort_on", "id"),
        Index("support_step_beside", "beside_id", "open", "sort_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    kind: Mapped[str] = mapped_column(String(40))  # one of rules.steps.KINDS, or of those that the house added
    state: Mapped[str] = mapped_column(String(10))  # one of rules.steps.STATES
    open: Mapped[bool]  # still to be done
    sort_on: Mapped[date]  # its place in the list: the nearer of its days, far away when it has none
    what: Mapped[Sealed[str] | None]
    organisation: Mapped[Sealed[str] | None]
    place: Mapped[Sealed[str] | None]
    day: Mapped[date | None]
    hour: Mapped[time | None]
    beside_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))  # who goes with her; None: she goes alone
    travel: Mapped[str | None] = mapped_column(String(10))  # one of rules.steps.TRAVEL
    travel_minutes: Mapped[int | None]
    travel_km: Mapped[int | None]
    due_on: Mapped[date | None]  # to be done by then
    outcome: Mapped[Sealed[str] | None]
    next_step: Mapped[Sealed[str] | None]
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)
    file: Mapped[CaseFile] = relationship()
