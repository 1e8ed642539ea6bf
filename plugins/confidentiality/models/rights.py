"""What persons asked about what is held on them, and how it was answered."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, now
from app.people.models import Person
from app.vault import Confidential, Sealed


class RightsRequest(Confidential, Model):
    """One request (D-CONF-6), sealed in her register: who asks what, the answer; nothing is edited away."""

    __tablename__ = "confidentiality_request"
    __table_args__ = (
        Index("confidentiality_request_person", "person_id", "id"),
        Index("confidentiality_request_due", "answered_on", "due_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    kind: Mapped[str] = mapped_column(String(15))  # one of rules.KINDS
    received_on: Mapped[date]
    due_on: Mapped[date]
    how: Mapped[str] = mapped_column(String(10))  # one of rules.WAYS_IN
    asked_by: Mapped[str] = mapped_column(String(15))  # one of rules.ASKED_BY
    asker: Mapped[Sealed[str] | None]  # who speaks for her
    asked: Mapped[Sealed[str]]
    should_read: Mapped[Sealed[str] | None]  # a correction: how she wants it to read
    identity: Mapped[str | None] = mapped_column(String(10))  # one of rules.IDENTITY; None: not yet
    recorded_by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    answer: Mapped[str | None] = mapped_column(String(10))  # one of rules.ANSWERS; None: not answered yet
    reasons: Mapped[Sealed[str] | None]
    article: Mapped[Sealed[str] | None]  # on which a refusal rests
    answered_on: Mapped[date | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    given: Mapped[str | None] = mapped_column(String(15))  # one of rules.GIVEN
    recourse_told: Mapped[bool] = mapped_column(default=False)  # where she can take a refusal
    statement: Mapped[Sealed[str] | None]  # a correction refused: what she says about it
    corrected_on: Mapped[date | None]
    corrected_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    version: Mapped[int] = mapped_column(default=1)
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Preparation(Confidential, Model):
    """What is hidden in a copy of her whole file, and which of its pages were looked at (D-CONF-8).

    Sealed within her own safe: it closes with it, and opens to nobody by office (DOMAIN section 8).
    """

    __tablename__ = "confidentiality_preparation"
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("confidentiality_request.id"), unique=True)
    marks: Mapped[Sealed[str] | None]  # JSON: hidden entries with their reasons, hidden words, pages looked at
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    made_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    request: Mapped[RightsRequest] = relationship(lazy="joined", innerjoin=True)
