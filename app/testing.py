"""Fixtures for the tests of the core and of every plugin: a real database, a real key store, a real app.

Set INTRANET_TEST_DATABASE_URL to a PostgreSQL server to run on it; else each test has SQLite files of its own.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text

from app import create_app, schema
from app.accounts.models import RoleGrant, User
from app.catalogue.models import Service
from app.config import Settings
from app.db import db, new_uid, now, transaction
from app.plugins import PluginState, plugins_of
from app.vault.safes import fingerprint
from app.web.times import today

SERVER = os.environ.get("INTRANET_TEST_DATABASE_URL", "")
PASSWORD = "a long phrase for tests"  # noqa: S105


def _admin(statement: str) -> None:
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def _model_instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """An instance with all tables, made once a test process and copied for each test."""
    folder = tmp_path_factory.mktemp("model")
    url = ""
    if SERVER:
        name = f"model_{secrets.token_hex(6)}"
        _admin(f"CREATE DATABASE {name}")
        url = make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    app = create_app(Settings(instance=folder, database_url=url))
    schema.upgrade(app)
    with app.app_context(), transaction():
        for plugin in plugins_of(app).found:
            db.session.add(PluginState(name=plugin, enabled=True))
        for number in range(1, 15):
            db.session.add(Service(number=number, enabled=True))
    _dispose(app)
    yield folder, url
    if SERVER:
        _admin(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


def _dispose(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()
    app.extensions["key_store"].engine.dispose()


@pytest.fixture
def settings(tmp_path: Path, _model_instance: tuple[Path, str]) -> Iterator[Settings]:
    """The settings of an instance of its own, with tables, every plugin and every service on, and nobody in it."""
    with copied(_model_instance, tmp_path / "instance") as made:
        yield made


@contextmanager
def copied(model: tuple[Path, str], instance: Path) -> Iterator[Settings]:
    """A copy of the model instance in a folder, with a database of its own; for fixtures that many tests share."""
    folder, model_url = model
    shutil.copytree(folder, instance)
    url = ""
    if SERVER:
        name = f"test_{secrets.token_hex(6)}"
        _admin(f"CREATE DATABASE {name} TEMPLATE {make_url(model_url).database}")
        url = make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    yield Settings(instance=instance, database_url=url)
    if SERVER:
        _admin(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """An app on an instance of its own."""
    made = create_app(settings)
    made.testing = True
    yield made
    _dispose(made)


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """The app, with its context pushed: for tests of actions and queries."""
    with app.app_context():
        yield app


MakeUser = Callable[..., User]


def add_user(name: str, *roles: str, email: str | None = None, password_hash: str | None = None) -> User:
    """An account that holds roles for a year. Inside a unit of work for writing."""
    email = email or f"{new_uid()}@example.org"
    user = User(name=name, email=email, email_token=fingerprint("core_user.email", email), password_hash=password_hash)
    user.language = "en"  # the texts as the code says them: a test does not wait for their translation
    since, until = today() - timedelta(days=1), today() + timedelta(days=365)
    user.roles = [RoleGrant(role=role, since=since, until=until, approved_at=now()) for role in roles]
    db.session.add(user)
    db.session.flush()
    return user


class Browser(FlaskClient):
    """A client that sends the CSRF token of the page it saw last, as a form does."""

    _token = re.compile(r'name="csrf_token" value="([^"]+)"')

    def send(self, path: str, data: dict[str, object] | None = None, *, seen: str | None = None):  # type: ignore[no-untyped-def]
        """Look at a page (`seen`, else the path itself), then post the form."""
        page = self.get(seen or path)
        token = self._token.search(page.text)
        return self.post(path, data={"csrf_token": token[1] if token else "", **(data or {})})


SignIn = Callable[..., Browser]


@pytest.fixture
def english(app: Flask) -> None:
    """Every text in English, whoever reads: for tests that look for words."""
    app.extensions["babel"].locale_selector = lambda: "en"


@pytest.fixture
def signed_in(app: Flask) -> SignIn:
    """`signed_in("support_worker")` or `signed_in(user)`: a browser in which she is signed in, both factors shown."""
    from app.accounts.sessions import cookie_name, fingerprint, new_session_row

    def sign_in(who: str | User = "support_worker", *roles: str) -> Browser:
        app.test_client_class = Browser
        browser: Browser = app.test_client()  # type: ignore[assignment]
        token = secrets.token_urlsafe(32)
        with app.app_context(), transaction():
            user_id = add_user("Demo Personne", who, *roles).id if isinstance(who, str) else who.id
            db.session.add(new_session_row(fingerprint(token), user_id))
        browser.set_cookie(cookie_name(app), token)
        return browser

    return sign_in
