"""The doctor finds what is wrong and says what to do; it names nobody."""

from __future__ import annotations

import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from app.care.doctor import examine
from app.db import db, now, transaction
from app.journal import record
from app.plugins import PluginFault
from app.testing import add_user
from app.work.models import OutboxMail


def wrong(app: Flask, *, full: bool = False) -> dict[str, str]:
    return {title: " / ".join(found) for title, found in examine(app, full=full) if found}


@pytest.fixture
def healthy(app: Flask) -> Flask:
    """An instance with nothing wrong."""
    settings = app.config["SETTINGS"] = replace(app.config["SETTINGS"], base_url="https://intranet.example.org")
    with app.app_context(), transaction():
        record("care.backup_made", by=None)
        for _ in range(5):
            record("test.happened", by=None)
    for path in [settings.instance, *settings.instance.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert wrong(app) == {}
    assert wrong(app, full=True) == {}
    return app


def change(app: Flask, statement: str) -> None:
    with app.app_context(), transaction():
        db.session.execute(text(statement))


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_journal SET action = 'other' WHERE seq = 3",
        "DELETE FROM core_journal WHERE seq = 3",
        "DELETE FROM core_journal WHERE seq = 6",
    ],
)
def test_a_changed_journal(healthy: Flask, statement: str, full: bool) -> None:
    change(healthy, statement)
    [found] = wrong(healthy, full=full).values()
    assert "does not hold" in found or "not its head" in found


def test_a_clock_that_went_back(healthy: Flask) -> None:
    import time_machine

    with time_machine.travel(now() - timedelta(hours=3)):
        assert "set the clock" in wrong(healthy)["clock"]


def test_files_open_to_others(healthy: Flask) -> None:
    healthy.config["SETTINGS"].master_key.chmod(0o640)
    assert "chmod -R go=" in wrong(healthy)["files"]


def test_a_full_disk(healthy: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(1 << 40, 1 << 40, 5 << 20))
    assert "5 MB are free" in wrong(healthy)["disk"]


def test_mail_that_is_stuck_and_mail_that_was_given_up(healthy: Flask) -> None:
    with healthy.app_context(), transaction():
        for given_up in (None, now()):
            db.session.add(
                OutboxMail(
                    recipient="canary@example.org",
                    text="…",
                    queued_at=now() - timedelta(hours=3),
                    given_up_at=given_up,
                )
            )
    found = wrong(healthy)["mail"]
    assert "1 e-mails were given up" in found and "1 e-mails wait" in found and "canary" not in found


def test_no_recent_backup(healthy: Flask) -> None:
    import time_machine

    with time_machine.travel(now() + timedelta(days=3)):
        assert "flask backup create" in wrong(healthy)["backups"]
        assert "flask work" in wrong(healthy)["daily sweep"]


def test_plugins_that_fail(healthy: Flask) -> None:
    with healthy.app_context(), transaction():
        db.session.add(PluginFault(plugin="support", hook="desk_cards", kind="slow"))
    assert "support failed 1 times" in wrong(healthy)["plugins"]


def test_a_rotation_that_was_not_finished(healthy: Flask) -> None:
    from app.vault.keystore import write_master

    write_master(healthy.config["SETTINGS"].master_key, keep=True)
    assert "flask keys rotate" in wrong(healthy)["keys"]


def test_tables_that_are_behind(healthy: Flask) -> None:
    change(healthy, "UPDATE core_alembic_version SET version_num = '0000'")
    assert "flask db upgrade" in wrong(healthy)["tables"]


def test_a_demo_reached_from_outside(healthy: Flask) -> None:
    healthy.config["SETTINGS"] = replace(healthy.config["SETTINGS"], demo=True)
    assert "https" in wrong(healthy)["settings"]


def test_it_names_nobody(healthy: Flask) -> None:
    with healthy.app_context(), transaction():
        add_user("Canari Caché", "support_worker", email="canary@example.org")
    healthy.config["SETTINGS"].master_key.chmod(0o640)
    assert "anar" not in str(list(examine(healthy, full=True)))
