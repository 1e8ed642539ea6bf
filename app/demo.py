"""The demo: an organisation that does not exist, its staff and the persons it serves, all invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import func, insert, select

from app import schema
from app.accounts.actions import set_up_demo_account
from app.accounts.models import User
from app.care.startup import Refused
from app.catalogue.models import Service
from app.catalogue.services import SERVICES
from app.config import Settings
from app.db import db, reading, transaction
from app.journal import record
from app.people import rules
from app.people.models import Person, SafeContact
from app.plugins import plugins_of, switch
from app.vault import Grant, create_safes
from app.vault.bulk import insert_many
from app.web.times import today

LIMIT = 900.0  # seconds a plugin may take to fill its tables
STAFF = {
    "support_worker": ("Intervenante Démo 1", "Intervenante Démo 2"),
    "peer_supporter": ("Paire Démo 1", "Paire Démo 2"),
    "coordinator": ("Coordonnatrice Démo",),
    "board_chair": ("Présidente Démo",),
    "complaints_committee": ("Comité Démo 1", "Comité Démo 2", "Comité Démo 3"),
    "board_member": ("Administratrice du CA Démo",),
    "fund_approver": ("Responsable du fonds Démo",),
    "fund_payer": ("Trésorière Démo",),
    "privacy_officer": ("Responsable des renseignements Démo",),
    "auditor": ("Auditrice Démo",),
    "administrator": ("Administratrice technique Démo 1", "Administratrice technique Démo 2"),
}
BIRDS = "Alouette Bernache Colombe Fauvette Grive Hirondelle Linotte Mésange Mouette Sarcelle Sittelle"
STONES = "Agate Ambre Améthyste Calcite Citrine Jade Labradorite Obsidienne Opale Quartz Topaze Turquoise"
TREES = "Aubépine Aulne Bouleau Cèdre Érable Frêne Mélèze Noisetier Orme Peuplier Pruche Sapin Saule Tilleul"


class Known(NamedTuple):
    """A person of the demo, and the worker whose she is."""

    id: int
    code: str
    kind: str
    safe_id: int
    worker_id: int
    first_contact: date


@dataclass
class World:
    """What a plugin's `load_demo` builds on; its `rng` is the same each time. `insert` is for thousands of rows."""

    rng: Random
    today: date
    staff: dict[str, list[User]]
    people: list[Known] = field(default_factory=list)

    def user(self, role: str) -> User:
        return self.staff[role][0]

    def users(self, role: str) -> list[User]:
        return self.staff[role]

    insert = staticmethod(insert_many)
    create_safes = staticmethod(create_safes)

    def grant(self, safe_ids: list[int], user_ids: list[int], why: str = "assigned") -> None:
        """Many grants at once, pairwise."""
        rows = [{"safe_id": s, "user_id": u, "why": why} for s, u in zip(safe_ids, user_ids, strict=True)]
        if rows:
            db.session.execute(insert(Grant), rows)


def make_demo(app: Flask, people: int) -> Iterator[str]:
    """Fill a demo, once and whole or not at all; then say who can sign in. Raises Refused for a real instance."""
    settings: Settings = app.config["SETTINGS"]
    if not settings.demo:
        raise Refused("Invented people go into a demo only: start one with bin/run, or set INTRANET_DEMO=1.")
    schema.upgrade(app)
    with app.app_context(), transaction():
        if not db.session.scalar(select(func.count()).select_from(User)):
            fill(app, people)
    with app.app_context(), reading():
        yield "Demo accounts, one for each role:"
        for user in db.session.scalars(select(User).order_by(User.id)):
            yield f"  {user.email:38} {user.name}"


def fill(app: Flask, people: int) -> World:
    """Staff, persons, every service and plugin on. Inside a unit of work for writing, which the plugins' data joins."""
    world = World(Random(1), today(), {role: [_user(role, name) for name in names] for role, names in STAFF.items()})  # noqa: S311
    for number in SERVICES:
        db.session.merge(Service(number=number, enabled=True))
    register_people(world, people)
    plugins = plugins_of(app)
    for info, _module in plugins.loaded():
        switch(info.name, on=True, by=None, why="demo")
        for user in (user for users in world.staff.values() for user in users):
            user.__dict__.pop("permissions", None)  # what she may do grows with each plugin that is on
            user.__dict__.pop("opens", None)
        plugins.run(info.name, "load_demo", limit=LIMIT, world=world)
    record("demo.made", by=None, people=people)
    return world


def _user(role: str, name: str) -> User:
    number = name.rsplit(" ", 1)[-1]
    email = f"{role.replace('_', '-')}{f'-{number}' if number.isdigit() else ''}@demo.example"
    return set_up_demo_account(name, email, role)


def register_people(world: World, count: int) -> None:
    """Persons and their safe contacts, shared among the support workers."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        codes["".join(world.rng.choices(rules.ALPHABET, k=rules.CODE_LENGTH))] = None
    workers = world.users("support_worker")
    rows = [
        _person(world, code, safe, workers[number % len(workers)].id)
        for number, (code, safe) in enumerate(zip(codes, create_safes("person", count), strict=True))
    ]
    ids = insert_many(Person, rows)
    world.people = [
        Known(id_, r["code"], r["kind"], r["safe_id"], r["registered_by"], r["first_contact"])
        for id_, r in zip(ids, rows, strict=True)
    ]
    world.grant([p.safe_id for p in world.people], [p.worker_id for p in world.people], "registered")
    insert_many(SafeContact, [_contact(world, person) for person in world.people if world.rng.random() < 0.7])


def _person(world: World, code: str, safe: int, worker: int) -> dict[str, Any]:
    rng = world.rng
    bird, stone, tree = (rng.choice(words.split()) for words in (BIRDS, STONES, TREES))
    pseudonym = f"{bird} {stone}" if rng.random() < 0.85 else None  # else a code alone (D-FILE-2)
    return {
        "code": code,
        "safe_id": safe,
        "kind": "relative" if rng.random() < 0.15 else "woman",
        "name": f"{tree} Démo" if pseudonym and rng.random() < 0.3 else None,
        "pseudonym": pseudonym,
        "languages": rng.choices(["fr", "en", "fr en", "es fr", "ht fr"], [60, 15, 10, 8, 7])[0],
        "age_band": rng.choice([None, *rules.AGE_BANDS]),
        "first_contact": world.today - timedelta(days=int(720 * rng.random() ** 2)),
        "registered_by": worker,
    }


def _contact(world: World, person: Known) -> dict[str, Any]:
    rng = world.rng
    return {
        "safe_id": person.safe_id,
        "person_id": person.id,
        "rank": 1,
        "channel": rng.choice(["text", "phone"]),
        "address": f"514 555-01{rng.randrange(100):02}",
        "leave_message": rng.random() < 0.3,
        "who_may_answer": None,
        "name_to_use": rng.choice([None, "Sophie, de la clinique"]),
        "hours": rng.choice([None, "de 9 h à 16 h", "le soir"]),
        "name_us": False,
        "confirmed_on": world.today - timedelta(days=rng.randrange(120)),
    }
