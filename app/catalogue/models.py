"""The services of the declaration, and the texts and choices that the organisation edits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
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
    """One version of something the organisation decided. The newest holds; none is ever changed."""

    __tablename__ = "core_setting"
    __table_args__ = (Index("core_setting_key", "key", "language", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(2), default="")
    value: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[str | None] = mapped_column(String(32))
