"""What the administrator's page and `flask plugins list` show."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import func, select

from app.db import db, now
from app.plugins.models import PluginFault, PluginState
from app.plugins.registry import Found, plugins_of
from app.plugins.state import switches

FAULTS_SHOWN = timedelta(days=7)


class PluginLine(NamedTuple):
    """A plugin that is installed. `state`: on, off, waiting (for one that it needs), or broken (does not load)."""

    found: Found
    state: str
    row: PluginState | None
    faults: dict[str, int]  # kind: how often within FAULTS_SHOWN

    @property
    def title(self) -> str:
        return str(self.found.info.title) if self.found.info else self.found.name


def installed() -> list[PluginLine]:
    """Every installed plugin, by name."""
    rows = {row.name: row for row in db.session.scalars(select(PluginState))}
    faults = _faults()
    return [
        PluginLine(found, _state(found, rows.get(name)), rows.get(name), faults.get(name, {}))
        for name, found in sorted(plugins_of(current_app).found.items())
    ]


def _state(found: Found, row: PluginState | None) -> str:
    if found.module is None:
        return "broken"
    if found.name in switches().plugins:
        return "on"
    return "waiting" if row and row.enabled else "off"


def _faults() -> dict[str, dict[str, int]]:
    counted = select(PluginFault.plugin, PluginFault.kind, func.count().label("times"))
    counted = counted.where(PluginFault.at > now() - FAULTS_SHOWN).group_by(PluginFault.plugin, PluginFault.kind)
    found: dict[str, dict[str, int]] = {}
    for row in db.session.execute(counted.order_by(PluginFault.plugin, PluginFault.kind)):
        found.setdefault(row.plugin, {})[row.kind] = row.times
    return found
