"""The smallest possible register of the persons served, and how to reach each in safety."""

from flask import Flask

from app.people import models as models


def register(app: Flask) -> None:
    from app.people.views import bp

    app.register_blueprint(bp)
