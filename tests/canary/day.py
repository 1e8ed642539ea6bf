"""A day of work in which each canary is typed where people type it."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.db import Model
from app.testing import add_user
from tests.access.world import Visitor, World
from tests.canary.pages import form_of
from tests.canary.search import BEGINNING, new_canary

OURS = ("app.", "plugins.")
ROLES = {
    "worker": "support_worker",
    "colleague": "support_worker",
    "peer": "peer_supporter",
    "coordinator": "coordinator",
    "chair": "board_chair",
    "administrator": "administrator",
}
TOO_LONG = "x" * 9000
_ADDRESSES = re.compile(r'\b(?:href|src|action|formaction|hx-get|hx-post)="(?!tel:|sms:|mailto:)([^"]*)"')


def sealed_models() -> dict[str, Any]:
    """Every model of core and plugins that has a sealed column, by its table."""
    classes = (mapper.class_ for mapper in Model.registry.mappers)
    ours = (found for found in classes if found.__module__.startswith(OURS))
    return {found.__tablename__: found for found in ours if getattr(found, "sealed_attributes", ())}


def sealed_places() -> set[str]:
    """Every sealed column: "core_person.name"."""
    return {f"{table}.{name}" for table, model in sealed_models().items() for name in model.sealed_attributes}


class Day:
    """`said`: what addresses, titles and names of files showed; `uids`: the accounts'; `later`: for another topic."""

    def __init__(self, app: Flask) -> None:
        self.world, self.app = World(app), app
        self.words = {place: new_canary() for place in sealed_places()}
        self.said: list[str] = []
        self.later: dict[str, str] = {}
        self.code = ""
        with self.world.writing():
            users = {name: add_user("Compte", role) for name, role in ROLES.items()}
            email = f"{self.words['core_outbox.recipient']}@example.org"
            users["officer"] = add_user("Compte", "privacy_officer", email=email)
            self.world.users = {name: user.id for name, user in users.items()}
            self.uids = {name: user.uid for name, user in users.items()}
        self.worker, self.colleague, self.peer, self.coordinator, self.chair, self.administrator, self.officer = (
            Visitor(self.world, name) for name in (*ROLES, "officer")
        )

    @property
    def file(self) -> str:
        return f"/support/files/{self.code}"

    @property
    def account(self) -> str:
        """What is accounted for about her."""
        return f"/confidentiality/persons/{self.code}"

    def of(self, table: str, *names: str) -> dict[str, str]:
        """What is typed into the fields that are called as the columns are."""
        return {name: self.words[f"{table}.{name}"] for name in names}

    def together(self, *places: str) -> str:
        """One text that is kept in several places."""
        return " ".join(self.words[place] for place in places)

    def know_of(self, paper: bytes) -> None:
        """Its hash is sealed too, in two places: who has a copy of a paper could look for it otherwise."""
        self.words |= dict.fromkeys(("core_paper.sha256", "core_disclosure.sha256"), hashlib.sha256(paper).hexdigest())

    def hidden_from_addresses(self) -> dict[str, str]:
        """What no address, no title and no name of a file may hold: what a stranger types into one, she typed."""
        return {place: word for place, word in self.words.items() if place not in ("a link", "a wrong name")}

    # -- looking and typing

    def ask(self, who: Visitor, method: str, path: str, expected: int = 200, **data: Any) -> TestResponse:
        answer = who.send(method, path, data)
        assert answer.status_code == expected, (method, path, answer.status_code, words_of(answer.text))
        self.said += [path, answer.location or "", answer.headers.get("Content-Disposition", "")]
        if answer.mimetype == "text/html":
            self.said += re.findall(r"<title>.*?</title>", answer.text, re.S)
            self.said += _ADDRESSES.findall(answer.text)
        return answer

    def see(self, who: Visitor, method: str, path: str, expected: int = 200, **data: Any) -> str:
        """A page, or where it leads."""
        answer = self.ask(who, method, path, expected, **data)
        return answer.location or answer.text

    def download(self, who: Visitor, path: str) -> bytes:
        return self.ask(who, "GET", path).data

    def find_all(self, who: Visitor, path: str, pattern: str) -> list[str]:
        return re.findall(pattern, self.see(who, "GET", path))

    def find(self, who: Visitor, path: str, pattern: str) -> str:
        """What the first group of a pattern stands for on a page."""
        found = re.search(pattern, self.see(who, "GET", path))
        assert found, (path, pattern)
        return found[1]

    def fill(
        self,
        who: Visitor,
        path: str,
        action: str = "",
        *,
        slip: bool = True,
        stale: bool = False,
        expected: int = 303,
        **typed: Any,
    ) -> TestResponse:
        """Open a page, fill in its form that goes to `action`, send it.

        `slip`: a text is too long the first time. `stale`: somebody else wrote meanwhile. Nothing typed is lost by it.
        """
        form = form_of(self.see(who, "GET", path), path, action or path, typed)
        sent = form.filled(typed)
        words = {name: value for name, value in typed.items() if isinstance(value, str) and BEGINNING in value}
        for name, value in [*words.items()][:1] if slip else ():
            self._kept(words, self.see(who, "POST", form.action, 422, **sent | {name: value + TOO_LONG}))
        if stale:
            self._kept(words, self.see(who, "POST", form.action, 409, **sent | {"version": "999"}))
        return self.ask(who, "POST", form.action, expected, **sent)

    def press(self, who: Visitor, path: str, action: str, expected: int = 303, **typed: Any) -> TestResponse:
        """A form in which nothing is written."""
        return self.fill(who, path, action, expected=expected, slip=False, **typed)

    def _kept(self, words: dict[str, str], page: str) -> None:
        for name, value in words.items():
            assert value in page, (name, words_of(page))


def words_of(page: str) -> str:
    """What a page says, for who reads why a test failed."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("<main")[2]).split())[:2000]


def last(answer: TestResponse) -> str:
    """What the address that follows ends with: a uid."""
    return (answer.location or "").rpartition("/")[2]
