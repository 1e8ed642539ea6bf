"""The database's shape: connecting, one migration history and one version table for the core and for each plugin."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy import Connection, Engine, inspect

from app import db as database
from app.config import Settings
from app.db import db
from app.plugins import plugins_of
from app.vault.keystore import KeyStore

MIGRATIONS = Path(__file__).parent.parent / "migrations"
CORE = "core"


class NewerDatabase(RuntimeError):
    """The database was written by a newer version of the software. Nothing was changed."""


@dataclass(frozen=True)
class History:
    """The migrations of one owner: the core, or a plugin."""

    owner: str
    folder: Path

    @property
    def version_table(self) -> str:
        return f"{self.owner}_alembic_version"

    def owns(self, table: str) -> bool:
        return table.startswith(f"{self.owner}_") and table != self.version_table

    def config(self, connection: Connection | None = None) -> Config:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.set_main_option("version_locations", str(self.folder))
        config.set_main_option("path_separator", "newline")
        config.attributes |= {"history": self, "connection": connection}
        return config

    def script(self) -> ScriptDirectory:
        return ScriptDirectory.from_config(self.config())

    def current(self, connection: Connection) -> str | None:
        if not inspect(connection).has_table(self.version_table):
            return None
        return MigrationContext.configure(connection, opts={"version_table": self.version_table}).get_current_revision()


def connect(app: Flask) -> None:
    """The engine, and on SQLite the gate in front of its write lock."""
    settings: Settings = app.config["SETTINGS"]
    file = database.sqlite_file(settings.data_url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        app.extensions["gate"] = database.Gate(file.with_suffix(".lock"))
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.data_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(settings.data_url)
    db.init_app(app)
    if file is not None:
        with app.app_context():
            database.configure_sqlite(db.engine)


def open_key_store(app: Flask) -> None:
    """The key store, made at the first start. Raises KeyFileError when the data exists but its key does not."""
    settings: Settings = app.config["SETTINGS"]
    app.extensions["key_store"] = store = KeyStore(settings.key_store_url, settings.master_key)
    with app.app_context():
        has_data = _has_data(db.engine)
    if has_data:
        store.check()
    else:
        store.set_up()


def _has_data(engine: Engine) -> bool:
    with engine.connect() as connection:
        return inspect(connection).has_table("core_safe")


def histories(app: Flask) -> Iterator[History]:
    """Core first, then the plugins: foreign keys point only toward the core."""
    yield History(CORE, MIGRATIONS / CORE)
    for info, module in plugins_of(app).loaded():
        folder = migrations_folder(info.name, module)
        if folder.is_dir():
            yield History(info.name, folder)


def migrations_folder(name: str, module: ModuleType) -> Path:
    """A bundled plugin's migrations are in migrations/NAME, another distribution's in its own package."""
    bundled = MIGRATIONS / name
    return bundled if bundled.is_dir() else Path(str(module.__file__)).parent / "migrations"


def check(app: Flask) -> None:
    """Raises NewerDatabase when a version in the database is unknown here."""
    with app.app_context(), db.engine.connect() as connection:
        for history in histories(app):
            current = history.current(connection)
            if current and current not in {revision.revision for revision in history.script().walk_revisions()}:
                raise NewerDatabase(
                    f"The database is newer than this software ({history.owner} is at {current}). "
                    "Install the newer version again, or restore the backup made before it. Nothing was changed."
                )


def behind(app: Flask) -> list[str]:
    """The owners whose tables are not at the newest version."""
    with app.app_context(), db.engine.connect() as connection:
        return [h.owner for h in histories(app) if h.current(connection) != h.script().get_current_head()]


def upgrade(app: Flask) -> None:
    """Bring every table to the newest version. Each step is a transaction."""
    for history in histories(app):
        with app.app_context(), db.engine.connect().execution_options(write=True) as connection:
            command.upgrade(history.config(connection), "head")
            connection.commit()
    file = database.sqlite_file(app.config["SETTINGS"].data_url)
    if file is not None:
        os.chmod(file, 0o600)


def differences(history: History) -> list[object]:
    """What the models say and the tables do not: empty when the migrations are complete."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options(history))
        return list(compare_metadata(context, db.metadata))


def revise(history: History, message: str) -> None:
    """Write a new migration, numbered, from what the models say and the tables do not."""
    number = f"{len(list(history.script().walk_revisions())) + 1:04}"
    with db.engine.connect() as connection:
        command.revision(
            history.config(connection),
            message,
            autogenerate=True,
            rev_id=number,
            version_path=str(history.folder),
            head="head" if number != "0001" else "base",
        )


def options(history: History) -> dict[str, object]:
    """How Alembic sees one owner: only its tables, its own version table, batches for SQLite."""

    def mine(name: str | None, kind: str, parents: dict[str, str | None]) -> bool:
        table = name if kind == "table" else parents.get("table_name")
        return table is not None and history.owns(table) if kind != "schema" else True

    def object_mine(thing: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        return kind != "table" or (name is not None and history.owns(name))

    return {
        "version_table": history.version_table,
        "include_name": mine,
        "include_object": object_mine,
        "render_as_batch": True,
        "compare_type": True,
        "target_metadata": db.metadata,
    }


def history_of(owner: str) -> History:
    """Raises LookupError when there is no such owner."""
    for history in histories(current_app):
        if history.owner == owner:
            return history
    raise LookupError(owner)
