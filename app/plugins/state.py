"""What is on: a row a plugin, read once a request, so that every worker process sees a switch at once (law 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from flask import current_app, g
from flask_babel import gettext as _
from sqlalchemy import String, func, literal, select, union_all
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.models import User
from app.catalogue.models import Service
from app.db import db, now
from app.errors import Conflict, NotFound, SwitchedOff
from app.hookspecs import PluginInfo, Services
from app.journal import record
from app.plugins.models import PluginState

if TYPE_CHECKING:
    from app.plugins.registry import Plugins

_ON = union_all(
    select(literal("p").label("kind"), PluginState.name.label("name")).where(PluginState.enabled),
    select(literal("s"), func.cast(Service.number, String)).where(Service.enabled),
)


class Switches(NamedTuple):
    plugins: frozenset[str]
    services: frozenset[int]


class CannotSwitch(Conflict):
    """Another plugin stands in the way, or tables are missing. The message says what to do first."""


def switches() -> Switches:
    """What is on, read once a request; a database error means that all is off."""
    if "switches" not in g:
        g.switches = _read_switches()
    found: Switches = g.switches
    return found


def _read_switches() -> Switches:
    try:
        rows = db.session.execute(_ON).all()
    except SQLAlchemyError as error:
        current_app.logger.error("switches", extra={"kind": type(error).__name__})
        return Switches(frozenset(), frozenset())
    on = {row.name for row in rows if row.kind == "p"}
    return Switches(_able(on, _infos()), frozenset(int(row.name) for row in rows if row.kind == "s"))


def _infos() -> dict[str, PluginInfo]:
    plugins: Plugins = current_app.extensions["plugins"]
    return {info.name: info for info, _module in plugins.loaded()}


def _able(on: set[str], infos: Mapping[str, PluginInfo]) -> frozenset[str]:
    """Those that are loaded, and whose required plugins are on too: one without what it needs counts as off."""
    able = on & infos.keys()
    while lacking := {name for name in able if not able.issuperset(infos[name].requires)}:
        able -= lacking
    return frozenset(able)


def must_be_on(plugin: str, service: Services | None = None) -> None:
    """Raises SwitchedOff unless the plugin, and the service when one is named, are on; of several, one."""
    if plugin not in switches().plugins or not service_is_on(service):
        raise SwitchedOff


def service_is_on(service: Services | None) -> bool:
    """Whether that service of the declaration is on, or one of several; None: none is asked for."""
    wanted = (service,) if isinstance(service, int) else service
    return wanted is None or not switches().services.isdisjoint(wanted)


def switch(name: str, *, on: bool, by: User | None, why: str = "") -> None:
    """Switch a plugin on or off; every worker process sees it at its next request. `by` None: a command, or its faults.

    Raises NotFound for one that is not installed, NotAllowed, CannotSwitch.
    """
    if by is not None:
        by.must("core.plugins.switch")
    if name not in current_app.extensions["plugins"].found:
        raise NotFound
    if why != "faults":
        _check(name, on)
    state = db.session.get(PluginState, name) or PluginState(name=name)
    state.enabled, state.since, state.by, state.why = on, now(), by.uid if by else None, why
    db.session.add(state)
    db.session.flush()
    g.pop("switches", None)
    record("plugins.enabled" if on else "plugins.disabled", subject=name, by=by, why=why)


def _check(name: str, on: bool) -> None:
    from app import schema

    infos, now_on = _infos(), switches().plugins
    if not on:
        if leaning := [other for other in sorted(now_on) if name in infos[other].requires]:
            raise CannotSwitch(_("Switch off first what needs it: %(plugins)s.", plugins=", ".join(leaning)))
        return
    if name not in infos:
        raise CannotSwitch(_("It does not load. The list of plugins says why."))
    if lacking := [other for other in infos[name].requires if other not in now_on]:
        raise CannotSwitch(_("Switch on first what it needs: %(plugins)s.", plugins=", ".join(lacking)))
    if name in schema.behind(current_app):
        raise CannotSwitch(_("Its tables are not up to date. Run this command on the server first: flask db upgrade"))
