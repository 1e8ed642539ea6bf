"""The smallest possible register of the persons served."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, now
from app.vault.columns import Confidential, Findable, Sealed


class Person(Confidential, Model):
    """A woman, girl (16+) or relative who is served; by name, by pseudonym, or by a code alone (D-FILE-2).

    Her safe holds what is hers to be called and reached by; what services write about her is in safes of their own.
    """

    __tablename__ = "core_person"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)  # random, never sequential
    kind: Mapped[str] = mapped_column(String(10))  # "woman" or "relative"
    name: Mapped[Findable[str] | None]
    pseudonym: Mapped[Findable[str] | None]
    languages: Mapped[str] = mapped_column(String(40), default="fr")  # codes, apart by spaces, preferred first
    age_band: Mapped[str | None] = mapped_column(String(8))  # D-FILE-3: a band, never a birth date
    first_contact: Mapped[date]
    register_safe_id: Mapped[int | None] = mapped_column(ForeignKey("core_safe.id"))  # what is accounted for
    registered_by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    registered_at: Mapped[datetime] = mapped_column(default=now)


class Disclosure(Confidential, Model):
    """What left the organisation about a person: to whom, why, which items, under which permit (D-CONF-4, D-CONF-6).

    Sealed in her register, which outlives neither her nor the house's retention. Never changed.
    """

    __tablename__ = "core_disclosure"
    __table_args__ = (Index("core_disclosure_person", "person_id", "id"), Index("core_disclosure_permit", "permit"))
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    ground: Mapped[str] = mapped_column(String(30))  # "consent", or a keyword of the law's grounds
    permit: Mapped[str] = mapped_column(String(32))  # the uid of the consent, or of the record of that ground
    purpose: Mapped[str] = mapped_column(String(20))  # one of rules.PURPOSES
    items: Mapped[str] = mapped_column(String(200))  # of rules.ITEMS, apart by spaces
    way: Mapped[str] = mapped_column(String(15))  # one of rules.WAYS
    recipient: Mapped[Sealed[str]]
    paper: Mapped[str | None] = mapped_column(String(32))  # the uid of the document that left
    sha256: Mapped[Sealed[str] | None]  # its hash
    subject: Mapped[str] = mapped_column(String(32))  # the uid of what asked for it: a letter, a referral
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class SafeContact(Confidential, Model):
    """One way to reach her without putting her in danger (D-FILE-4), sealed in her safe."""

    __tablename__ = "core_safe_contact"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    rank: Mapped[int]
    channel: Mapped[str] = mapped_column(String(10))  # "text", "phone", "email", "worker", "other"
    address: Mapped[Sealed[str]]  # the number, the address, or how
    leave_message: Mapped[bool] = mapped_column(default=False)
    who_may_answer: Mapped[Sealed[str] | None]
    name_to_use: Mapped[Sealed[str] | None]
    hours: Mapped[Sealed[str] | None]
    name_us: Mapped[bool] = mapped_column(default=False)  # may the organisation be named? default no
    confirmed_on: Mapped[date]
