"""flask keys rotate | status."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.db import transaction
from app.journal import record
from app.vault import key_store

keys = AppGroup("keys", help="The master key, and the data keys that it wraps.")


@keys.command("status")
def status() -> None:
    """Say how many data keys each key-encryption key wraps; the current one is first."""
    for name, count in key_store().status().items():
        click.echo(f"{name}  {count} data keys")


@keys.command("rotate")
def rotate() -> None:
    """Wrap every data key under a new master key, while people work. Run again after a stop, it goes on."""
    count = key_store().rotate()
    with transaction():
        record("care.keys_rotated", by=None, count=count)
    click.echo(f"{count} data keys were wrapped anew. Make a backup of the keys now: flask backup create")
