"""kill -9 while people write: nothing that was acknowledged is lost, the journal holds, the database is whole."""

from __future__ import annotations

import multiprocessing
import os
import random
import sqlite3
import time
from dataclasses import replace
from datetime import date
from multiprocessing.connection import Connection

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import create_app, vault
from app.accounts.models import User
from app.config import Settings
from app.db import db, reading, transaction
from app.journal import verify
from app.people import actions
from app.people.models import Person
from app.testing import add_user

pytestmark = pytest.mark.once
KILLS = 200 if os.environ.get("INTRANET_TEST_LONG") else 20


def write_for_ever(settings: Settings, worker_id: int, acknowledged: Connection) -> None:
    """Register, add contacts, update, destroy; say so after each commit."""
    app = create_app(settings)
    dice = random.Random()
    with app.app_context():
        while True:
            name = f"Mésange {dice.randrange(10**9)}"
            with transaction():
                worker = db.session.get_one(User, worker_id, options=[joinedload(User.roles)])
                person = actions.register(worker, kind="woman", pseudonym=name, first_contact=date(2026, 3, 2))
                actions.add_contact(worker, person, channel="phone", address="514 555-0123")
                code = person.code
            acknowledged.send(("there", code, name))
            if dice.random() < 0.3:
                with transaction():
                    person = db.session.scalars(select(Person).where(Person.code == code)).one()
                    vault.destroy(db.session.get_one(vault.Safe, person.safe_id), by=None)
                acknowledged.send(("destroyed", code, ""))


def received(pipe: Connection) -> list[tuple[str, str, str]]:
    got = []
    try:
        while pipe.poll():
            got.append(pipe.recv())
    except (EOFError, OSError):
        pass  # killed while it spoke
    return got


def test_nothing_acknowledged_is_lost_by_kill_9(settings: Settings) -> None:
    settings = replace(settings, database_url="")
    app = create_app(settings)
    with app.app_context(), transaction():
        worker_id = add_user("Intervenante Démo", "support_worker").id
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["app.people.actions"])
    told: list[tuple[str, str, str]] = []
    for _ in range(KILLS):
        ours, theirs = processes.Pipe(duplex=False)
        writer = processes.Process(target=write_for_ever, args=(settings, worker_id, theirs))
        writer.start()
        theirs.close()
        told.append(ours.recv())  # it started again after the last kill, and writes
        time.sleep(random.uniform(0, 0.15))
        writer.kill()
        writer.join()
        told += received(ours)
    assert len(told) > KILLS
    check(app, settings, worker_id, told)


def check(app, settings: Settings, worker_id: int, told: list[tuple[str, str, str]]) -> None:  # type: ignore[no-untyped-def]
    destroyed = {code for what, code, _ in told if what == "destroyed"}
    names = {code: name for what, code, name in told if what == "there" and code not in destroyed}
    with app.app_context(), reading():
        assert verify().broken_at is None
        worker = db.session.get_one(User, worker_id)
        people = {person.code: person for person in db.session.scalars(select(Person))}
        open_ = [code for code in names if db.session.get_one(vault.Safe, people[code].safe_id).destroyed_at is None]
        vault.open_safes(worker, [people[code].safe_id for code in open_], why="test")
        assert {code: people[code].pseudonym for code in open_} == {code: names[code] for code in open_}
        assert len(names) - len(open_) <= KILLS  # destroyed, then killed before it could say so
        for code in destroyed:
            assert db.session.get_one(vault.Safe, people[code].safe_id).destroyed_at is not None
    for file in (settings.instance / "data" / "intranet.db", settings.instance / "keys" / "keys.db"):
        with sqlite3.connect(file) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
