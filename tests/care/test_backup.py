"""Backups: whole, encrypted, data and keys apart; what was destroyed stays so."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyrage
import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, inspect, select, text

from app import create_app, vault
from app.care import Refused, hold_instance
from app.care import backup as backups
from app.care.startup import MARKER
from app.config import Settings
from app.db import db, reading, transaction
from app.errors import SafeDestroyed
from app.people.models import Person
from app.testing import SERVER, _admin, add_user

CANARY = "Canari Caché"


def fill(app: Flask) -> None:
    with app.app_context(), transaction():
        worker = add_user(CANARY, "support_worker")
        for number in range(20):
            safe = vault.create_safe("person")
            db.session.add(
                Person(
                    safe_id=safe.id,
                    code=f"C{number:04}",
                    kind="woman",
                    pseudonym=f"{CANARY} {number}",
                    first_contact=date(2026, 3, 2),
                    registered_by=worker.id,
                )
            )
            vault.grant(safe.id, worker, why="assigned", by=worker)


def rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Everything in a database."""
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        return {t: sorted(tuple(r) for r in connection.execute(text(f'SELECT * FROM "{t}"'))) for t in tables}


def data_and_keys(app: Flask) -> tuple[dict[str, list[tuple[object, ...]]], dict[str, list[tuple[object, ...]]]]:
    with app.app_context():
        found = rows(db.engine)
    return found, rows(app.extensions["key_store"].engine)


def forget(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()
    app.extensions["key_store"].engine.dispose()


@pytest.fixture
def filled(app: Flask) -> Flask:
    fill(app)
    return app


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """A new machine: an empty folder, an empty database."""
    url = ""
    if SERVER:
        name = f"elsewhere_{os.getpid()}"
        _admin(f"CREATE DATABASE {name}")
        url = create_engine(SERVER).url.set(database=name).render_as_string(hide_password=False)
    yield Settings(instance=tmp_path / "elsewhere", database_url=url)
    if SERVER:
        _admin(f"DROP DATABASE {name} WITH (FORCE)")


def identity(settings: Settings, tmp_path: Path) -> Path:
    """The key that opens backups, kept apart as it should be."""
    return Path(shutil.copy(backups.identity_file(settings), tmp_path / "identity.txt"))


def test_every_row_is_equal_after_a_restore_on_a_new_machine(
    filled: Flask, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    (settings.instance / "journal").mkdir(exist_ok=True)
    (settings.instance / "journal" / "kept.txt").write_text("2026-03-02 1 abc\n")
    data, keys = backups.create(settings, tmp_path / "out")
    before = data_and_keys(filled)
    backups.restore(elsewhere, data, keys, identity(settings, tmp_path))
    restored = create_app(elsewhere)
    assert data_and_keys(restored) == before
    assert (elsewhere.instance / "journal" / "kept.txt").read_text() == "2026-03-02 1 abc\n"
    with restored.app_context(), reading():
        worker = _worker()
        person = db.session.scalars(select(Person).order_by(Person.id)).first()
        assert person is not None
        vault.open_safes(worker, [person.safe_id], why="test")
        assert person.pseudonym == f"{CANARY} 0"
    forget(restored)


def _worker():  # type: ignore[no-untyped-def]
    from app.accounts.models import User

    return db.session.scalars(select(User)).one()


def test_data_and_keys_are_apart_and_nothing_is_in_clear(filled: Flask, settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "out"
    data, keys = backups.create(settings, out)
    assert "master.key" not in backups.verify(settings, data, None)["files"]
    assert set(backups.verify(settings, keys, None)["files"]) == {"database", "master.key"}
    for archive in out.iterdir():
        content = archive.read_bytes()
        assert content.startswith(b"age-encryption.org/v1")
        assert CANARY.encode() not in content and b"SQLite" not in content and b"core_user" not in content
    assert not (settings.instance / "making").exists()


def test_a_recipient_of_ones_own_keeps_the_key_off_this_machine(
    filled: Flask, settings: Settings, tmp_path: Path
) -> None:
    theirs = pyrage.x25519.Identity.generate()
    (tmp_path / "theirs.txt").write_text(f"# created: today\n{theirs}\n")
    settings = replace(settings, backup_recipient=str(theirs.to_public()))
    data, _keys = backups.create(settings, None)
    assert not backups.identity_file(settings).exists()
    assert backups.verify(settings, data, tmp_path / "theirs.txt")["kind"] == "data"


def spoil(archive: Path, how: str) -> None:
    content = archive.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    archive.write_bytes({"cut": content[:middle], "changed": flipped, "empty": b"", "other": b"hello" * 99}[how])


@pytest.mark.parametrize("how", ["cut", "changed", "empty", "other"])
def test_a_damaged_archive_changes_nothing(filled: Flask, settings: Settings, tmp_path: Path, how: str) -> None:
    data, keys = backups.create(settings, tmp_path / "out")
    before = data_and_keys(filled)
    for spoiled in (data, keys):
        whole = spoiled.read_bytes()
        spoil(spoiled, how)
        with pytest.raises(Refused, match="Nothing was changed"):
            backups.restore(settings, data, keys, None)
        spoiled.write_bytes(whole)
    assert data_and_keys(filled) == before
    assert not (settings.instance / "replaced").exists()


def test_a_wrong_key_changes_nothing(filled: Flask, settings: Settings, tmp_path: Path) -> None:
    data, keys = backups.create(settings, tmp_path / "out")
    (tmp_path / "wrong.txt").write_text(str(pyrage.x25519.Identity.generate()))
    before = data_and_keys(filled)
    with pytest.raises(Refused, match="not the one it was made for"):
        backups.restore(settings, data, keys, tmp_path / "wrong.txt")
    with pytest.raises(Refused, match="--identity"):
        backups.verify(settings, data, tmp_path / "none.txt")
    assert data_and_keys(filled) == before


def test_archives_that_do_not_belong_together_are_refused(
    filled: Flask, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    data, keys = backups.create(settings, tmp_path / "out")
    apart = identity(settings, tmp_path)
    forget(other := create_app(elsewhere))
    assert other
    with pytest.raises(Refused, match="other keys"):
        backups.restore(elsewhere, data, None, apart)
    with pytest.raises(Refused, match="holds the keys, not the data"):
        backups.restore(settings, keys, data, apart)


def test_real_data_never_goes_into_a_demo(filled: Flask, settings: Settings) -> None:
    data, _keys = backups.create(settings, None)
    (settings.instance / MARKER).touch()
    with pytest.raises(Refused, match="holds a demo"):
        backups.restore(settings, data, None, None)


def test_a_running_instance_is_not_restored(filled: Flask, settings: Settings) -> None:
    data, _keys = backups.create(settings, None)
    with hold_instance(settings), pytest.raises(Refused, match="Another run holds"):
        backups.restore(settings, data, None, None)


def test_d_conf_9_a_destroyed_safe_stays_unreadable_in_an_older_backup(filled: Flask, settings: Settings) -> None:
    data, _keys = backups.create(settings, None)
    with filled.app_context(), transaction():
        person = db.session.scalars(select(Person)).first()
        assert person is not None
        safe_id = person.safe_id
        vault.destroy(db.session.get_one(vault.Safe, safe_id), by=None)
    forget(filled)
    backups.restore(settings, data, None, None)
    restored = create_app(settings)
    with restored.app_context(), reading():
        assert db.session.get_one(vault.Safe, safe_id).destroyed_at is None  # the older backup does not know
        with pytest.raises(SafeDestroyed):
            vault.open_safes(_worker(), [safe_id], why="test")
    forget(restored)


def test_a_backup_is_of_one_moment_while_people_write(filled: Flask, settings: Settings, tmp_path: Path) -> None:
    import threading

    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            fill_one(filled)

    with filled.app_context():
        writer = threading.Thread(target=write)
        writer.start()
        archives = [backups.create(settings, tmp_path / str(n)) for n in range(3)]
        stop.set()
        writer.join()
    for data, _keys in archives:
        assert backups.verify(settings, data, None)["kind"] == "data"
    forget(filled)
    backups.restore(settings, *archives[-1], None)
    restored = create_app(settings)
    from app.journal import verify

    with restored.app_context(), reading():
        assert verify().broken_at is None
        vault.key_store().keys(db.session.scalars(select(vault.Safe.uid)).all())  # a key for every safe
    forget(restored)


def fill_one(app: Flask) -> None:
    with app.app_context(), transaction():
        vault.grant(vault.create_safe("person").id, _worker(), why="assigned", by=None)


@pytest.mark.skipif(bool(SERVER), reason="PostgreSQL's programs are there when it runs the tests")
def test_missing_programs_are_said_plainly(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Refused, match="pg_dump is missing"):
        backups._postgres("pg_dump", "postgresql+psycopg://somebody@localhost/none")


def test_the_archive_opens_with_age_and_tar_alone(filled: Flask, settings: Settings, tmp_path: Path) -> None:
    data, _keys = backups.create(settings, None)
    key = pyrage.x25519.Identity.from_str(backups.identity_file(settings).read_text().strip())
    (tmp_path / "clear.tar").write_bytes(pyrage.decrypt(data.read_bytes(), [key]))
    listed = subprocess.run(["tar", "-tf", tmp_path / "clear.tar"], capture_output=True, text=True, check=True).stdout
    assert "manifest.json" in listed and "database" in listed
