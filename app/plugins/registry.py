"""The plugins of an app, asked one by one so that a fault stays where it is (law 5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import islice
from types import ModuleType
from typing import Any, NamedTuple

import pluggy
from flask import Flask, current_app, g
from sqlalchemy import func, select

from app.db import db, now, unit
from app.hookspecs import Bound, Card, Due, MenuItem, Panel, Permit, PluginInfo, Refusal, Result
from app.journal import record
from app.plugins.guard import run_guarded
from app.plugins.models import PluginFault, PluginState
from app.plugins.state import service_is_on, switch, switches

ANSWERS = 40  # answers of one plugin to one hook; what is more is cut
FAULTS_ALLOWED = 5  # within FAULT_WINDOW; then it is switched off
FAULT_WINDOW = timedelta(minutes=10)
ANSWERED_WITH = {
    "menu_items": MenuItem, "desk_cards": Card, "deadlines": Due, "person_panels": Panel, "search": Result,
    "authorize_disclosure": Permit | Refusal, "disclosure_permits": Permit, "recipients": str, "owe_secrecy": Bound,
}  # fmt: skip


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


@dataclass
class Plugins:
    """The plugins of one app."""

    manager: pluggy.PluginManager
    found: dict[str, Found] = field(default_factory=dict)

    def loaded(self) -> Iterator[tuple[PluginInfo, ModuleType]]:
        for plugin in list(self.found.values()):
            if plugin.info is not None and plugin.module is not None:
                yield plugin.info, plugin.module

    def reject(self, name: str, error: BaseException) -> None:
        """The rest starts without this plugin; the administrator's page shows why."""
        found = self.found[name]
        if found.module is not None and self.manager.is_registered(found.module):
            self.manager.unregister(found.module)
        self.found[name] = Found(name, found.info, None, f"{type(error).__name__}: {error}")

    # -- on or off
    def ask_all(self, hook: str, **arguments: Any) -> Iterator[Answer]:
        """At start: every loaded plugin's answers to a register hook, on or off. What it raises makes it not load."""
        for info, module in self.loaded():
            try:
                answers = list(_answers(self._call(module, hook, arguments)))
            except Exception as error:
                self.reject(info.name, error)
                continue
            yield from (Answer(info.name, value) for value in answers)

    def ask_everyone(self, hook: str, **arguments: Any) -> list[Answer]:
        """Every loaded plugin's answers about a person's data, on or off (law 3).

        What one raises is raised: an export or a destruction that is not whole is none.
        """
        asked = [(info.name, self._call(module, hook, arguments)) for info, module in self.loaded()]
        return [Answer(name, answer) for name, answer in asked if answer is not None]

    def ask_apart(self, hook: str, **arguments: Any) -> Iterator[tuple[PluginInfo, Callable[[], Any]]]:
        """The same, one by one: each plugin that answers the hook, and how to ask it."""
        for info, module in self.loaded():
            if self._implements(module, hook):
                yield info, partial(self._call, module, hook, arguments)

    def _call(self, module: ModuleType, hook: str, arguments: dict[str, Any]) -> Any:
        others = [m for m in self.manager.get_plugins() if m is not module]
        answers = self.manager.subset_hook_caller(hook, others)(**arguments)
        if isinstance(answers, list):  # a hook that is not firstresult
            return answers[0] if answers else None
        return answers

    def _implements(self, module: ModuleType, hook: str) -> bool:
        return any(found.plugin is module for found in getattr(self.manager.hook, hook).get_hookimpls())

    # -- those that are on, while a person waits
    def call_each(self, hook: str, *, only: Iterable[str] | None = None, **arguments: Any) -> list[Answer]:
        """Ask each plugin that is on, or `only` some. One that raises, hangs or floods is noted and left out."""
        on = switches().plugins if only is None else switches().plugins.intersection(only)
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
        """Call into plugins: (name, what it gave). One that raises or hangs is noted and left out.

        One that was too slow once is not asked again in the same request.
        """
        slow: set[str] = g.setdefault("slow_plugins", set())
        for name, outcome in run_guarded([(name, ask) for name, ask in asked if name not in slow]):
            if isinstance(outcome, TimeoutError):
                slow.add(name)
                self.fault(name, hook, "slow")
            elif isinstance(outcome, Exception):
                self.fault(name, hook, type(outcome).__name__)
            else:
                yield name, outcome

    def ordered(self, hook: str, **arguments: Any) -> list[Any]:
        """The answers' values by weight, then by title."""
        values = [answer.value for answer in self.call_each(hook, **arguments)]
        return sorted(values, key=lambda value: (value.weight, str(value.title)))

    def call_first(self, hook: str, **arguments: Any) -> Any:
        """The first answer that is not None, or None. For a check, None means no: so does a fault."""
        return next((answer.value for answer in self.call_each(hook, **arguments)), None)

    def run(self, name: str, hook: str, *, limit: float, **arguments: Any) -> None:
        """Run one plugin's work for a job. Raises what it raised, or TimeoutError: the caller notes the fault."""
        module = self.found[name].module
        assert module is not None
        asked = [(name, lambda: list(_answers(self._call(module, hook, arguments))))]
        [(_name, outcome)] = run_guarded(asked, limit)
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
    return service_is_on(getattr(value, "service", None))


def _note_fault(name: str, hook: str, kind: str) -> None:
    state = db.session.get(PluginState, name, with_for_update=True)  # one at a time, so that each sees those before it
    db.session.add(PluginFault(plugin=name, hook=hook, kind=kind[:60]))
    db.session.flush()
    record("plugins.fault", subject=name, by=None, hook=hook, kind=re.sub(r"\W", "_", kind, flags=re.ASCII)[:60])
    recent = select(func.count()).where(PluginFault.plugin == name, PluginFault.at > now() - FAULT_WINDOW)
    since_on = recent.where(PluginFault.at > state.since) if state else recent
    if state is not None and state.enabled and (db.session.scalar(since_on) or 0) >= FAULTS_ALLOWED:
        switch(name, on=False, by=None, why="faults")


def plugins_of(app: Flask) -> Plugins:
    found: Plugins = app.extensions["plugins"]
    return found
