"""The one background process: a huey consumer, its queue in a file of the instance, no results kept."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from huey import SqliteHuey, crontab

from app.work.daily import sweep_when_due
from app.work.outbox import send_due


def make_huey(app: Flask) -> SqliteHuey:
    """The queue of an app, with what it does every minute."""
    folder = app.config["SETTINGS"].instance.absolute() / "work"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    huey = SqliteHuey("intranet", filename=str(folder / "huey.db"), results=False)

    def job(name: str, work: Callable[[], object]) -> None:
        """Run it in an app context of its own; what it raises is logged by its kind alone, and is tried next minute."""

        def run() -> None:
            with app.app_context():
                try:
                    work()
                except Exception as error:
                    app.logger.error("job failed", extra={"job": name, "kind": type(error).__name__})

        huey.periodic_task(crontab(minute="*"), name=name, expires=55)(run)

    job("outbox", send_due)
    job("daily", sweep_when_due)
    return huey


def run_consumer(app: Flask) -> None:
    """Work in the foreground until SIGINT or SIGTERM. Two threads: a long sweep does not hold up the mail."""
    huey = make_huey(app)
    huey.flush()
    huey.create_consumer(workers=2, periodic=True, worker_type="thread").run()
