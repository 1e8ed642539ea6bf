"""A sealed value that does not open: those who can look into it, or bring it back, are told on their desks."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from app.care.doctor import examine
from app.db import db, now, transaction
from app.errors import Damaged
from app.people.actions import register
from app.people.models import Person
from app.testing import SignIn, add_user
from app.web.times import today


@pytest.fixture
def damage(app: Flask) -> None:
    """Somebody met a pseudonym in which a bit changed."""
    with app.app_context(), transaction():
        worker = add_user("Intervenante", "support_worker")
        person = register(worker, kind="woman", pseudonym="Hirondelle", first_contact=today())
        db.session.flush()
        raw = person._pseudonym  # type: ignore[attr-defined]
        person._pseudonym = raw[:-1] + bytes([raw[-1] ^ 1])  # type: ignore[attr-defined]
        number, worker_id = person.id, worker.id
    with app.app_context(), pytest.raises(Damaged), transaction():
        from app import vault
        from app.accounts.queries import by_id

        found = db.session.get_one(Person, number)
        vault.open_safes(by_id(worker_id), [found.safe_id], why="try")
        _ = found.pseudonym


@pytest.mark.usefixtures("damage")
@pytest.mark.parametrize("role", ["privacy_officer", "administrator"])
def test_bad_input_a_damaged_value_is_an_alert_for_a_week(app: Flask, signed_in: SignIn, role: str) -> None:
    assert "A sealed record is damaged" in signed_in(role).get("/").text
    with time_machine.travel(now() + timedelta(days=8)):
        assert "A sealed record is damaged" not in signed_in(role).get("/").text


@pytest.mark.usefixtures("damage")
@pytest.mark.parametrize("role", ["support_worker", "coordinator", "board_member"])
def test_an_alert_is_for_who_can_do_something(signed_in: SignIn, role: str) -> None:
    assert "A sealed record is damaged" not in signed_in(role).get("/").text


def test_nothing_is_said_when_all_opens(app: Flask, signed_in: SignIn) -> None:
    assert "A sealed record is damaged" not in signed_in("administrator").get("/").text
    assert dict(examine(app, full=False))["sealed records"] == []


@pytest.mark.usefixtures("damage")
def test_the_doctor_names_the_column_and_nobody(app: Flask) -> None:
    [wrong] = dict(examine(app, full=False))["sealed records"]
    assert "core_person.pseudonym" in wrong and "backup" in wrong
