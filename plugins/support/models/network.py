"""Who surrounds her (D-FILE-5)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.vault import Confidential, Sealed
from plugins.support.models.file import CaseFile


class NetworkTie(Confidential, Model):
    """Somebody, or an organisation, as she calls them; what has ended keeps its trace."""

    __tablename__ = "support_network_tie"
    __table_args__ = (Index("support_network_tie_file", "file_id", "ended_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    name: Mapped[Sealed[str]]  # a first name or a word; never an exploiter's (D-FILE-1)
    kind: Mapped[str] = mapped_column(String(12))  # one of rules.network.KINDS
    ring: Mapped[int]  # one of rules.network.RINGS
    helps: Mapped[str] = mapped_column(String(80), default="")  # of rules.network.HELPS, apart by spaces
    quality: Mapped[str] = mapped_column(String(8))  # one of rules.network.QUALITIES
    since: Mapped[date]  # when it was noted
    ended_on: Mapped[date | None]
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    version: Mapped[int] = mapped_column(default=1)
    file: Mapped[CaseFile] = relationship()
