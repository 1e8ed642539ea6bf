"""The core. It knows no plugin by name; `create_app` says in one screen what an app is made of."""

from __future__ import annotations

from flask import Flask

from app import config, logs, plugins, schema, web
from app.accounts import permissions, sessions
from app.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """A ready app. Raises SettingError, KeyFileError, NewerDatabase: each message says what to do."""
    app = Flask(__name__, template_folder="web/templates", static_folder="web/static")
    app.config["SETTINGS"] = settings = settings or config.load()
    logs.set_up(app)
    schema.connect(app)
    schema.open_key_store(app)
    plugins.load_plugins(app)
    permissions.declare_permissions(app)
    sessions.set_up(app)
    web.set_up(app)
    register_rooms(app)
    plugins.register_blueprints(app)
    plugins.register_commands(app)
    permissions.check_routes(app)
    schema.check(app)
    return app


def register_rooms(app: Flask) -> None:
    """The core's own pages and commands."""
    from app import accounts, care, catalogue, cli, desk, journal, papers, people, work
    from app.web import views

    for room in (views, accounts, people, catalogue, journal, desk, papers, work, care, plugins):
        room.register(app)
    cli.register(app)
