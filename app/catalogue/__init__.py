"""The services of the declaration, on or off; the texts and choices that the organisation edits; the public page."""

from flask import Flask


def register(app: Flask) -> None:
    from app.catalogue import settings, views

    settings.declare_settings(app)
    app.register_blueprint(views.bp)
