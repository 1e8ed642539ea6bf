"""Whether to report to youth protection (D-CONF-7), sealed in her register; kept whatever age she reaches."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db import Model, now
from app.people.models import Person
from app.vault import Confidential, Sealed


class YouthDecision(Confidential, Model):
    """A decision to report, or not; not reporting is looked at by a second person."""

    __tablename__ = "confidentiality_youth_decision"
    __table_args__ = (
        Index("confidentiality_youth_decision_person", "person_id", "id"),
        Index("confidentiality_youth_decision_second", "second", "reviewed_at"),
        CheckConstraint("second <> by", "confidentiality_youth_decision_asks_another"),
        CheckConstraint("reviewed_by <> by", "confidentiality_youth_decision_two_people"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    decision: Mapped[str] = mapped_column(String(12))  # one of rules.youth.DECISIONS
    ground: Mapped[Sealed[str]]  # the situations seen, of rules.youth.SITUATIONS, or none; apart by spaces
    facts: Mapped[Sealed[str]]
    reason: Mapped[Sealed[str] | None]  # why it is not reported
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    second: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))  # who is asked to look at it too
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    reviewed_at: Mapped[datetime | None]
    agreed: Mapped[bool | None]
    answer: Mapped[Sealed[str] | None]
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    decider: Mapped[User] = relationship(foreign_keys=[by], lazy="joined", innerjoin=True)
