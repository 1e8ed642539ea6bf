"""Attachments: what is said of each, and its content in sealed pieces."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, now
from app.vault.columns import Confidential, Sealed


class Paper(Confidential, Model):
    """A document or a picture that belongs to a record, in that record's safe: who may open the safe may have it."""

    __tablename__ = "core_paper"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(32), index=True)  # the uid of the record that it belongs to
    name: Mapped[Sealed[str]]  # as the person named it; a download bears a neutral name (D-CONF-11)
    kind: Mapped[str] = mapped_column(String(40))  # its content's, not its name's: "application/pdf", "image/jpeg", …
    size: Mapped[int]  # bytes
    sha256: Mapped[Sealed[str]]  # sealed: who holds a copy of a document could look for it otherwise
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))


class PaperChunk(Model):
    """One piece of a paper's content. Its seal is bound to the paper, to its number, and to whether it is the last."""

    __tablename__ = "core_paper_chunk"
    paper_id: Mapped[int] = mapped_column(ForeignKey("core_paper.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
