"""Who works here: accounts, sign-in, second factors, sessions, roles."""

from flask import Flask


def register(app: Flask) -> None:
    from app.accounts.commands import users
    from app.accounts.views import bp

    app.register_blueprint(bp)
    app.cli.add_command(users)
