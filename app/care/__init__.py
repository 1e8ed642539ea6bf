"""Care of an instance: starting it, its health, its keys, its backups. For whoever keeps the machine."""

from flask import Flask

from app.care.startup import Refused, hold_instance, start, starting

__all__ = ["Refused", "hold_instance", "register", "start", "starting"]


def register(app: Flask) -> None:
    """The other commands (app.cli) are found by entry point: they must work when the app cannot start."""
    from app.care.keys import keys

    app.cli.add_command(keys)
