"""Information told without her consent, on a ground of the law (D-CONF-4), sealed in her register."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db import Model, now
from app.people.models import Person
from app.vault import Confidential, Sealed


class WithoutConsent(Confidential, Model):
    """Decided by one, confirmed by another: only then it permits, for a day, this recipient and these items."""

    __tablename__ = "confidentiality_without_consent"
    __table_args__ = (
        Index("confidentiality_without_consent_person", "person_id", "id"),
        Index("confidentiality_without_consent_second", "second", "confirmed_at"),
        Index("confidentiality_without_consent_subject", "subject"),
        CheckConstraint("second <> decided_by", "confidentiality_without_consent_asks_another"),
        CheckConstraint("answered_by <> decided_by", "confidentiality_without_consent_two_people"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    subject: Mapped[str] = mapped_column(String(32), default="")  # the uid of the order, or of the decision to report
    ground: Mapped[str] = mapped_column(String(20))  # one of rules.exceptions.GROUNDS
    article: Mapped[Sealed[str] | None]  # of which law
    facts: Mapped[Sealed[str]]  # what makes it urgent or necessary
    recipient: Mapped[Sealed[str]]
    capacity: Mapped[Sealed[str]]  # in what capacity that recipient is told
    purpose: Mapped[str] = mapped_column(String(20))  # one of app.people.rules.PURPOSES
    items: Mapped[str] = mapped_column(String(200))  # the necessary ones, apart by spaces
    told: Mapped[str] = mapped_column(String(6))  # whether she was told: one of rules.exceptions.TOLD
    why_not: Mapped[Sealed[str] | None]
    decided_by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    decided_at: Mapped[datetime] = mapped_column(default=now)
    second: Mapped[int] = mapped_column(ForeignKey("core_user.id"))  # who was asked to look at it too
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    confirmed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    answer: Mapped[Sealed[str] | None]  # in the second person's words
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    decider: Mapped[User] = relationship(foreign_keys=[decided_by], lazy="joined", innerjoin=True)
    answerer: Mapped[User | None] = relationship(foreign_keys=[answered_by], lazy="joined")
    asked: Mapped[User] = relationship(foreign_keys=[second], lazy="joined", innerjoin=True)
