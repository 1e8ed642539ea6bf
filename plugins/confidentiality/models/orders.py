"""Court orders and subpoenas that the house received, sealed in a safe of their own."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, now
from app.people.models import Person
from app.vault import Confidential, Sealed


class CourtOrder(Confidential, Model):
    """What an authority asks for, by when (D-CONF-4)."""

    __tablename__ = "confidentiality_order"
    __table_args__ = (Index("confidentiality_order_due", "closed_on", "due_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(15))  # one of rules.orders.KINDS
    authority: Mapped[Sealed[str]]
    asked: Mapped[Sealed[str]]  # what is asked for
    received_on: Mapped[date]
    due_on: Mapped[date]
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    closed_on: Mapped[date | None]
    outcome: Mapped[Sealed[str] | None]
    persons: Mapped[list[OrderPerson]] = relationship(order_by="OrderPerson.id", lazy="raise")


class OrderPerson(Confidential, Model):
    """A person whom an order concerns, and whether she was told of it."""

    __tablename__ = "confidentiality_order_person"
    __table_args__ = (Index("confidentiality_order_person_order", "order_id", "person_id", unique=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("confidentiality_order.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    told: Mapped[str | None] = mapped_column(String(6))  # one of rules.orders.TOLD; None: not said yet
    why_not: Mapped[Sealed[str] | None]
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
