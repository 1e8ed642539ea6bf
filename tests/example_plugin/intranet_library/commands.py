"""flask library add TITLE."""

import click

from app.db import transaction
from intranet_library import actions


@click.command("add")
@click.argument("title")
@click.option("--author", default="")
def add(title: str, author: str) -> None:
    """Put a book on the shelf."""
    with transaction():
        actions.add_book(title, author, by=None)
    click.echo(f"On the shelf: {title}")
