"""What the tests of this room share."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import update

from app.accounts.models import User, UserSession
from app.accounts.permissions import SIGNED_IN, needs
from app.accounts.sessions import cookie_name, fingerprint, new_session_row
from app.db import db, now, transaction
from app.testing import add_user

SignInAgain = Callable[[FlaskClient, User], None]


@pytest.fixture
def received(app: Flask) -> list[dict[str, list[str]]]:
    """What a form at /test/form received; it refuses the word "bad" with a 422."""
    got: list[dict[str, list[str]]] = []

    def form() -> tuple[str, int]:
        if request.method == "POST":
            got.append(request.form.to_dict(flat=False))
        return "form", 422 if request.form.get("line") == "bad" else 200

    app.add_url_rule("/test/form", "test_form", needs(SIGNED_IN)(form), methods=["GET", "POST"])
    return got


@pytest.fixture
def worker(app: Flask) -> User:
    with app.app_context(), transaction():
        user = add_user("Demo Personne", "support_worker")
        db.session.expunge(user)
    return user


@pytest.fixture
def sign_in_again(app: Flask) -> SignInAgain:
    """Give this browser a new session for a user, as the sign-in page does."""

    def sign_in(browser: FlaskClient, user: User) -> None:
        token = secrets.token_urlsafe(32)
        with app.app_context(), transaction():
            db.session.add(new_session_row(fingerprint(token), user.id))
        browser.set_cookie(cookie_name(app), token)

    return sign_in


@pytest.fixture
def all_sessions_run_out(app: Flask) -> Callable[[], None]:
    def run_out() -> None:
        with app.app_context(), transaction():
            db.session.execute(update(UserSession).values(seen_at=now() - timedelta(minutes=31)))

    return run_out
