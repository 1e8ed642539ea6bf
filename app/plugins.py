"""Plugins: found by entry point, switched on or off by a row, asked one by one so that a fault stays where it is."""

from __future__ import annotations

import inspect
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from itertools import islice
from types import ModuleType
from typing import Any, NamedTuple

import pluggy
from flask import Flask, current_app, g
from sqlalchemy import String, func, literal, select, union_all
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import User
from app.catalogue.models import Service
from app.db import Call, Model, current_call, db, now, unit
from app.errors import SwitchedOff
from app.hookspecs import Card, Due, Hooks, MenuItem, Panel, PluginInfo, Result
from app.journal import record

GROUP = "intranet.plugins"
TIME_LIMIT = 2.0  # seconds a plugin may take to answer a hook while a person waits
ANSWERS = 40  # answers of one plugin to one hook; what is more is cut
FAULTS_ALLOWED = 5  # within FAULT_WINDOW; then it is switched off
FAULT_WINDOW = timedelta(minutes=10)
ANSWERED_WITH = {
    "menu_items": MenuItem, "desk_cards": Card, "deadlines": Due, "person_panels": Panel, "search": Result
}  # fmt: skip
_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")


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


class MisnamedPlugin(RuntimeError):
    """A plugin's name, blueprint, table or permission does not begin with the plugin's own name."""


@dataclass
class Found:
    """A plugin that is installed; `error` says why it does not load."""

    name: str
    info: PluginInfo | None = None
    module: ModuleType | None = None
    error: str | None = None


class Answer(NamedTuple):
    plugin: str
    value: Any


class Switches(NamedTuple):
    plugins: frozenset[str]
    services: frozenset[int]


@dataclass
class Plugins:
    """The plugins of one app."""

    manager: pluggy.PluginManager
    found: dict[str, Found] = field(default_factory=dict)

    def loaded(self) -> Iterator[tuple[PluginInfo, ModuleType]]:
        for plugin in self.found.values():
            if plugin.info is not None and plugin.module is not None:
                yield plugin.info, plugin.module

    def ask_all(self, hook: str, **arguments: Any) -> Iterator[Answer]:
        """At start: every loaded plugin's answers to a register hook, on or off. What it raises makes it not load."""
        for info, module in list(self.loaded()):
            try:
                answers = list(_answers(self._call(module, hook, arguments)))
            except Exception as error:
                self.reject(info.name, error)
                continue
            yield from (Answer(info.name, value) for value in answers)

    def reject(self, name: str, error: Exception) -> None:
        """The rest starts without this plugin; the administrator's page shows why."""
        found = self.found[name]
        if found.module is not None and self.manager.is_registered(found.module):
            self.manager.unregister(found.module)
        self.found[name] = Found(name, found.info, None, f"{type(error).__name__}: {error}")

    def _call(self, module: ModuleType, hook: str, arguments: dict[str, Any]) -> Any:
        others = [m for m in self.manager.get_plugins() if m is not module]
        answers = self.manager.subset_hook_caller(hook, others)(**arguments)
        if isinstance(answers, list):  # a hook that is not firstresult
            return answers[0] if answers else None
        return answers

    def _implements(self, module: ModuleType, hook: str) -> bool:
        return any(found.plugin is module for found in getattr(self.manager.hook, hook).get_hookimpls())

    def call_each(self, hook: str, *, only: Iterable[str] | None = None, **arguments: Any) -> list[Answer]:
        """Ask each plugin that is on. One that raises, hangs or floods is noted and left out (law 5)."""
        on = switches().plugins if only is None else frozenset(only)
        asked = [
            (info.name, partial(self._ask, module, hook, arguments))
            for info, module in self.loaded()
            if info.name in on and self._implements(module, hook)
        ]
        answers: list[Answer] = []
        for name, values in self.guarded(hook, asked):
            if len(values) > ANSWERS:
                self.fault(name, hook, "flood")
            answers += [Answer(name, value) for value in values[:ANSWERS] if _service_on(value)]
        return answers

    def _ask(self, module: ModuleType, hook: str, arguments: dict[str, Any]) -> list[Any]:
        """One plugin's answers. Raises TypeError for one that is not what the hook is answered with."""
        values = list(islice(_answers(self._call(module, hook, arguments)), ANSWERS + 1))
        if not all(isinstance(value, ANSWERED_WITH.get(hook, object)) for value in values):
            raise TypeError
        return values

    def guarded(self, hook: str, asked: Sequence[tuple[str, Callable[[], Any]]]) -> Iterator[tuple[str, Any]]:
        """Call into plugins: (name, what it gave). One that raises or hangs is noted and left out."""
        for name, outcome in _run_guarded(asked):
            if isinstance(outcome, Exception):
                self.fault(name, hook, "slow" if isinstance(outcome, TimeoutError) else type(outcome).__name__)
            else:
                yield name, outcome

    def ordered(self, hook: str, **arguments: Any) -> list[Any]:
        """The answers' values by weight, then by title."""
        values = [answer.value for answer in self.call_each(hook, **arguments)]
        return sorted(values, key=lambda value: (value.weight, str(value.title)))

    def call_first(self, hook: str, **arguments: Any) -> Any:
        """The first answer that is not None, or None."""
        return next((answer.value for answer in self.call_each(hook, **arguments)), None)

    def run(self, name: str, hook: str, *, limit: float, **arguments: Any) -> None:
        """Run one plugin's part of a job. Raises what it raised, or TimeoutError; the caller rolls back."""
        module = self.found[name].module
        assert module is not None
        asked = [(name, lambda: list(_answers(self._call(module, hook, arguments))))]
        [(_name, outcome)] = _run_guarded(asked, limit)
        if isinstance(outcome, Exception):
            raise outcome

    def fault(self, name: str, hook: str, kind: str) -> None:
        """Note a fault once this unit of work is over; after repeated ones the plugin is switched off."""
        current_app.logger.warning("plugin fault", extra={"plugin": name, "hook": hook, "kind": kind})
        if "plugin_notices" in g:
            g.plugin_notices.add(name)
        unit().later.append(lambda: _note_fault(name, hook, kind))


def _answers(answer: Any) -> Iterator[Any]:
    if answer is None:
        return
    if isinstance(answer, str | dict) or not isinstance(answer, Iterable):
        yield answer
    else:
        yield from answer


def _service_on(value: Any) -> bool:
    service = getattr(value, "service", None)
    return service is None or service in switches().services


def _run_guarded(
    asked: Sequence[tuple[str, Callable[[], Any]]], limit: float = TIME_LIMIT
) -> Iterator[tuple[str, Any]]:
    """Run each in a thread that can be given up; (name, its answer or the exception).

    The thread works in this request's context. One that hangs is left behind: it may not touch the database any more.
    """
    waiting = list(asked)
    while waiting:
        call, done = Call(), threading.Condition()
        outcomes: list[tuple[str, Any]] = []
        context = copy_context()
        context.run(current_call.set, call)
        threading.Thread(target=context.run, args=(_work, list(waiting), call, done, outcomes), daemon=True).start()
        with done:
            while len(outcomes) < len(waiting):
                seen = len(outcomes)
                if not done.wait_for(partial(_more_than, seen, outcomes), timeout=limit):
                    call.abandoned = True
                    break
        yield from outcomes
        waiting = waiting[len(outcomes) :]
        if waiting and call.abandoned:
            yield waiting[0][0], TimeoutError()
            waiting = waiting[1:]


def _more_than(seen: int, outcomes: list[tuple[str, Any]]) -> bool:
    return len(outcomes) > seen


def _work(
    asked: list[tuple[str, Callable[[], Any]]],
    call: Call,
    done: threading.Condition,
    outcomes: list[tuple[str, Any]],
) -> None:
    for name, ask in asked:
        outcome: Any
        try:
            outcome = ask()
        except Exception as error:
            outcome = error
        with done:
            if call.abandoned:
                return
            outcomes.append((name, outcome))
            done.notify()


def _note_fault(name: str, hook: str, kind: str) -> None:
    db.session.add(PluginFault(plugin=name, hook=hook, kind=kind[:60]))
    db.session.flush()
    record("plugins.fault", subject=name, by=None, hook=hook, kind=re.sub(r"\W", "_", kind, flags=re.ASCII)[:60])
    recent = select(func.count()).where(PluginFault.plugin == name, PluginFault.at > now() - FAULT_WINDOW)
    state = db.session.get(PluginState, name)
    since_on = recent.where(PluginFault.at > state.since) if state else recent
    if state is not None and state.enabled and (db.session.scalar(since_on) or 0) >= FAULTS_ALLOWED:
        switch(name, on=False, by=None, why="faults")


# --- on and off ------------------------------------------------------------------------------------------------------


def switches() -> Switches:
    """What is on, read once a request; a database error means that all is off."""
    if "switches" not in g:
        g.switches = _read_switches()
    found: Switches = g.switches
    return found


_ON = union_all(
    select(literal("p").label("kind"), PluginState.name.label("name")).where(PluginState.enabled),
    select(literal("s"), func.cast(Service.number, String)).where(Service.enabled),
)


def _read_switches() -> Switches:
    rows = db.session.execute(_ON).all()
    loaded = {info.name for info, _ in plugins_of(current_app).loaded()}
    plugins = frozenset(row.name for row in rows if row.kind == "p") & loaded
    return Switches(plugins, frozenset(int(row.name) for row in rows if row.kind == "s"))


def switch(name: str, *, on: bool, by: User | None, why: str = "") -> None:
    """Switch a plugin on or off. Every worker process sees it at its next request."""
    state = db.session.get(PluginState, name) or PluginState(name=name)
    state.enabled, state.since, state.by, state.why = on, now(), by.uid if by else None, why
    db.session.add(state)
    g.pop("switches", None)
    record("plugins.enabled" if on else "plugins.disabled", subject=name, by=by, why=why)


def must_be_on(plugin: str, service: int | None = None) -> None:
    """Raises SwitchedOff unless the plugin, and the service when one is named, are on."""
    now_on = switches()
    if plugin not in now_on.plugins or (service is not None and service not in now_on.services):
        raise SwitchedOff


# --- at start --------------------------------------------------------------------------------------------------------


def plugins_of(app: Flask) -> Plugins:
    found: Plugins = app.extensions["plugins"]
    return found


def load_plugins(app: Flask) -> None:
    """Find every installed plugin. One that does not import is kept aside with its error; the rest starts."""
    manager = pluggy.PluginManager("intranet")
    manager.add_hookspecs(Hooks)
    app.extensions["plugins"] = plugins = Plugins(manager)
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        _load(plugins, entry)
    for info, _module in list(plugins.loaded()):
        if absent := [name for name in info.requires if name not in plugins.found]:
            plugins.reject(info.name, RuntimeError(f"needs {', '.join(absent)}"))


def _load(plugins: Plugins, entry: EntryPoint) -> None:
    plugins.found[entry.name] = Found(entry.name)
    try:
        module = entry.load()
        info: PluginInfo = module.INFO
        if info.name != entry.name or not _NAME.fullmatch(info.name):
            raise MisnamedPlugin(f"INFO.name is {info.name!r}, its entry point is {entry.name!r}")
        _check_tables(info.name, module)
        plugins.manager.register(module, name=info.name)
        plugins.found[entry.name] = Found(entry.name, info, module)
    except Exception as error:
        plugins.reject(entry.name, error)


def _check_tables(name: str, module: ModuleType) -> None:
    """A plugin's tables begin with its name and point only to themselves and to the core's."""
    for mapper in Model.registry.mappers:
        if not inspect.getmodule(mapper.class_).__name__.startswith(f"{module.__name__}."):  # type: ignore[union-attr]
            continue
        for table in mapper.tables:
            if not str(table.name).startswith(f"{name}_"):
                raise MisnamedPlugin(f"table {table.name} should begin with {name}_")
            for key in table.foreign_keys:
                if not key.target_fullname.startswith((f"{name}_", "core_")):
                    raise MisnamedPlugin(f"table {table.name} points to {key.target_fullname}")


def register_blueprints(app: Flask) -> None:
    """The plugins' pages. A blueprint that does not bear its plugin's name is refused."""
    plugins = plugins_of(app)
    for info, module in list(plugins.loaded()):
        try:
            blueprints = list(_answers(plugins._call(module, "register_blueprints", {"app": app})))
            for blueprint in blueprints:
                if blueprint.name != info.name:
                    raise MisnamedPlugin(f"blueprint {blueprint.name!r} should be named {info.name!r}")
                app.register_blueprint(blueprint)
        except Exception as error:
            plugins.reject(info.name, error)
