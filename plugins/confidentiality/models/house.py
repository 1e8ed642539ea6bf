"""What the house accounts for: incidents, providers, impact assessments; each in a safe of its own (D-CONF-6)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.db import Model, now
from app.vault import Confidential, Sealed
from app.web.times import today


class Entry:
    """What every entry has: who made it, when, its last change, and the version that her colleagues saw."""

    @declared_attr
    def by(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("core_user.id"))

    made_at: Mapped[datetime] = mapped_column(default=now)
    changed_on: Mapped[date] = mapped_column(default=today)
    version: Mapped[int] = mapped_column(default=1)


class Incident(Entry, Confidential, Model):
    """Something that should not have happened to personal information, even minor; kept five years at least."""

    __tablename__ = "confidentiality_incident"
    __table_args__ = (
        Index("confidentiality_incident_waits", "waits_on", "id"),
        Index("confidentiality_incident_changed", "changed_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    known_on: Mapped[date]
    happened_on: Mapped[date | None]  # None: not known, or over a time that `circumstances` tells
    circumstances: Mapped[Sealed[str]]
    information: Mapped[Sealed[str] | None]  # which personal information
    cause: Mapped[str | None] = mapped_column(String(12))  # one of rules.CAUSES
    persons: Mapped[int | None]  # how many; None: not known yet
    codes: Mapped[Sealed[str] | None]  # theirs, apart by spaces
    assessment: Mapped[Sealed[str] | None]  # JSON: {factor: [level, why]}, and "why" of the conclusion
    conclusion: Mapped[str | None] = mapped_column(String(12))  # whether a risk of serious injury is retained
    assessed_on: Mapped[date | None]
    commission_told_on: Mapped[date | None]
    persons_told_on: Mapped[date | None]
    persons_excused: Mapped[bool] = mapped_column(default=False)
    excuse: Mapped[Sealed[str] | None]  # why they are not told
    measures: Mapped[Sealed[str] | None]
    closed_on: Mapped[date | None]
    waits_on: Mapped[date | None]  # when its next step is due; None: closed


class Provider(Entry, Confidential, Model):
    """Whoever holds personal information on our behalf, under which contract, where."""

    __tablename__ = "confidentiality_provider"
    __table_args__ = (Index("confidentiality_provider_review", "review_on", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Sealed[str]]
    service: Mapped[Sealed[str]]
    information: Mapped[Sealed[str] | None]
    place: Mapped[Sealed[str] | None]  # where it is held
    held_in: Mapped[str] = mapped_column(String(10))  # one of rules.WHERE
    clauses: Mapped[Sealed[str] | None]  # the contract, and what it says of confidentiality
    assessed_on: Mapped[date | None]
    review_on: Mapped[date | None]  # None: it is over


class Assessment(Entry, Confidential, Model):
    """A privacy impact assessment: before a project that touches personal information, or its leaving Québec."""

    __tablename__ = "confidentiality_assessment"
    __table_args__ = (Index("confidentiality_assessment_review", "review_on", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    project: Mapped[Sealed[str]]
    information: Mapped[Sealed[str] | None]
    sensitivity: Mapped[str] = mapped_column(String(10))  # one of rules.SENSITIVITIES
    held_in: Mapped[str] = mapped_column(String(10))  # one of rules.WHERE
    transfers: Mapped[Sealed[str] | None]  # what leaves Québec, and how it is protected there
    verdict: Mapped[str] = mapped_column(String(15))  # one of rules.VERDICTS
    conclusion: Mapped[Sealed[str] | None]
    measures: Mapped[Sealed[str] | None]
    assessed_on: Mapped[date]
    review_on: Mapped[date | None]


class Revision(Confidential, Model):
    """What an entry said before a change: nothing is edited away. In the entry's own safe, destroyed with it."""

    __tablename__ = "confidentiality_revision"
    __table_args__ = (Index("confidentiality_revision_subject", "subject", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(32))  # the entry's uid
    at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    before: Mapped[Sealed[str]]  # JSON: {field: what it said}
