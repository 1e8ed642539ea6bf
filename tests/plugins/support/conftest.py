"""A small house: two workers, a peer, a coordinator, an administrator; one person followed by the first worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.models import User
from app.db import db, reading, transaction
from app.journal.models import JournalEntry
from app.people.actions import register
from app.testing import add_user
from plugins.support import actions

LINE = "Veut visiter un logement jeudi."


@dataclass
class House:
    app: Flask
    worker: int
    other: int
    peer: int
    coordinator: int
    administrator: int
    code: str = ""  # of the person who is followed by the worker

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


def opened(worker: User, pseudonym: str | None = "Hirondelle") -> str:
    """A registered person with a file, by the worker: her code."""
    person = register(worker, kind="woman", pseudonym=pseudonym, first_contact=date(2026, 3, 2))
    actions.open_file(worker, person)
    return person.code


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
            add_user("Paire Une", "peer_supporter").id,
            add_user("Coordonnatrice", "coordinator").id,
            add_user("Administratrice", "administrator").id,
        )
    with made.writing():
        made.code = opened(who(made.worker))
    return made


@pytest.fixture
def fields() -> Callable[..., dict[str, object]]:
    """A contact as the action takes it."""

    def filled(**values: object) -> dict[str, object]:
        from app.web.times import today

        return {"kind": "support", "how": "phone", "day": today(), "minutes": 20, "line": LINE, **values}

    return filled
