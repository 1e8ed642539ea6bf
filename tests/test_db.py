"""One unit of work at a time, the write lock first, nothing written by a reader (laws 5 and 7)."""

import threading
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import db as database
from app.db import Abandoned, Call, current_call, db, reading, transaction, unit
from app.journal import record, verify
from app.journal.models import JournalEntry
from app.plugins import PluginFault


def keys() -> list[str]:
    return list(db.session.scalars(select(PluginFault.plugin).order_by(PluginFault.plugin)))


def test_a_transaction_commits_its_change_and_its_entry_together(context: Flask) -> None:
    with transaction():
        db.session.add(PluginFault(plugin="test.a", hook="test", kind="test"))
        record("test.changed", by=None)
    with reading():
        assert keys() == ["test.a"]
        assert db.session.scalar(select(func.count()).select_from(JournalEntry)) == 1


def test_an_error_undoes_the_change_and_its_entry(context: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.add(PluginFault(plugin="test.a", hook="test", kind="test"))
        record("test.changed", by=None)
        raise ZeroDivisionError
    with reading():
        assert keys() == []
        assert db.session.scalar(select(func.count()).select_from(JournalEntry)) == 0


def test_without_an_entry_there_is_no_change(context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_entries: list[object]) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(database, "writers", [full])
    with pytest.raises(OSError, match="disk full"), transaction():
        db.session.add(PluginFault(plugin="test.a", hook="test", kind="test"))
        record("test.changed", by=None)
    with reading():
        assert keys() == []


def test_a_reader_cannot_write(context: Flask) -> None:
    with pytest.raises(RuntimeError, match="for reading"), reading():
        db.session.add(PluginFault(plugin="test.a", hook="test", kind="test"))
        db.session.flush()


def test_what_comes_after_commit_does_not_come_after_a_roll_back(context: Flask) -> None:
    done: list[str] = []
    with pytest.raises(ZeroDivisionError), transaction():
        unit().committed.append(lambda: done.append("never"))
        raise ZeroDivisionError
    with transaction():
        unit().committed.append(lambda: done.append("once"))
    assert done == ["once"]


def test_a_call_that_was_given_up_cannot_touch_the_database(context: Flask) -> None:
    token = current_call.set(Call(abandoned=True))
    try:
        with pytest.raises(Abandoned):
            db.session.execute(select(1))
    finally:
        current_call.reset(token)


def test_an_instant_needs_a_time_zone(context: Flask) -> None:
    with pytest.raises(Exception, match="time zone"), transaction():
        db.session.add(PluginFault(plugin="test.a", hook="test", kind="test", at=datetime(2026, 3, 1)))  # noqa: DTZ001
        db.session.flush()


def test_instants_come_back_in_utc(context: Flask) -> None:
    moment = datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    with transaction():
        db.session.add(PluginFault(plugin="test.a", hook="test", kind="test", at=moment))
    with reading():
        assert db.session.scalar(select(PluginFault.at)) == moment


def test_law_7_writers_at_the_same_time_all_get_through_and_the_chain_holds(app: Flask) -> None:
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for turn in range(10):
                with app.app_context(), transaction():
                    db.session.add(PluginFault(plugin=f"test.{number}.{turn}", hook="test", kind="test"))
                    record("test.changed", by=None, n=turn)
        except BaseException as error:
            failures.append(error)

    with app.app_context(), transaction():
        record("test.first", by=None)
    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with app.app_context(), reading():
        assert len(keys()) == 80
        assert verify() == (81, None, None)
