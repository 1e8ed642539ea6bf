"""A file's first page with 10 contacts, 10 meetings and 10 steps, and with 500, 50 and 40: statements and time.

    .venv/bin/python -m tests.bench.file_page [ROUNDS]

Both files are in one database of the demo's shape, asked in turn by one worker; nothing is asserted.
"""

from __future__ import annotations

import secrets
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app import create_app, schema
from app.accounts.models import User
from app.accounts.sessions import cookie_name, fingerprint, new_session_row
from app.config import Settings
from app.db import db, now, transaction
from app.demo import fill
from app.people.actions import register
from app.vault.bulk import insert_many
from app.web.times import today
from plugins.support import actions
from plugins.support.models import Meeting, Objective, Step
from tests.plugins.support.conftest import who


class Size(NamedTuple):
    contacts: int
    meetings: int
    steps: int


SIZES = (Size(10, 10, 10), Size(500, 50, 40))
LINE = "Veut visiter un logement jeudi."


def filled(worker: User, size: Size) -> str:
    """A file that holds so much: its code."""
    person = register(worker, kind="woman", pseudonym="Hirondelle", first_contact=today() - timedelta(days=700))
    file, rng = actions.open_file(worker, person), Random(1)
    for number in range(size.contacts):
        day = today() - timedelta(days=number % 90)
        actions.log_contact(worker, file, kind="support", how="phone", day=day, minutes=20, line=LINE)
    common: dict[str, Any] = {"file_id": file.id, "safe_id": file.safe_id, "version": 1}
    days = [today() - timedelta(days=rng.randint(0, 700)) for _ in range(size.meetings)]
    held = {"how": "in_person", "orientation": "none", "reassessed": False, "by": worker.id, "at": now(), "minutes": 50}
    insert_many(Meeting, [{**common, **held, "day": day, "summary": LINE * 20} for day in days])
    to_do = {"kind": "legal", "state": "todo", "open": True, "what": LINE, "by": worker.id, "at": now()}
    insert_many(Step, [{**common, **to_do, "due_on": today(), "sort_on": today()} for _ in range(size.steps)])
    aims = {"words": LINE, "level": "begun", "created_on": today(), "level_on": today()}
    insert_many(Objective, [{**common, **aims} for _ in range(size.steps)])
    actions.first_meeting.begin(worker, file, language="fr", interpreter="no")
    actions.first_meeting.tell_limits(worker, file)
    for what in ("information", "situation", "network"):
        actions.first_meeting.answer(worker, file, what, state="accepted", day=today(), version=0)
    return person.code


def signed_in(app: Flask, user_id: int) -> FlaskClient:
    token = secrets.token_urlsafe(32)
    with app.app_context(), transaction():
        db.session.add(new_session_row(fingerprint(token), user_id))
    client = app.test_client()
    client.set_cookie(cookie_name(app), token)
    return client


def statements(app: Flask, client: FlaskClient, path: str) -> int:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    client.get(path)
    event.remove(engine, "before_cursor_execute", note)
    return sum(statement.startswith(("SELECT", "WITH")) for statement in sent)


def main(rounds: int) -> None:
    app = create_app(Settings(instance=Path(tempfile.mkdtemp()), demo=True))
    schema.upgrade(app)
    with app.app_context(), transaction():
        worker_id = fill(app, 200).user("support_worker").id
    with app.app_context(), transaction():
        codes = [filled(who(worker_id), size) for size in SIZES]
    client, paths = signed_in(app, worker_id), [f"/support/files/{code}" for code in codes]
    for path in paths:
        assert client.get(path).status_code == 200
    times: list[list[float]] = [[], []]
    for _round in range(rounds):
        for path, taken in zip(paths, times, strict=True):
            started = time.perf_counter()
            client.get(path)
            taken.append((time.perf_counter() - started) * 1000)
    print("contacts meetings steps | queries  median ms  p95 ms    kB")
    for size, path, taken in zip(SIZES, paths, times, strict=True):
        weight = len(client.get(path).data) / 1024
        middle, slow = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
        shape = f"{size.contacts:8} {size.meetings:8} {size.steps:5}"
        print(f"{shape} | {statements(app, client, path):7} {middle:10.1f} {slow:7.1f} {weight:5.0f}")
    print(f"ratio of the medians {statistics.median(times[1]) / statistics.median(times[0]):.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
