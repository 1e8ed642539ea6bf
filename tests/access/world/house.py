"""The house: its app, its accounts, its persons, and what the address and the form of a route name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.models import User
from app.catalogue.models import Service
from app.db import db, transaction
from app.people import actions as people
from app.people.models import Person, SafeContact
from app.plugins import PluginState
from app.web.times import today
from plugins.support import actions as support
from tests.access.world import named, things
from tests.access.world.cast import FOREIGN, OWN, members
from tests.access.world.visitor import Visitor

ROOMS: dict[str, Any] = {"support": named.follow_up, "confidentiality": named.confidentiality}
MAKE = things.follow_up.MAKE | things.confidentiality.MAKE


@dataclass
class Her:
    """A person with a file, and what addresses name of her: made when it is first asked for, then the same."""

    world: World = field(repr=False)
    code: str
    worker: str = "support_worker"  # who follows her
    consulted: str = "coordinator"  # who is asked to look at decisions about her
    words: Mapping[str, str] = field(default_factory=lambda: OWN)
    things: dict[str, str] = field(default_factory=dict)

    def of(self, kind: str) -> str:
        """What names a thing of hers: mostly its uid. In a unit for writing."""
        if kind not in self.things:
            self.things[kind] = MAKE[kind](self.world, self)
        return self.things[kind]

    def person(self) -> Person:
        return db.session.scalars(select(Person).where(Person.code == self.code)).one()

    def user(self) -> User:
        return self.world.who(self.worker)


@dataclass
class World:
    app: Flask
    users: dict[str, int] = field(default_factory=dict)
    own: Her = field(init=False)  # the worker's, with the peer beside her
    foreign: Her = field(init=False)  # another worker's
    browsers: dict[str, Visitor] = field(default_factory=dict)
    said: dict[tuple[str, str], tuple[Any, Any]] = field(default_factory=dict)

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self.app.app_context(), transaction():
            yield

    def who(self, actor: str) -> User:
        """An account with its roles, in the unit of work under way."""
        query = select(User).options(selectinload(User.roles)).where(User.id == self.users[actor])
        return db.session.scalars(query).one()

    def visitor(self, actor: str) -> Visitor:
        """A browser in which she is signed in, and has just confirmed that it is she."""
        if actor not in self.browsers:
            self.browsers[actor] = Visitor(self, actor)
        return self.browsers[actor]

    def make_person(self, words: Mapping[str, str], worker: str, *, peer: bool, **more: Any) -> Her:
        """Registered by a worker, with a safe contact, a file, an exchange and a next step. In a unit for writing."""
        user = self.who(worker)
        contact = {"channel": "text", "address": words["address"], "name_to_use": words["name_to_use"]}
        person = people.register(
            user, kind="woman", name=words["name"], pseudonym=words["pseudonym"], first_contact=date(2026, 3, 2),
            contacts=[contact],
        )  # fmt: skip
        file = support.open_file(user, person)
        noted = support.log_contact(user, file, kind="news", how="text", day=today(), minutes=5, line=words["line"])
        support.set_next_step(user, file, step="call", on=today(), line=words["step"], version=file.version)
        if peer:
            support.assign(self.who("coordinator"), file, self.who("peer_supporter"))
        way = db.session.scalars(select(SafeContact.uid).where(SafeContact.person_id == person.id)).one()
        return Her(self, person.code, worker, words=words, things={"way": way, "exchange": noted.uid}, **more)

    def switch(self, *off: str, services: Mapping[int, bool] | None = None) -> None:
        """Everything on, but for the plugins that are named and the services that are said to be off."""
        wanted = dict.fromkeys(range(1, 15), True) | dict(services or {})
        with self.writing():
            for plugin in ROOMS:
                db.session.merge(PluginState(name=plugin, enabled=plugin not in off))
            for number, on in wanted.items():
                db.session.merge(Service(number=number, enabled=on))

    def arguments(self, endpoint: str, actor: str, her: Her, *, fresh: bool = False) -> tuple[dict[str, Any], Any]:
        """What the address and the form of a route name: real things, each of which the route would act upon.

        `fresh`: made for this request alone, as it may be its end.
        """
        room = endpoint.partition(".")[0]
        with self.writing():
            if fresh and room in {"people", "papers", *ROOMS}:
                her = self.make_person(OWN, "support_worker", peer=True)
            of_room = ROOMS.get(room, named.core)
            return of_room.address(self, endpoint, actor, her), of_room.form(self, endpoint, actor, her)

    def known(self, endpoint: str, her: Her) -> tuple[dict[str, Any], Any]:
        """The same as the last time, for who is to be kept out: nothing becomes of it."""
        if (endpoint, her.code) not in self.said:
            self.said[endpoint, her.code] = self.arguments(endpoint, "proposer", her)
        return self.said[endpoint, her.code]


def build(app: Flask) -> World:
    world = World(app)
    with world.writing():
        made = members()
        db.session.flush()
        world.users = {name: user.id for name, user in made.items()}
    with world.writing():
        world.own = world.make_person(OWN, "support_worker", peer=True)
        world.foreign = world.make_person(FOREIGN, "colleague", peer=False, consulted="coordinator_too")
    for her in (world.own, world.foreign):
        for kind in MAKE:
            with world.writing():
                her.of(kind)
    return world
