"""Background work: the outbox, the daily sweep."""

from flask import Flask

from app.work import models  # noqa: F401
from app.work.daily import each_day
from app.work.outbox import queue_mail

__all__ = ["each_day", "queue_mail", "register"]


def register(app: Flask) -> None:
    from app.accounts import actions as accounts
    from app.web import drafts
    from app.work import commands

    each_day("accounts")(accounts.sweep)
    each_day("drafts")(drafts.sweep)
    app.cli.add_command(commands.work)
    app.cli.add_command(commands.daily)
