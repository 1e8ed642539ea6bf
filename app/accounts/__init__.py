"""Who works here."""

from flask import Flask


def register(app: Flask) -> None:
    """Stub."""
