"""flask keys: rotation while people work, and where it stands."""

from __future__ import annotations

import threading

from flask import Flask

from app import vault
from app.db import transaction
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
