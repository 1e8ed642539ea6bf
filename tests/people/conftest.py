"""Two workers and what each registers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import User
from app.db import db, transaction
from app.people import actions
from app.people.models import Person
from app.testing import add_user

Register = Callable[..., str]


@pytest.fixture
def team(app: Flask) -> dict[str, int]:
    """Ids of users by name: two workers, a peer, a coordinator."""
    roles = {"ana": "support_worker", "bea": "support_worker", "peer": "peer_supporter", "chief": "coordinator"}
    with app.app_context(), transaction():
        users = {name: add_user(f"{name.title()} Démo", role) for name, role in roles.items()}
        for each in users.values():
            each.language = "en"  # the tests read the pages' own words
        return {name: each.id for name, each in users.items()}


def user(number: int) -> User:
    from sqlalchemy.orm import joinedload

    return db.session.get_one(User, number, options=[joinedload(User.roles)])


def person(code: str) -> Person:
    return db.session.query(Person).filter_by(code=code).one()


@pytest.fixture
def register(app: Flask, team: dict[str, int]) -> Register:
    """`register("ana", pseudonym="Hirondelle")` → her code."""

    def make(who: str, **values: Any) -> str:
        values = {"kind": "woman", "first_contact": date(2026, 3, 2), **values}
        with app.app_context(), transaction():
            return actions.register(user(team[who]), **values).code

    return make
