"""Her objectives, their small steps, everything they once were, and what a peer sees of those she shares (D-FILE-5)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, now
from app.vault import Confidential, Sealed
from plugins.support.models.file import CaseFile


class Objective(Confidential, Model):
    """One objective, as it is now."""

    __tablename__ = "support_objective"
    __table_args__ = (Index("support_objective_file", "file_id", "created_on", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    words: Mapped[Sealed[str]]  # hers
    sign: Mapped[Sealed[str] | None]  # what would show that it is reached
    by_when: Mapped[date | None]
    level: Mapped[str] = mapped_column(String(10), default="not_begun")  # one of rules.objectives.LEVELS
    created_on: Mapped[date]
    level_on: Mapped[date]  # when it was looked at last
    version: Mapped[int] = mapped_column(default=1)
    file: Mapped[CaseFile] = relationship()


class ObjectiveVersion(Confidential, Model):
    """What an objective was from an instant on, and a line about its progress; added, never changed."""

    __tablename__ = "support_objective_version"
    __table_args__ = (UniqueConstraint("objective_id", "number", name="support_objective_version_number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    objective_id: Mapped[int] = mapped_column(ForeignKey("support_objective.id"))
    number: Mapped[int]
    words: Mapped[Sealed[str]]
    sign: Mapped[Sealed[str] | None]
    by_when: Mapped[date | None]
    level: Mapped[str] = mapped_column(String(10))
    line: Mapped[Sealed[str] | None]
    at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))


class ObjectiveStep(Confidential, Model):
    """A small step of an objective: to do, done, or taken off the list."""

    __tablename__ = "support_objective_step"
    __table_args__ = (Index("support_objective_step_objective", "objective_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    objective_id: Mapped[int] = mapped_column(ForeignKey("support_objective.id"))
    words: Mapped[Sealed[str]]
    done_on: Mapped[date | None]
    off_on: Mapped[date | None]
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    objective: Mapped[Objective] = relationship()


class SharedObjective(Confidential, Model):
    """What the peer beside her sees of an objective: its words as they are now, sealed once more in a safe of its own.

    That safe stands beside the person's, which the peer opens; the objective itself and all that it once was never
    leave the file's. When she stops sharing, this row goes and its key is destroyed.
    """

    __tablename__ = "support_shared_objective"
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"), index=True)
    objective_id: Mapped[int] = mapped_column(ForeignKey("support_objective.id"), unique=True)
    words: Mapped[Sealed[str]]
    sign: Mapped[Sealed[str] | None]
    since: Mapped[date]
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    objective: Mapped[Objective] = relationship()
