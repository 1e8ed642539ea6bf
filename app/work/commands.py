"""flask work | daily."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from app.care.startup import hold_instance
from app.work.daily import sweep


@click.command("work")
@with_appcontext
def work() -> None:
    """Do the background work until it is stopped: mail, and the daily sweep at 04:00."""
    from app.work.consumer import run_consumer

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with hold_instance(app.config["SETTINGS"], "work"):
        run_consumer(app)


@click.command("daily")
@with_appcontext
def daily() -> None:
    """Do now what is left of today's sweep; what failed is done again."""
    found = sweep()
    for part, outcome in found.items():
        click.echo(f"{outcome:8} {part}")
    raise SystemExit(1 if "failed" in found.values() else 0)
