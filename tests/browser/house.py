"""A demo organisation behind a real server, and what is looked at in it: for the tests, the pictures, the measures."""

from __future__ import annotations

import logging
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Flask, abort
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from werkzeug.serving import make_server

from app import create_app
from app.accounts import actions as accounts
from app.accounts.models import User
from app.accounts.permissions import PUBLIC, needs
from app.accounts.sessions import cookie_name, fingerprint, new_session_row
from app.config import Settings
from app.db import db, reading, transaction
from app.demo import STAFF, make_demo

ELSEWHERE = "https://fr.wikipedia.org/**"


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """The app behind a server with threads; its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()


@dataclass
class House:
    """A demo organisation: invented people, one account for each role, pages that fail on demand."""

    app: Flask
    address: str

    def account(self, role: str) -> int:
        """The first account of a role; the number of its row."""
        with self.app.app_context(), reading():
            names = STAFF[role]
            everybody = db.session.scalars(select(User).order_by(User.id))
            return next(user.id for user in everybody if user.name == names[0])

    def enter(self, context: BrowserContext, who: str | int | None) -> None:
        """A fresh session, in which she has just confirmed that it is she."""
        context.clear_cookies()
        if who is not None:
            context.add_cookies([{"name": cookie_name(self.app), "value": self._session(who), "url": self.address}])

    def client(self, who: str) -> FlaskClient:
        """The same without a browser, to ask for pages."""
        made = self.app.test_client()
        made.set_cookie(cookie_name(self.app), self._session(who))
        return made

    def _session(self, who: str | int) -> str:
        token = secrets.token_urlsafe(32)
        user = self.account(who) if isinstance(who, str) else who
        with self.app.app_context(), transaction():
            db.session.add(new_session_row(fingerprint(token), user))
        return token

    def invitation(self, name: str, email: str) -> str:
        """The path of a one-time link."""
        with self.app.app_context(), transaction():
            _user, link = accounts.invite(name, email, by=None)
        return "/welcome/" + link.rsplit("/", 1)[-1]


@contextmanager
def demo_house(folder: Path, people: int = 40) -> Iterator[House]:
    port = free_port()
    app = create_app(Settings(instance=folder, demo=True, base_url=f"http://localhost:{port}"))
    app.add_url_rule("/error/<int:status>", "error", needs(PUBLIC)(abort))
    list(make_demo(app, people))
    with served(app, port) as address:
        yield House(app, address)


def new_page(browser: Browser, **options: Any) -> Page:
    """A page in French, without transitions; `page.complaints` is what the console said."""
    context = browser.new_context(**({"locale": "fr-CA", "reduced_motion": "reduce"} | options))
    context.route(ELSEWHERE, lambda route: route.fulfill(body="Ailleurs"))
    page = context.new_page()
    page.complaints = complaints = []  # type: ignore[attr-defined]
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page
