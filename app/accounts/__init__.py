"""Who works here: accounts, sign-in, second factors, sessions, roles."""

from flask import Flask


def register(app: Flask) -> None:
    from app.accounts.actions import sweep
    from app.accounts.commands import users
    from app.accounts.views import bp
    from app.work.daily import each_day

    app.register_blueprint(bp)
    app.cli.add_command(users)
    each_day("accounts")(sweep)
