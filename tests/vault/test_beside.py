"""Safes that stand beside others, and safes that an office opens (D-CONF-1, D-CONF-6)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import vault
from app.accounts.models import User
from app.db import db, reading, transaction
from app.errors import NotGranted, SafeDestroyed
from app.people.actions import register, register_safe
from app.people.models import Person
from app.testing import add_user
from app.web.times import today


def who(name: str) -> User:
    users = db.session.scalars(select(User).options(selectinload(User.roles)))
    return next(user for user in users if user.name == name)


@pytest.fixture
def code(context: Flask) -> str:
    """A person of Une's, with a register; Deux follows nobody."""
    with transaction():
        add_user("Une", "support_worker")
        add_user("Deux", "support_worker")
        add_user("Rprp", "privacy_officer")
    with transaction():
        person = register(who("Une"), kind="woman", pseudonym="Grive", first_contact=today())
        register_safe(person)
    return person.code


def her(code: str) -> Person:
    return db.session.scalars(select(Person).where(Person.code == code)).one()


def test_d_conf_1_a_safe_beside_another_opens_to_whom_that_one_was_granted(code: str) -> None:
    with reading():
        person = her(code)
        assert vault.is_granted(who("Une"), person.register_safe_id or 0)
        vault.open_safes(who("Une"), [person.register_safe_id or 0], why="register")
    with reading(), pytest.raises(NotGranted):
        vault.open_safes(who("Deux"), [her(code).register_safe_id or 0], why="register")


def test_d_conf_1_a_grant_on_the_safe_beside_does_not_open_the_first(code: str) -> None:
    with transaction():
        vault.grant(her(code).register_safe_id or 0, who("Deux"), why="test", by=None)
    with reading():
        vault.open_safes(who("Deux"), [her(code).register_safe_id or 0], why="register")
        with pytest.raises(NotGranted):
            vault.open_safes(who("Deux"), [her(code).safe_id], why="person")


def test_d_conf_6_the_privacy_officer_opens_registers_by_office_and_nothing_else(code: str) -> None:
    with reading():
        vault.open_safes(who("Rprp"), [her(code).register_safe_id or 0], why="register")
    with reading(), pytest.raises(NotGranted):
        vault.open_safes(who("Rprp"), [her(code).register_safe_id or 0, her(code).safe_id], why="register")


def test_d_conf_9_a_safe_beside_another_outlives_it_and_is_destroyed_apart(code: str) -> None:
    with transaction():
        vault.destroy(db.session.get_one(vault.Safe, her(code).safe_id), by=None)
    with reading():
        vault.open_safes(who("Rprp"), [her(code).register_safe_id or 0], why="register")
    with transaction():
        vault.destroy(db.session.get_one(vault.Safe, her(code).register_safe_id), by=None)
    with reading(), pytest.raises(SafeDestroyed):
        vault.open_safes(who("Rprp"), [her(code).register_safe_id or 0], why="register")
