"""flask journal verify."""

import click
from flask.cli import AppGroup

from app.db import reading
from app.journal.actions import check

journal = AppGroup("journal", help="The record of who did what.")


@journal.command("verify")
@click.option("--head", "heads", multiple=True, metavar="HEX", help="A head kept from before: it must be in it.")
def verify(heads: tuple[str, ...]) -> None:
    """Say whether the journal holds, and from which entry on it does not."""
    with reading():
        entries, broken_at, knows_heads = check(*(head.lower() for head in heads))
    if broken_at is not None:
        raise click.ClickException(f"The journal does not hold from entry {broken_at} on.")
    if knows_heads is False:
        raise click.ClickException("A head kept from before is not in the journal: it was changed and written again.")
    click.echo(f"The journal holds: {entries} entries.")
