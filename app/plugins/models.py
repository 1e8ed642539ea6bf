"""Which plugins are on, and when they failed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, now


class PluginState(Model):
    """Whether a plugin is on. No row: off (law 3)."""

    __tablename__ = "core_plugin_state"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    enabled: Mapped[bool]
    since: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[str | None] = mapped_column(String(32))  # a user's uid; None: a command, or its own faults
    why: Mapped[str] = mapped_column(String(20), default="")  # "faults" when it was switched off for them


class PluginFault(Model):
    """A time when a plugin raised, took too long or answered too much. No message: it could hold content."""

    __tablename__ = "core_plugin_fault"
    id: Mapped[int] = mapped_column(primary_key=True)
    plugin: Mapped[str] = mapped_column(String(40), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    hook: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(60))  # an exception's class, "slow" or "flood"
