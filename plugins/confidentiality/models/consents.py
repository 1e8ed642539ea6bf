"""Her written consents (D-CONF-2), sealed in her register."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, now
from app.people.models import Person
from app.vault import Confidential, Sealed


class Consent(Confidential, Model):
    """One recipient, one purpose, listed items, an end, a signature. A draft until it is signed: it permits nothing."""

    __tablename__ = "confidentiality_consent"
    __table_args__ = (
        Index("confidentiality_consent_person", "person_id", "id"),
        Index("confidentiality_consent_until", "until"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))  # who asked her
    renews: Mapped[str | None] = mapped_column(String(32))  # the uid of the one that this one goes on from
    version: Mapped[int] = mapped_column(default=1)

    recipient: Mapped[Sealed[str] | None]
    purpose: Mapped[str | None] = mapped_column(String(20))  # one of app.people.rules.PURPOSES
    words: Mapped[Sealed[str] | None]  # what for, as she says it
    items: Mapped[str] = mapped_column(String(200), default="")  # of app.people.rules.ITEMS, apart by spaces
    language: Mapped[str] = mapped_column(String(2))  # the one she reads and signs it in
    until: Mapped[date | None]  # the last day
    risks: Mapped[bool] = mapped_column(default=False)  # discussed with her
    alternatives: Mapped[bool] = mapped_column(default=False)  # discussed with her
    free: Mapped[bool] = mapped_column(default=False)  # she was told that no service depends on it
    talk: Mapped[Sealed[str] | None]  # what was said of the risks and alternatives, in a line

    text: Mapped[Sealed[str] | None]  # what she read, whole, as JSON: since it was printed or signed
    text_version: Mapped[str | None] = mapped_column(String(12))  # of the words that are the same for everybody
    printed_at: Mapped[datetime | None]
    how: Mapped[str | None] = mapped_column(String(10))  # "paper" or "screen"
    signed_at: Mapped[datetime | None]
    signed_on: Mapped[date | None]  # the day on the paper
    name: Mapped[Sealed[str] | None]  # as she signed it on the screen
    signature: Mapped[str | None] = mapped_column(String(32))  # the paper: what she drew, or the scan
    witness: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))  # who was with her
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))  # who wrote it down
    withdrawn_how: Mapped[str | None] = mapped_column(String(10))  # one of rules.consents.WITHDRAWALS
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
