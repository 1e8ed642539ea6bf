"""A small house: two workers, a coordinator, a chair, a privacy officer; one person of the first worker's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.models import User
from app.db import db, reading, transaction
from app.hookspecs import Due
from app.journal.models import JournalEntry
from app.people.actions import register
from app.people.models import Person
from app.testing import add_user
from plugins.confidentiality import slots


@dataclass
class House:
    app: Flask
    worker: int
    other: int
    coordinator: int
    chair: int
    officer: int
    administrator: int
    peer: int
    code: str = ""  # of the person whom the worker registered

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A unit of work beside the requests of a test."""
        with self.app.app_context(), transaction():
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        with self.app.app_context(), reading():
            yield


def who(number: int) -> User:
    """An account with its roles, in the unit of work under way."""
    return db.session.scalars(select(User).options(selectinload(User.roles)).where(User.id == number)).one()


def her(code: str) -> Person:
    return db.session.scalars(select(Person).where(Person.code == code)).one()


def journaled() -> list[str]:
    """The actions of the journal, in order."""
    return list(db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)))


@pytest.fixture
def house(app: Flask) -> House:
    with app.app_context(), transaction():
        made = House(
            app,
            add_user("Intervenante Une", "support_worker").id,
            add_user("Intervenante Deux", "support_worker").id,
            add_user("Coordonnatrice", "coordinator").id,
            add_user("Présidente", "board_chair").id,
            add_user("Responsable", "privacy_officer").id,
            add_user("Administratrice", "administrator").id,
            add_user("Paire Une", "peer_supporter").id,
        )
    with made.writing():
        person = register(who(made.worker), kind="woman", pseudonym="Hirondelle", first_contact=date(2026, 3, 2))
        made.code = person.code
    return made


def deadlines(user: User, until: date) -> list[Due]:
    """What waits for her about persons: her own undertaking left out."""
    return [due for due in slots.deadlines(user, until) if not due.url.endswith("/undertaking")]
