"""Accounts as they are after a welcome: a password, an app that gives codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyotp
import pytest
from flask import Flask

from app import create_app
from app.accounts import passwords
from app.accounts.models import User
from app.config import Settings
from app.db import db, now, transaction
from app.testing import PASSWORD, Browser, _dispose, add_user

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(scope="session")
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def demo(settings: Settings) -> Iterator[Flask]:
    made = create_app(replace(settings, demo=True))
    made.testing = True
    made.test_client_class = Browser
    yield made
    _dispose(made)


@pytest.fixture
def marie(app: Flask, password_hash: str) -> User:
    """A support worker with a password and an app."""
    app.test_client_class = Browser
    with app.app_context(), transaction():
        user = add_user("Marie Exemple", "support_worker", email="marie@example.org", password_hash=password_hash)
        user.totp_secret = SECRET
        db.session.flush()
        db.session.expunge(user)
    return user


def code(secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(now())
