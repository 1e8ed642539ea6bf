"""."""

from flask import Flask

from app.people import models  # noqa: F401


def register(app: Flask) -> None:
    """Stub."""
