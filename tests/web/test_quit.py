"""Quick exit: the session is dead, nothing is left, whatever state the page was in."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import UserSession
from app.accounts.sessions import cookie_name
from app.db import db, reading
from app.testing import SignIn


def leaves(browser: FlaskClient) -> None:
    answer = browser.post("/quit")  # without a token: the page may be older than its session
    assert answer.status_code == 200
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer.headers["Refresh"] == "0; url=https://fr.wikipedia.org/"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Intranet" not in answer.text


def sessions(app: Flask) -> int:
    with app.app_context(), reading():
        return db.session.scalar(select(func.count()).select_from(UserSession)) or 0


def test_quick_exit_ends_the_session_on_the_server(app: Flask, signed_in: SignIn) -> None:
    browser = signed_in("support_worker")
    cookie = browser.get_cookie(cookie_name(app))
    assert cookie
    leaves(browser)
    assert sessions(app) == 0
    browser.set_cookie(cookie_name(app), cookie.value)  # a copy of the cookie is worth nothing
    assert browser.get("/search").status_code == 302


def test_quick_exit_works_signed_out_and_after_the_session(
    app: Flask, signed_in: SignIn, all_sessions_run_out: Callable[[], None]
) -> None:
    leaves(app.test_client())
    browser = signed_in("support_worker")
    all_sessions_run_out()
    leaves(browser)


def test_quick_exit_is_a_post_alone(app: Flask) -> None:
    answer = app.test_client().get("/quit")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
