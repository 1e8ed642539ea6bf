"""Organisations that women are referred to: professional data, nothing about anybody served."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, new_uid


class Partner(Model):
    """A place of the directory (service 4)."""

    __tablename__ = "support_partner"
    __table_args__ = (Index("support_partner_order", "sorted_as", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    name: Mapped[str] = mapped_column(String(120))
    sorted_as: Mapped[str] = mapped_column(String(240))  # its name without accents or case: the order of the list
    found_by: Mapped[str] = mapped_column(String(2000))  # the words by which it is searched, without accents or case
    services: Mapped[str] = mapped_column(String(240), default="")  # of rules.partners.SERVICES, apart by spaces
    languages: Mapped[str] = mapped_column(String(120), default="")  # codes, apart by spaces
    access: Mapped[str] = mapped_column(String(60), default="")  # of rules.partners.ACCESS, apart by spaces
    cost: Mapped[str] = mapped_column(String(10), default="")  # one of rules.partners.COSTS, or not known
    hours: Mapped[str] = mapped_column(String(120), default="")
    area: Mapped[str] = mapped_column(String(120), default="")
    telephone: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str] = mapped_column(String(120), default="")
    site: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(String(240), default="")
    checked_on: Mapped[date | None]
    archived_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class Echo(Model):
    """How one woman found a partner: counted apart, without a way back to whom (D-CONF-12)."""

    __tablename__ = "support_echo"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    partner_id: Mapped[int] = mapped_column(ForeignKey("support_partner.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(10))  # one of rules.referrals.OUTCOMES
    found: Mapped[int | None]  # 1 to 4
