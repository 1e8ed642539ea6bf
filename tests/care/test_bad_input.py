"""Wrong settings, keys or databases: one line that says what to do, exit 2, nothing touched."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.care.conftest import ROOT, Flask

pytestmark = pytest.mark.once


def refused(run: subprocess.CompletedProcess[str], *words: str) -> None:
    lines = run.stderr.strip().splitlines()
    assert run.returncode == 2, run.stderr
    assert len(lines) == 1 and "Traceback" not in run.stderr, run.stderr
    for word in words:
        assert word in lines[0], lines[0]


def everything(folder: Path) -> dict[str, bytes]:
    """All files and what they hold; SQLite's own shared-memory file apart."""
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix != ".db-shm"}


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"base_url": "intranet.example.org"}, "INTRANET_BASE_URL should be an address"),
        ({"base_url": "http://intranet.example.org"}, "INTRANET_BASE_URL should begin with https://"),
        ({"demo": "maybe"}, "INTRANET_DEMO should be 1 or 0"),
        ({"database_url": "mysql://here"}, "INTRANET_DATABASE_URL should be sqlite"),
        ({"database_url": "postgresql+psycopg://nobody@127.0.0.1:1/none"}, "INTRANET_DATABASE_URL"),
        ({"keys_url": "sqlite:///one.db", "database_url": "sqlite:///one.db"}, "INTRANET_KEYS_URL should be another"),
        ({"mail_port": "smtp"}, "INTRANET_MAIL_PORT should be a number"),
        ({"mail_host": "mail.example.org"}, "INTRANET_MAIL_FROM should be"),
    ],
)
def test_a_wrong_setting_is_named(flask: Flask, settings: dict[str, str], word: str) -> None:
    refused(flask("serve", **settings), word)


def test_the_commands_of_the_app_say_it_too(flask: Flask) -> None:
    refused(flask("db", "upgrade", demo="maybe"), "INTRANET_DEMO")


def test_the_web_servers_way_in_says_it_too(instance: Path) -> None:
    environment = os.environ | {"INTRANET_INSTANCE": str(instance), "INTRANET_DEMO": "maybe"}
    command = [sys.executable, "-c", "import wsgi"]
    refused(subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True), "INTRANET_DEMO")


@pytest.fixture
def made(flask: Flask, instance: Path) -> Path:
    """A real instance with its tables."""
    assert flask("db", "upgrade").returncode == 0
    return instance


@pytest.mark.parametrize("spoil", ["missing", "another", "not a key"])
def test_a_missing_or_wrong_key_file_stops_everything_and_touches_nothing(
    flask: Flask, made: Path, tmp_path: Path, spoil: str
) -> None:
    key = made / "keys" / "master.key"
    if spoil == "missing":
        key.rename(tmp_path / "kept")
    else:
        key.write_text("0badc0de AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" if spoil == "another" else "scribble")
    before = everything(made)
    for command in (["serve"], ["keys", "rotate"], ["backup", "create"]):
        refused(flask(*command), "master key", "from a backup of the keys")
    after = everything(made)
    assert {path: text for path, text in after.items() if not path.endswith((".lock", "-wal"))} == {
        path: text for path, text in before.items() if not path.endswith((".lock", "-wal"))
    }


def test_a_database_from_a_newer_version_is_refused(flask: Flask, made: Path) -> None:
    with sqlite3.connect(made / "data" / "intranet.db") as connection:
        connection.execute("UPDATE core_alembic_version SET version_num = '9999'")
    refused(flask("serve"), "newer than this software", "core is at 9999")


def test_a_file_that_is_no_database_is_refused(flask: Flask, made: Path) -> None:
    (made / "data" / "intranet.db").write_text("something else " * 100)
    refused(flask("serve"), "INTRANET_DATABASE_URL")


def test_tables_that_are_behind_are_not_served(flask: Flask, instance: Path) -> None:
    refused(flask("serve"), "flask db upgrade")


def test_a_second_run_says_so(flask: Flask, made: Path) -> None:
    with open(made / "run.lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write("4321")
        held.flush()
        refused(flask("serve"), "Another run holds", "process 4321")


def test_a_real_instance_never_becomes_a_demo(flask: Flask, made: Path) -> None:
    before = everything(made)
    for command in (["demo"], ["serve"]):
        refused(flask(*command, demo=1), "is a real instance", "INTRANET_DEMO")
    assert everything(made).keys() == before.keys()


def test_a_demo_never_becomes_a_real_instance(flask: Flask, instance: Path) -> None:
    assert flask("demo", "--people", "3", demo=1).returncode == 0
    refused(flask("serve"), "holds a demo")


def test_invented_people_stay_out_of_a_real_instance(flask: Flask, made: Path) -> None:
    refused(flask("demo"), "INTRANET_DEMO=1")


def test_the_doctor_says_when_there_is_nothing(flask: Flask, instance: Path) -> None:
    refused(flask("doctor"), "flask init", "INTRANET_INSTANCE")
    assert not instance.exists()


@pytest.mark.parametrize("admins", [[], ["Une <une@example.org>"], ["Une <a@example.org>", "Deux <a@example.org>"]])
def test_init_wants_two_people(flask: Flask, instance: Path, admins: list[str]) -> None:
    refused(flask("init", *[word for admin in admins for word in ("--admin", admin)]), "Name two people")


def test_init_makes_an_instance_once(flask: Flask, instance: Path) -> None:
    admins = ["--admin", "Une <une@example.org>", "--admin", "Deux <deux@example.org>"]
    made = flask("init", *admins)
    assert made.returncode == 0, made.stderr
    assert made.stdout.count("/welcome/") == 2
    assert {p.stat().st_mode & 0o077 for p in [instance, *instance.rglob("*")]} == {0}
    refused(flask("init", *admins), "has accounts already")
    assert flask("keys", "status").returncode == 0


def test_a_folder_that_is_not_ours_is_named(flask: Flask, instance: Path) -> None:
    instance.write_text("a file where a folder should be")
    refused(flask("serve"), "place")
    shutil.rmtree(instance, ignore_errors=True)
