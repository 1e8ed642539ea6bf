"""flask plugins list | enable | disable | new."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DatabaseError

from app.db import reading, transaction
from app.errors import IntranetError
from app.plugins import skeleton
from app.plugins.loading import MisnamedPlugin
from app.plugins.queries import PluginLine, installed
from app.plugins.state import switch

plugins = AppGroup("plugins", help="What is installed, on and off.")
COLUMNS = ("NAME", "STATE", "VERSION", "SERVICES", "TITLE")


@contextmanager
def plain_errors() -> Iterator[None]:
    """What keeps us from doing it is said in one line, exit 2."""
    try:
        yield
    except (IntranetError, MisnamedPlugin, FileExistsError) as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from None
    except DatabaseError:
        click.echo("The tables are not there, or not up to date. Run this first: flask db upgrade", err=True)
        raise SystemExit(2) from None


@plugins.command("list")
def list_plugins() -> None:
    """Every installed plugin: on, off, waiting for one that it needs, or broken, with the reason."""
    with plain_errors(), reading():
        lines = [COLUMNS, *map(_columns, installed())]
    widths = [max(len(line[at]) for line in lines) for at in range(len(COLUMNS))]
    for line in lines:
        click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def _columns(line: PluginLine) -> tuple[str, ...]:
    info = line.found.info
    version, services = (info.version, " ".join(map(str, info.services))) if info else ("", "")
    return line.found.name, line.state, version, services, line.found.error or line.title


@plugins.command("enable")
@click.argument("name")
def enable(name: str) -> None:
    """Switch a plugin on: at once, in every process."""
    _switch(name, on=True)


@plugins.command("disable")
@click.argument("name")
def disable(name: str) -> None:
    """Switch a plugin off: at once, in every process. Its data stays."""
    _switch(name, on=False)


def _switch(name: str, *, on: bool) -> None:
    with plain_errors(), transaction():
        switch(name, on=on, by=None, why="command")
    click.echo(f"{name} is {'on' if on else 'off'}.")


@plugins.command("new")
@click.argument("name")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to write it; by default here, as intranet-NAME.")
def new(name: str, folder: Path | None) -> None:
    """Write a plugin that works: a distribution of its own, with every room, its migration and its tests."""
    with plain_errors():
        written = skeleton.write(name, folder or Path(f"intranet-{name.replace('_', '-')}"))
    click.echo(f"Written: {written}. Its README.md says how to go on.")
