"""The commands: flask init | demo | user | plugins | backup | journal | keys | doctor | daily | db."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app import schema


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
