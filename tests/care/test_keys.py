"""flask keys: rotation while people work, and where it stands."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask

from app import vault
from app.db import transaction
from app.vault import keystore
from app.vault.keystore import write_master


def test_keys_rotate_while_people_work(app: Flask) -> None:
    stop, made = threading.Event(), []

    def work() -> None:
        while not stop.is_set():
            with app.app_context(), transaction():
                made.append(vault.create_safe("person").uid)

    worker = threading.Thread(target=work)
    worker.start()
    runner = app.test_cli_runner()
    results = [runner.invoke(args=["keys", "rotate"]) for _ in range(3)]
    stop.set()
    worker.join()
    assert [result.exit_code for result in results] == [0, 0, 0], results[-1].output
    with app.app_context():
        assert len(vault.key_store().keys(made)) == len(made) > 0
        assert len(vault.key_store().status()) == 1


def test_a_rotation_that_was_stopped_goes_on(app: Flask) -> None:
    with app.app_context(), transaction():
        uids = [vault.create_safe("person").uid for _ in range(3)]
    write_master(app.config["SETTINGS"].master_key, keep=True)  # killed right after the new key was written
    runner = app.test_cli_runner()
    assert len(runner.invoke(args=["keys", "status"]).output.splitlines()) == 2
    assert runner.invoke(args=["keys", "rotate"]).exit_code == 0
    assert len(runner.invoke(args=["keys", "status"]).output.splitlines()) == 1
    with app.app_context():
        assert len(vault.key_store().keys(uids)) == 3


def test_two_rotations_at_once_lose_no_key(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reads the key file, then writes it: what the other wrote between would be gone, with all that it wraps."""
    with app.app_context(), transaction():
        uids = [vault.create_safe("person").uid for _ in range(3)]
    store = app.extensions["key_store"]
    both, replace = threading.Barrier(2), keystore._replace

    def slowly(path: Path, text: str) -> None:
        if text.count("\n") > 1:
            with suppress(threading.BrokenBarrierError):
                both.wait(timeout=1)
        replace(path, text)

    monkeypatch.setattr(keystore, "_replace", slowly)
    done: list[int] = []
    rotations = [threading.Thread(target=lambda: done.append(store.rotate())) for _ in range(2)]
    for rotation in rotations:
        rotation.start()
    for rotation in rotations:
        rotation.join()
    assert len(done) == 2
    assert len(store.status()) == 1
    assert len(store.keys(uids)) == 3


def test_a_rotation_that_ends_leaves_the_key_of_one_that_begins(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the last wrapping of one and its clean-up, another rotation puts its own key first."""
    with app.app_context(), transaction():
        uids = [vault.create_safe("person").uid for _ in range(3)]
    store = app.extensions["key_store"]
    rewrap = store._rewrap

    def and_then_another_begins() -> int:
        wrapped: int = rewrap()
        if not wrapped:
            write_master(app.config["SETTINGS"].master_key, keep=True)
        return wrapped

    monkeypatch.setattr(store, "_rewrap", and_then_another_begins)
    store.rotate()
    assert len(keystore.KeyStore(store.url, store.master).keys(uids)) == 3
