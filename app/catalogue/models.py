"""The services of the declaration, and the texts and choices that the organisation edits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, now


class Service(Model):
    """Whether a service of the declaration is on (DOMAIN section 2); its names are in app.catalogue.services."""

    __tablename__ = "core_service"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    enabled: Mapped[bool]
    since: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[str | None] = mapped_column(String(32))  # a user's uid


class SettingVersion(Model):
    """One version of something the organisation decided. The newest holds; none is ever changed.

    That a number exists once is what stops two editors from writing over each other.
    """

    __tablename__ = "core_setting"
    __table_args__ = (UniqueConstraint("key", "language", "number", name="core_setting_version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]  # 1, 2, 3… for this key and language
    language: Mapped[str] = mapped_column(String(2), default="")
    value: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[str | None] = mapped_column(String(32))
