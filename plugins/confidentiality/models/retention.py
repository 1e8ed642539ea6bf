"""What forbids to destroy, what is proposed to be destroyed, and what was."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
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
