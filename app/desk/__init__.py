"""The home page: what is due, cards of each service, and how to find a person, a page, an action."""

from flask import Flask


def register(app: Flask) -> None:
    from app.desk.views import bp

    app.register_blueprint(bp)
