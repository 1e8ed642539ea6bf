"""What forbids to destroy, what is proposed to be destroyed, and what was."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, new_uid
from app.people.models import Person
from app.vault import Confidential, Sealed


class LegalHold(Confidential, Model):
    """Nothing about a person is destroyed while this stands (D-CONF-9); why is sealed in her register."""

    __tablename__ = "confidentiality_hold"
    __table_args__ = (Index("confidentiality_hold_person", "person_id", "lifted_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    source: Mapped[str] = mapped_column(String(15))  # one of rules.HOLD_SOURCES
    why: Mapped[Sealed[str]]
    since: Mapped[date]
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    lifted_on: Mapped[date | None]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    lifted_why: Mapped[Sealed[str] | None]
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Proposal(Model):
    """Something whose time has come: approved by one person, confirmed by another, or kept for a reason (D-CONF-9).

    Keywords, codes and days only: what it says about is in no other place than its own.
    """

    __tablename__ = "confidentiality_proposal"
    __table_args__ = (
        Index(
            "confidentiality_proposal_open",
            "category",
            "item",
            unique=True,
            sqlite_where=text("state IN ('proposed', 'approved', 'kept')"),
            postgresql_where=text("state IN ('proposed', 'approved', 'kept')"),
        ),
        Index("confidentiality_proposal_state", "state", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    category: Mapped[str] = mapped_column(String(60))  # the key of a RetentionCategory
    item: Mapped[str] = mapped_column(String(64))  # what that category calls it
    code: Mapped[str] = mapped_column(String(8))  # the person whose it is; empty: nobody's
    since: Mapped[date]  # the last day on which something happened to it
    proposed_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default="proposed")  # one of rules.STATES
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    approved_on: Mapped[date | None]
    kept_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    kept_for: Mapped[str | None] = mapped_column(String(15))  # one of rules.KEEP_REASONS
    kept_until: Mapped[date | None]  # then it is proposed again


class Certificate(Model):
    """That something was destroyed: what kind, how, when, by whom; outlives what it speaks of (D-CONF-9)."""

    __tablename__ = "confidentiality_certificate"
    __table_args__ = (
        CheckConstraint("approved_by <> confirmed_by", name="two_people"),
        UniqueConstraint("year", "number"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    year: Mapped[int]
    number: Mapped[int]  # within the year
    code: Mapped[str] = mapped_column(String(8))
    category: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))  # the category's, as it was called then
    method: Mapped[str] = mapped_column(String(300))  # in words, as it was done
    proposal_id: Mapped[int] = mapped_column(ForeignKey("confidentiality_proposal.id"), unique=True)
    since: Mapped[date]
    destroyed_on: Mapped[date]
    approved_by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
