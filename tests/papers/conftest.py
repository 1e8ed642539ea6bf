"""A worker who may open a safe, another who may not, and a page that takes a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import joinedload

import app as core
from app import papers, vault
from app.accounts.models import User
from app.config import Settings
from app.db import db, transaction
from app.testing import _dispose, add_user
from tests.papers.page import page

SUBJECT = "the-record-it-belongs-to"
Keep = Callable[..., str]


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The house, and one page more."""
    rooms = core.register_rooms

    def rooms_and_one_more(made: Flask) -> None:
        rooms(made)
        made.register_blueprint(page)

    monkeypatch.setattr(core, "register_rooms", rooms_and_one_more)
    made = core.create_app(settings)
    made.testing = True
    yield made
    _dispose(made)


@pytest.fixture
def team(app: Flask) -> dict[str, int]:
    """Ids: two workers, and a safe that opens to the first."""
    with app.app_context(), transaction():
        ana, bea = (add_user(f"{name} Démo", "support_worker") for name in ("Ana", "Béa"))
        safe = vault.create_safe("person")
        vault.grant(safe.id, ana, why="assigned", by=ana)
        return {"ana": ana.id, "bea": bea.id, "safe": safe.id}


def user(number: int, *, roles: bool = False) -> User:
    return db.session.get_one(User, number, options=[joinedload(User.roles)] if roles else [], populate_existing=roles)


def who(number: int) -> Any:
    """Somebody to sign in, known by her id."""
    return SimpleNamespace(id=number)


@pytest.fixture
def keep(app: Flask, team: dict[str, int]) -> Keep:
    """`keep(content, name)` by the first worker → the paper's uid."""

    def kept(content: bytes, name: str = "", subject: str = SUBJECT) -> str:
        with app.app_context(), transaction():
            return papers.keep(user(team["ana"]), team["safe"], content, name, subject=subject).uid

    return kept
