"""The journal: append-only, tamper-evident; who opened and did what, and why."""

from flask import Flask

from app.journal.chain import Entry, head, record, verify

__all__ = ["Entry", "head", "record", "verify"]


def register(app: Flask) -> None:
    from app.journal import commands, views

    app.register_blueprint(views.bp)
    app.cli.add_command(commands.journal)
