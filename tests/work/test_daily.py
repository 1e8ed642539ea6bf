"""The daily sweep: once a day, each part for itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app import vault
from app.accounts.models import UserSession
from app.accounts.sessions import new_session_row
from app.db import db, now, transaction
from app.hookspecs import PluginInfo, hookimpl
from app.plugins import Found, PluginFault, plugins_of, switch
from app.testing import add_user
from app.vault.keystore import KeyGone
from app.work import consumer, daily
from app.work.models import DailyPart

BEFORE_4 = datetime(2026, 3, 2, 8, 59, tzinfo=UTC)  # 03:59 in Toronto
AT_4 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def plug(app: Flask, name: str, run_daily, *, on: bool = True) -> None:  # type: ignore[no-untyped-def]
    """Install a plugin that has daily work."""
    module = ModuleType(f"demo_{name}")
    module.INFO = PluginInfo(name, title=name)  # type: ignore[attr-defined]
    module.__file__ = str(Path(__file__).parent / "none" / "none.py")  # no migrations
    module.run_daily = hookimpl(run_daily)  # type: ignore[attr-defined]
    plugins = plugins_of(app)
    plugins.manager.register(module, name=name)
    plugins.found[name] = Found(name, module.INFO, module)  # type: ignore[attr-defined]
    with transaction():
        switch(name, on=on, by=None)


def rows() -> set[str]:
    with transaction():
        return set(db.session.scalars(select(DailyPart.part)))


def test_it_runs_from_4_in_toronto_and_once_a_day(context: Flask) -> None:
    days: list[date] = []
    plug(context, "counter", lambda today: days.append(today))
    with time_machine.travel(BEFORE_4, tick=False):
        daily.sweep_when_due()
    assert days == []
    for moment in (AT_4, AT_4 + timedelta(minutes=1), AT_4 + timedelta(hours=9), AT_4 + timedelta(days=1)):
        with time_machine.travel(moment, tick=False):
            daily.sweep_when_due()
    assert days == [date(2026, 3, 2), date(2026, 3, 3)]


def test_by_hand_it_does_again_what_failed_and_nothing_else(context: Flask) -> None:
    tries: list[str] = []

    def fail_once(today: date) -> None:
        tries.append("frail")
        if tries.count("frail") == 1:
            raise RuntimeError("a reason")

    plug(context, "frail", fail_once)
    plug(context, "sound", lambda today: tries.append("sound"))
    assert daily.sweep()["plugin:frail"] == "failed"
    second = daily.sweep()
    assert (second["plugin:frail"], second["plugin:sound"]) == ("done", "before")
    assert tries.count("sound") == 1


def test_a_plugin_that_fails_is_rolled_back_alone_and_noted(context: Flask) -> None:
    def half(today: date) -> None:
        db.session.add(DailyPart(day=date(2000, 1, 1), part="half written"))
        db.session.flush()
        raise RuntimeError

    plug(context, "broken", half)
    outcomes = daily.sweep()
    assert outcomes["plugin:broken"] == "failed" and outcomes["sessions"] == "done"
    assert "half written" not in rows()
    with transaction():
        assert db.session.scalars(select(PluginFault.plugin)).all() == ["broken"]


def test_a_plugin_that_hangs_is_given_up(context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    monkeypatch.setattr(daily, "PLUGIN_LIMIT", 0.2)
    release = threading.Event()
    plug(context, "asleep", lambda today: release.wait(10) and None)
    plug(context, "zeal", lambda today: None)
    outcomes = daily.sweep()
    release.set()
    assert (outcomes["plugin:asleep"], outcomes["plugin:zeal"]) == ("failed", "done")


def test_the_job_of_a_plugin_that_is_off_does_not_run(context: Flask) -> None:
    days: list[date] = []
    plug(context, "idle", lambda today: days.append(today), on=False)
    assert "plugin:idle" not in daily.sweep()
    assert days == []


def test_sessions_that_are_over_go(context: Flask) -> None:
    with transaction():
        user = add_user("Démo", "support_worker")
        db.session.add_all([new_session_row("fresh", user.id), old := new_session_row("old", user.id)])
        old.seen_at = now() - timedelta(minutes=31)
    daily.sweep()
    with transaction():
        assert db.session.scalars(select(UserSession.token_hash)).all() == ["fresh"]


def test_d_conf_9_a_destruction_that_was_cut_short_is_finished(context: Flask) -> None:
    with transaction():
        safe = vault.create_safe("person")
        safe.destroyed_at = now()  # committed, then killed before the key went
        uid = safe.uid
    vault.key_store().keys([uid])
    daily.sweep()
    with pytest.raises(KeyGone):
        vault.key_store().keys([uid])


def test_the_command_says_what_became_of_each_part(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert "done     sessions" in runner.invoke(args=["daily"]).output
    assert "before   sessions" in runner.invoke(args=["daily"]).output


def test_the_consumer_runs_its_jobs_and_outlives_one_that_raises(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def raises() -> None:
        raise RuntimeError

    monkeypatch.setattr(consumer, "send_due", raises)
    monkeypatch.setattr(consumer, "sweep_when_due", lambda: done.append("swept"))
    huey = consumer.make_huey(app)
    for task in huey.read_periodic(datetime.now()):  # noqa: DTZ005 - as huey's own scheduler does
        huey.execute(task)
    assert done == ["swept"]
    assert (app.config["SETTINGS"].instance / "work" / "huey.db").exists()
