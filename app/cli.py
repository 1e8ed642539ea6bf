"""The commands that work when the app cannot start: flask init | serve | demo | doctor | backup; and flask db.

The other commands are their rooms' own: user, plugins, journal, keys, work, daily.
"""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app import config, schema
from app.care.startup import Refused, start, starting


def register(app: Flask) -> None:
    app.cli.add_command(database)


database = AppGroup("db", help="Tables and migrations of the core and of each plugin.")


@database.command("upgrade")
def upgrade() -> None:
    """Bring every table to the newest version."""
    schema.upgrade(current_app)


@database.command("revision")
@click.argument("owner")
@click.option("-m", "--message", required=True)
def revision(owner: str, message: str) -> None:
    """Write a migration for OWNER (core, or a plugin) from its models."""
    schema.revise(schema.history_of(owner), message)


@database.command("check")
def check() -> None:
    """Say where models and migrations differ."""
    found = {h.owner: diff for h in schema.histories(current_app) if (diff := schema.differences(h))}
    for owner, differences in found.items():
        click.echo(f"{owner}: {differences}")
    raise SystemExit(1 if found else 0)


@click.command("init")
@click.option("--admin", "admins", multiple=True, metavar="'Name <address>'", help="Twice: two people share the keys.")
def init(admins: tuple[str, ...]) -> None:
    """Make a real instance: folders, keys, tables, and invitations for the first two administrators."""
    from app.care.first_day import make_instance

    app = start()
    with starting():
        for line in make_instance(app, admins):
            click.echo(line)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes: one a processor core.")
def serve(host: str, port: int, workers: int) -> None:
    """Run the web server and the background work until they are stopped."""
    from app.care import serve as server

    with starting():
        server.serve(host, port, workers)


@click.command("demo")
@click.option("--people", default=60, show_default=True, help="How many invented persons.")
def demo(people: int) -> None:
    """Fill a demo with invented people, once, and say how to sign in."""
    from app.demo import make_demo

    app = start()
    with starting():
        for line in make_demo(app, people):
            click.echo(line)


@click.command("doctor")
@click.option("--full", is_flag=True, help="Recompute the whole journal.")
def doctor(full: bool) -> None:
    """Say what is well, what is not, and what to do. Exit code 1 when something is not."""
    from app.care.doctor import examine

    with starting():
        if not (folder := config.load().instance).exists():
            raise Refused(f"There is no instance in {folder}. Make one with flask init, or set INTRANET_INSTANCE.")
    healthy = True
    for title, wrong in examine(start(), full=full):
        healthy = healthy and not wrong
        for line in wrong or [""]:
            click.echo(f"{'!!' if wrong else 'ok'}  {title:16} {line}".rstrip())
    raise SystemExit(0 if healthy else 1)


@click.group("backup")
def backup() -> None:
    """Encrypted backups, data and keys apart. The files open with age and the backup key, without this software too."""


IDENTITY = click.option("--identity", type=Path, help="The file with the key that opens backups.")


@backup.command("create")
@click.option("--to", type=Path, help="A folder; else `backups` in the instance folder.")
def create(to: Path | None) -> None:
    """Make both archives, while people work."""
    from app.care import backup as backups
    from app.db import transaction
    from app.journal import record

    app = start()
    with starting(), app.app_context():
        if made := backups.make_identity(app.config["SETTINGS"]):
            click.echo(f"{made} opens these backups. Copy it to a safe place apart: without it they are lost.")
        for archive in backups.create(app.config["SETTINGS"], to):
            click.echo(str(archive))
        with transaction():
            record("care.backup_made", by=None)


@backup.command("verify")
@click.argument("file", type=Path)
@IDENTITY
def verify(file: Path, identity: Path | None) -> None:
    """Open an archive and compare every file in it with its fingerprint."""
    from app.care import backup as backups

    with starting():
        manifest = backups.verify(config.load(), file, identity)
    click.echo(f"Whole: {manifest['kind']} of {manifest['made_at']}, {len(manifest['files'])} files.")


@backup.command("restore")
@click.argument("file", type=Path)
@click.option("--keys", type=Path, help="The archive of the keys, when they are lost too.")
@IDENTITY
def restore(file: Path, keys: Path | None, identity: Path | None) -> None:
    """Put a backup in place, in a new or stopped instance. What was there goes to `replaced` in the instance folder."""
    from app.care import backup as backups

    with starting():
        settings = config.load()
        backups.restore(settings, file, keys, identity)
    click.echo(f"Restored. What was there before is in {settings.instance / 'replaced'}. Now: flask doctor")
