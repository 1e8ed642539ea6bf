"""The journal's tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model

Sequence = BigInteger().with_variant(Integer, "sqlite")


class JournalEntry(Model):
    """Who, when, what, about whom, why; never content. Appended, never changed (D-CONF-10)."""

    __tablename__ = "core_journal"
    __table_args__ = (
        Index("core_journal_actor", "actor", "seq"),
        Index("core_journal_action", "action", "seq"),
        Index("core_journal_at", "at"),
    )
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str | None] = mapped_column(
        String(32)
    )  # a user's uid; None: the software itself, or nobody signed in
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str | None] = mapped_column(String(64))
    codes: Mapped[str] = mapped_column(Text)  # persons' codes, apart by spaces
    detail: Mapped[str] = mapped_column(Text)  # canonical JSON: numbers and identifiers only
    hash: Mapped[str] = mapped_column(String(64))


class JournalAbout(Model):
    """Which entries speak of a person's code; made from the entries, can be made again."""

    __tablename__ = "core_journal_about"
    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)


class JournalHead(Model):
    """The last entry's number and hash: one row, locked by whoever appends."""

    __tablename__ = "core_journal_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Sequence)
    hash: Mapped[str] = mapped_column(String(64))
