"""Plugins: found by entry point, switched on or off by a row, asked one by one so that a fault stays where it is."""

from flask import Flask

from app.plugins.loading import GROUP, MisnamedPlugin, load_plugins, register_blueprints, register_commands
from app.plugins.models import PluginFault, PluginState
from app.plugins.registry import ANSWERS, FAULTS_ALLOWED, Answer, Found, Plugins, plugins_of
from app.plugins.state import CannotSwitch, Switches, must_be_on, service_is_on, switch, switches

__all__ = [
    "ANSWERS", "FAULTS_ALLOWED", "GROUP", "Answer", "CannotSwitch", "Found", "MisnamedPlugin", "PluginFault",
    "PluginState", "Plugins", "Switches", "load_plugins", "must_be_on", "plugins_of", "register",
    "register_blueprints", "register_commands", "service_is_on", "switch", "switches",
]  # fmt: skip


def register(app: Flask) -> None:
    """The administrator's page, and `flask plugins`."""
    from app.plugins import commands, views

    app.register_blueprint(views.bp)
    app.cli.add_command(commands.plugins)
