"""What looked unusual in the journal, what was answered; roles looked at again each quarter."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, new_uid, now
from app.vault import Confidential, Sealed

Sequence = BigInteger().with_variant(Integer, "sqlite")


class Finding(Model):
    """Openings that were unusual: who, when, how many, where in the journal; never what was in them."""

    __tablename__ = "confidentiality_finding"
    __table_args__ = (
        UniqueConstraint("kind", "actor", "code", "day", name="confidentiality_finding_once"),
        Index("confidentiality_finding_state", "answer", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    kind: Mapped[str] = mapped_column(String(10))  # one of rules.KINDS
    actor: Mapped[str] = mapped_column(String(32))  # a user's uid
    code: Mapped[str] = mapped_column(String(16))  # "" unless it is about one person
    day: Mapped[date]
    seq: Mapped[int] = mapped_column(Sequence)  # the first entry
    at: Mapped[datetime]
    number: Mapped[int]  # of different persons
    found_at: Mapped[datetime] = mapped_column(default=now)
    answer: Mapped[str] = mapped_column(String(10), default="")  # one of rules.ANSWERS; "": it waits
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    answered_at: Mapped[datetime | None]


class FindingAnswer(Confidential, Model):
    """Why it was as it was, in one line."""

    __tablename__ = "confidentiality_finding_answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("confidentiality_finding.id"), unique=True)
    line: Mapped[Sealed[str]]
    incident: Mapped[str | None] = mapped_column(String(32))  # the uid of the one that it became


class Watch(Model):
    """How far the journal was looked at: one row."""

    __tablename__ = "confidentiality_watch"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Sequence)


class RoleReview(Model):
    """A role looked at again in a quarter: kept, ended, or asked about; by whom, when (DOMAIN section 8)."""

    __tablename__ = "confidentiality_role_review"
    __table_args__ = (Index("confidentiality_role_review_quarter", "quarter", "grant_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    quarter: Mapped[date]  # its first day
    grant_id: Mapped[int] = mapped_column(ForeignKey("core_role_grant.id"))
    answer: Mapped[str] = mapped_column(String(5))  # one of rules.ROLE_ANSWERS
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
