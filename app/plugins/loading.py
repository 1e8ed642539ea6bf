"""At start: every installed plugin is found, checked and given its place. One that is not in order is kept aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pluggy
from flask import Blueprint, Flask
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy.orm import Mapper, configure_mappers, instrumentation

from app.db import Model, db, reading
from app.hookspecs import Hooks, Permission, PluginInfo, RetentionCategory, SettingSpec
from app.plugins.registry import Found, Plugins, plugins_of
from app.plugins.state import switches

GROUP = "intranet.plugins"
NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
CORE_NAMES = frozenset(path.stem for path in Path(__file__).parent.parent.iterdir()) | {"core"}
DECLARED = {
    "register_permissions": (Permission, "name"),
    "register_settings": (SettingSpec, "key"),
    "register_retention": (RetentionCategory, "key"),
}


class MisnamedPlugin(RuntimeError):
    """A plugin, or something of it, does not bear its name: the rest starts without it (law 2)."""


def load_plugins(app: Flask) -> None:
    """Find every installed plugin. One that does not import is kept aside with its error; the rest starts."""
    manager = pluggy.PluginManager("intranet")
    manager.add_hookspecs(Hooks)
    app.extensions["plugins"] = plugins = Plugins(manager)
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        _load(plugins, entry)
    for hook, (kind, attribute) in DECLARED.items():
        for name, value in plugins.ask_all(hook):
            if not isinstance(value, kind) or not getattr(value, attribute).startswith(f"{name}."):
                plugins.reject(name, MisnamedPlugin(f"{hook} answers {value!r}: it should begin with {name}."))
    _check_requirements(plugins)


def _load(plugins: Plugins, entry: EntryPoint) -> None:
    before = set(Model.registry.mappers)
    plugins.found[entry.name] = Found(entry.name)
    try:
        module = entry.load()
        info: PluginInfo = module.INFO
        if info.name != entry.name:
            raise MisnamedPlugin(f"INFO.name is {info.name!r}, its entry point is {entry.name!r}")
        check_name(info.name, plugins.found.keys() - {info.name})
        _check_tables(info.name, module)
        configure_mappers()
        plugins.manager.register(module, name=info.name)
        plugins.found[entry.name] = Found(entry.name, info, module)
    except (Exception, SystemExit) as error:
        plugins.reject(entry.name, error)
        _forget(set(Model.registry.mappers) - before)


def check_name(name: str, others: Any = ()) -> None:
    """Raises MisnamedPlugin for a name that is not one, is the core's, or whose tables would look like another's."""
    if not NAME.fullmatch(name):
        raise MisnamedPlugin(f"{name!r} should be 2 to 31 small letters, digits and _, the first one a letter")
    if name in CORE_NAMES:
        raise MisnamedPlugin(f"{name!r} is the core's")
    for other in ("core", *others):
        if f"{name}_".startswith(f"{other}_") or f"{other}_".startswith(f"{name}_"):
            raise MisnamedPlugin(f"{name!r} is too near {other!r}: their tables could not be told apart")


def _check_tables(name: str, module: ModuleType) -> None:
    """A plugin's tables begin with its name and point only to themselves and to the core's."""
    for mapper in _mappers_of(module):
        for table in mapper.tables:
            if not str(table.name).startswith(f"{name}_"):
                raise MisnamedPlugin(f"table {table.name} should begin with {name}_")
            for key in table.foreign_keys:
                if not key.target_fullname.startswith((f"{name}_", "core_")):
                    raise MisnamedPlugin(f"table {table.name} points to {key.target_fullname}")


def _mappers_of(module: ModuleType) -> Iterator[Mapper[Any]]:
    for mapper in Model.registry.mappers:
        if f"{mapper.class_.__module__}.".startswith(f"{module.__name__}."):
            yield mapper


def _forget(mappers: set[Mapper[Any]]) -> None:
    """The tables of a plugin that does not load are nobody's: they must not spoil the mapping of the others."""
    for mapper in mappers:
        for table in mapper.tables:
            db.metadata.remove(table)  # type: ignore[arg-type]
        manager = instrumentation.manager_of_class(mapper.class_)
        Model.registry._dispose_manager_and_mapper(manager)
        Model.registry._managers.pop(manager, None)


def _check_requirements(plugins: Plugins) -> None:
    while lacking := {
        info.name: absent
        for info, _module in plugins.loaded()
        if (absent := set(info.requires) - {other.name for other, _module in plugins.loaded()})
    }:
        for name, absent in lacking.items():
            plugins.reject(name, LookupError(f"needs {', '.join(sorted(absent))}, which is absent or does not load"))


# --- pages and commands ----------------------------------------------------------------------------------------------


def register_blueprints(app: Flask) -> None:
    """The plugins' pages. A plugin with a page that says no permission, or is misnamed, is refused as a whole."""
    plugins = plugins_of(app)
    for name, blueprint in list(plugins.ask_all("register_blueprints", app=app)):
        try:
            _rehearse(app, name, blueprint)
            app.register_blueprint(blueprint)
            _open_static_files(app, name)
        except Exception as error:
            plugins.reject(name, error)


def _rehearse(app: Flask, name: str, blueprint: Blueprint) -> None:
    """Flask cannot take a blueprint back: it is first registered on an app that is thrown away."""
    from app.accounts.permissions import check_routes

    if blueprint.name != name:
        raise MisnamedPlugin(f"blueprint {blueprint.name!r} should be named {name!r}")
    folder = Path(blueprint.root_path) / (blueprint.template_folder or "templates")
    if strays := [path.name for path in folder.glob("*") if path.name != name]:
        raise MisnamedPlugin(f"templates/{strays[0]} should be in templates/{name}/")
    trial = Flask(name, static_folder=None)
    trial.extensions["permissions"] = app.extensions["permissions"]
    trial.register_blueprint(blueprint)
    _open_static_files(trial, name)
    check_routes(trial)


def _open_static_files(app: Flask, name: str) -> None:
    """A plugin's static files are for everybody, while it is on."""
    from app.accounts.permissions import PUBLIC, needs

    if view := app.view_functions.get(f"{name}.static"):

        def static(filename: str) -> Any:
            return view(filename=filename)

        app.view_functions[f"{name}.static"] = needs(PUBLIC)(static)


class PluginCommands(AppGroup):
    """`flask PLUGIN …`: refused while the plugin is off."""

    def invoke(self, ctx: click.Context) -> Any:
        with ctx.ensure_object(ScriptInfo).load_app().app_context():
            with reading():
                is_on = self.name in switches().plugins
            if is_on:
                return super().invoke(ctx)
        click.echo(f"{self.name} is switched off. Switch it on with: flask plugins enable {self.name}", err=True)
        ctx.exit(2)


def register_commands(app: Flask) -> None:
    """The plugins' commands, each plugin's in a group of its name."""
    plugins = plugins_of(app)
    for name, command in list(plugins.ask_all("register_commands")):
        info = plugins.found[name].info
        group = app.cli.commands.setdefault(name, PluginCommands(name, help=str(info.title) if info else None))
        if isinstance(group, PluginCommands) and isinstance(command, click.Command):
            group.add_command(command)
        else:
            plugins.reject(name, MisnamedPlugin(f"{name!r} is a command of the core, or {command!r} is none"))
