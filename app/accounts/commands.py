"""flask user invite | disable | list."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.accounts import actions, queries
from app.accounts.models import User
from app.db import reading, transaction

users = AppGroup("user", help="Accounts: invite, disable, list.")


@users.command("invite")
@click.argument("email")
@click.option("--name", default="", help="For a new account.")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
def invite(email: str, name: str, language: str) -> None:
    """Print a one-time link: for a new account (without any role), or for one that is there.

    It never takes a second factor away: in the product, one person asks for that and another releases it.
    """
    with transaction():
        user = queries.by_email(email)
        if user is None and not name:
            raise click.UsageError("A new account needs --name.")
        try:
            link = (
                actions.new_link(user, by=None) if user else actions.invite(name, email, by=None, language=language)[1]
            )
        except actions.TakesTwo as error:
            raise click.ClickException(str(error)) from None
    click.echo(link)


@users.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Close an account: she is out at her next request."""
    with transaction():
        actions.disable(_known(email), by=None)
    click.echo("Disabled.")


@users.command("list")
def list_users() -> None:
    """Print every account, with the roles it holds today."""
    with reading():
        after: int | None = 0
        while after is not None:
            page, after = queries.accounts(after)
            for user in page:
                state = "disabled" if user.disabled_at else ", ".join(sorted(user.role_names)) or "no role"
                click.echo(f"{user.email:40} {user.name:30} {state}")


def _known(email: str) -> User:
    if (user := queries.by_email(email)) is None:
        raise click.UsageError("Nobody has an account with this address.")
    return user
