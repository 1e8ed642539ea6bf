"""Background work: the outbox, the daily sweep."""

from flask import Flask

from app.work import models  # noqa: F401
from app.work.daily import daily
from app.work.outbox import queue_mail

__all__ = ["daily", "queue_mail", "register"]


def register(app: Flask) -> None:
    from app.work import commands

    app.cli.add_command(commands.work)
    app.cli.add_command(commands.daily)
