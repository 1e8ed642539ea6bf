"""Her plan, version by version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, now
from app.vault import Confidential, Sealed


class Plan(Confidential, Model):
    """One version of her plan, in her words (service 9): each saving adds one, none is changed."""

    __tablename__ = "support_plan"
    __table_args__ = (UniqueConstraint("file_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    version: Mapped[int]
    here: Mapped[Sealed[str] | None]  # where I am
    wish: Mapped[Sealed[str] | None]  # what I want
    steps: Mapped[Sealed[str] | None]  # my steps
    people: Mapped[Sealed[str] | None]  # who helps me
    comfort: Mapped[Sealed[str] | None]  # what helps when it is hard
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
