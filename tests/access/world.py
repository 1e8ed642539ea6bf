"""A small house with somebody in every role, and the things that a route may name: each hers, or somebody else's."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.test import TestResponse

from app.accounts.models import Invitation, Passkey, RoleGrant, User
from app.accounts.permissions import ROLES
from app.accounts.sessions import cookie_name, fingerprint, new_session_row
from app.catalogue.models import Service
from app.db import db, now, transaction
from app.people import actions as people
from app.people.models import Person, SafeContact
from app.plugins import PluginState
from app.testing import add_user
from app.web.times import today
from plugins.support import actions as support
from plugins.support import queries
from plugins.support.models import Assignment, CaseFile, Visit

NOBODY = "nobody"  # not signed in
SIGNED_OUT = {NOBODY, "disabled"}  # an account that was disabled, with every role: its session is worth nothing
ROLELESS = {"without_role", "former"}  # `former`: every role, each of them ended, over, to come or not approved
ACTORS = [*ROLES, *sorted(ROLELESS), *sorted(SIGNED_OUT)]
SIGNED_IN = set(ACTORS) - SIGNED_OUT

OWN = {
    "pseudonym": "Grivebleue Ardoise", "name": "Aulnevert Démo", "address": "514 555-0147",
    "name_to_use": "Josette du garage", "line": "Préfère les jeudis tranquilles", "step": "Lui apporter la carte",
}  # fmt: skip
FOREIGN = {
    "pseudonym": "Sarcelleor Topazine", "name": "Meleziel Démo", "address": "438 555-0162",
    "name_to_use": "Colette des fleurs", "line": "Demande une place calme", "step": "Relire la lettre avec elle",
}  # fmt: skip


@dataclass(frozen=True)
class Her:
    """A person with a file: what addresses name of her."""

    code: str
    contact: str  # uids
    exchange: str


@dataclass
class World:
    app: Flask
    users: dict[str, int] = field(default_factory=dict)
    own: Her = Her("", "", "")  # the worker's, with the peer beside her
    foreign: Her = Her("", "", "")  # another worker's
    browsers: dict[str, Visitor] = field(default_factory=dict)

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

    def make_person(self, words: Mapping[str, str], worker: str, *, peer: bool) -> Her:
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
        return Her(person.code, way, noted.uid)

    def switch(self, *, plugin: bool = True, services: Mapping[int, bool] | None = None) -> None:
        """Everything on, but for what is said."""
        wanted = dict.fromkeys(range(1, 15), True) | dict(services or {})
        with self.writing():
            db.session.merge(PluginState(name="support", enabled=plugin))
            for number, on in wanted.items():
                db.session.merge(Service(number=number, enabled=on))

    # -- what a request names

    def arguments(self, endpoint: str, actor: str, her: Her, *, fresh: bool = False) -> tuple[dict[str, Any], Any]:
        """What the address and the form of a route name: real things, each of which the route would act upon.

        `fresh`: made for this request alone, as it may be its end.
        """
        with self.writing():
            if fresh and endpoint.partition(".")[0] in {"people", "support"}:
                her = self.make_person(OWN, "support_worker", peer=True)
            return self._address(endpoint, actor, her), self._form(endpoint, actor, her)

    def _address(self, endpoint: str, actor: str, her: Her) -> dict[str, Any]:
        simple: dict[str, Any] = {"code": her.code, "uid": her.contact, "key": "core.quick_exit_url", "number": 1}
        simple |= {"name": "support", "state": "on", "step": "confirm", "filename": "css/app.css"}
        match endpoint:
            case "web.choose_language":
                return {"code": "en"}
            case "support.correct_contact":
                return {"uid": her.exchange}
            case "support.end_assignment":
                held = select(Assignment.id).where(Assignment.file_id == queries.file_by_code(her.code).id)
                return {"number": db.session.scalars(held.where(Assignment.until.is_(None))).first()}
            case "support.open_file":
                person = people.register(self.who("support_worker"), kind="woman", first_contact=date(2026, 3, 2))
                return {"code": person.code if her is not self.foreign else her.code}
            case "accounts.approve" | "accounts.end":
                return {"grant_id": self._proposal().id}
            case "accounts.welcome" | "accounts.welcome_factor" | "accounts.welcome_passkey_options":
                return {"token": self._invitation(chosen=endpoint != "accounts.welcome")}
        if endpoint.startswith("accounts."):
            return {"uid": self._account().uid}
        return simple

    def _form(self, endpoint: str, actor: str, her: Her) -> dict[str, Any]:
        day = today().isoformat()
        exchange = {"kind": "listening", "how": "phone", "day": day, "minutes": "10", "line": "", "version": "1"}
        match endpoint:
            case "people.new" | "people.edit":
                return {"kind": "woman", "prefers": "fr", "first_contact": day, "pseudonym": OWN["pseudonym"]} | (
                    {"different": "1"}
                )
            case "people.contact":
                return {"channel": "phone", "address": OWN["address"]}
            case "people.search" | "support.find_files" | "support.who" | "desk.palette" | "desk.search":
                return {"q": "Gr"}
            case "support.log_contact" | "support.correct_contact":
                return exchange
            case "support.log_contact_with":
                return {**exchange, "code": her.code}
            case "support.anonymous":
                return {**exchange, "language": "fr"}
            case "support.set_next_step":
                version = db.session.scalars(select_version(her.code)).one()
                return {"step": "call", "on": day, "line": "", "version": str(version)}
            case "support.reassessed":
                return {"version": str(db.session.scalars(select_version(her.code)).one())}
            case "support.count_visit":
                return {"day": day, "number": "1"}
            case "support.undo_visit":
                if actor in self.users:
                    db.session.add(Visit(day=today(), number=1, by=self.users[actor]))
                return {}
            case "support.assign":
                return {"to": self.who("colleague").uid, "ids": her.code}
            case "catalogue.switch_service":
                return {"on": "1"}
            case "catalogue.change_setting":
                return {"value": f"https://{secrets.token_hex(4)}.example.org/", "language": ""}
            case "accounts.invite":
                return {"name": "Nouvelle Démo", "email": f"{secrets.token_hex(6)}@example.org", "language": "fr"}
            case "accounts.propose":
                until = (today() + timedelta(days=30)).isoformat()
                return {"role": "auditor", "since": day, "until": until}
            case "accounts.remove_factor":
                return {"passkey": str(self._passkey(actor))}
            case "accounts.change_language":
                return {"language": "en"}
            case "accounts.end_one":
                return {"session": "of-nobody"}
            case "accounts.sign_in_with_password":
                return {"email": f"{secrets.token_hex(6)}@example.org", "password": "not the one"}
        return {}

    def _account(self) -> User:
        """She joined: a password, a second factor; a link to take that away waits for a second person."""
        user = add_user("Cible Démo", password_hash="x")
        user.totp_secret = "JBSWY3DPEHPK3PXP"
        waits = Invitation(token_hash=secrets.token_hex(32), until=now() + timedelta(days=1), afresh=True)
        waits.user_id, waits.asked_by = user.id, self.users["proposer"]
        db.session.add(waits)
        db.session.flush()
        return user

    def _proposal(self) -> RoleGrant:
        given = RoleGrant(role="auditor", since=today(), until=today() + timedelta(days=9))
        given.user_id, given.proposed_by = self._account().id, self.users["proposer"]
        db.session.add(given)
        db.session.flush()
        return given

    def _invitation(self, *, chosen: bool) -> str:
        token = secrets.token_urlsafe(32)
        invited = Invitation(token_hash=fingerprint(token), until=now() + timedelta(days=1), afresh=True)
        invited.user_id, invited.password_hash = self._account().id, "x" if chosen else None
        db.session.add(invited)
        return token

    def _passkey(self, actor: str) -> int:
        """Hers, beside an app that stays."""
        if actor not in self.users:
            return 1
        self.who(actor).totp_secret = "A" * 32
        key = Passkey(user_id=self.users[actor], credential=secrets.token_bytes(16), public_key=b"x", sign_count=0)
        key.device = "Démo"
        db.session.add(key)
        db.session.flush()
        return key.id


def select_version(code: str) -> Any:
    return select(CaseFile.version).join(CaseFile.person).where(Person.code == code)


_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """A browser, who sits at it, and the CSRF token of the pages she sees."""

    def __init__(self, world: World, actor: str) -> None:
        self.world, self.actor = world, actor
        settings = world.app.config["SETTINGS"]
        self.base_url = settings.base_url if settings.secure else "http://localhost"
        self.begin()

    def begin(self, *, confirmed: bool = True) -> None:
        self.client = FlaskClient(self.world.app, use_cookies=True)
        if self.actor != NOBODY:
            token = secrets.token_urlsafe(32)
            with self.world.writing():
                row = new_session_row(fingerprint(token), self.world.users[self.actor])
                # A run may take longer than five minutes: she confirmed it for the whole day.
                row.confirmed_at = now() + timedelta(days=1) if confirmed else None
                db.session.add(row)
            self.client.set_cookie(cookie_name(self.world.app), token, domain=self.base_url.split("//")[1])
        page = self.client.get("/sign-in" if self.actor in SIGNED_OUT else "/account", base_url=self.base_url)
        found = _TOKEN.search(page.text)
        assert found, page.text
        self.csrf = found[1]

    def url(self, endpoint: str, arguments: Mapping[str, Any]) -> str:
        with self.world.app.test_request_context():
            return url_for(endpoint, **arguments)

    def send(self, method: str, path: str, data: Any = None, **options: Any) -> TestResponse:
        """With the token, when it writes. Whoever signed out by it signs in again afterwards."""
        if method == "POST" and "content_type" not in options:
            data = {"csrf_token": self.csrf, **(data or {})}
        answer = self.client.open(path, method=method, data=data, base_url=self.base_url, **options)
        if answer.headers.getlist("Set-Cookie") or "Clear-Site-Data" in answer.headers:
            self.begin()
        return answer


def build(app: Flask) -> World:
    world = World(app)
    with world.writing():
        users = {role: add_user(f"Compte {role}", role) for role in ROLES}
        users |= {name: add_user(f"Compte {name}") for name in ("without_role", "former", "proposer")}
        users["disabled"] = add_user("Compte disabled", *ROLES)
        users["disabled"].disabled_at = now()
        users["colleague"] = add_user("Compte colleague", "support_worker")
        users["former"].roles = [grant for role in ROLES for grant in _worth_nothing(role)]
        db.session.flush()
        world.users = {name: user.id for name, user in users.items()}
    with world.writing():
        world.own = world.make_person(OWN, "support_worker", peer=True)
        world.foreign = world.make_person(FOREIGN, "colleague", peer=False)
    return world


def _worth_nothing(role: str) -> Iterator[RoleGrant]:
    """A role that is over, one that was ended, one that is to come, one that nobody approved."""
    day, held = timedelta(days=1), {"approved_at": now()}
    yield RoleGrant(role=role, since=today() - 9 * day, until=today() - day, **held)
    yield RoleGrant(role=role, since=today() - 9 * day, until=today() + day, ended_at=now(), **held)
    yield RoleGrant(role=role, since=today() + day, until=today() + 9 * day, **held)
    yield RoleGrant(role=role, since=today() - day, until=today() + day)
