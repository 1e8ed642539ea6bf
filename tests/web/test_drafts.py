"""What was typed is never lost, an expired session included; and nobody else sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.accounts.models import User, UserSession
from app.db import db, now, reading, transaction
from app.testing import SignIn, add_user
from app.vault import sealed_column
from app.web.drafts import LARGEST, MOST, Draft
from app.work.daily import sweep

WRITTEN = "Elle préfère « Hirondelle » & le matin"
Received = list[dict[str, list[str]]]
SignInAgain = Callable[[FlaskClient, User], None]
RunOut = Callable[[], None]


def hidden(page: str) -> dict[str, list[str]]:
    """The fields of the page's form that sends again."""
    form = page.split('action="/test/form')[1].split("</form>")[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form):
        found.setdefault(unescape(name), []).append(unescape(value))
    return found


def kept(app: Flask) -> int:
    with app.app_context(), reading():
        return len(db.session.scalars(select(Draft.id)).all())


@pytest.fixture
def browser(signed_in: SignIn, worker: User, received: Received) -> FlaskClient:
    return signed_in(worker)


def lose(browser: FlaskClient, run_out: RunOut, **fields: object) -> None:
    """She writes for a long time, and sends."""
    run_out()
    answer = browser.post(
        "/test/form?step=2", data={"csrf_token": "old", "line": WRITTEN, "kind": ["a", "b"], **fields}
    )
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_a_form_sent_after_the_session_comes_back_to_her_and_is_sent_again(
    app: Flask,
    browser: FlaskClient,
    worker: User,
    received: Received,
    all_sessions_run_out: RunOut,
    sign_in_again: SignInAgain,
) -> None:
    lose(browser, all_sessions_run_out)
    assert received == []
    sign_in_again(browser, worker)
    assert 'href="/draft"' in browser.get("/").text
    page = browser.get("/draft").text
    assert 'action="/test/form?step=2"' in page
    assert browser.post("/test/form?step=2", data=hidden(page)).status_code == 200
    assert received[0]["line"] == [WRITTEN]
    assert received[0]["kind"] == ["a", "b"]
    assert kept(app) == 0
    assert browser.get("/draft").location == "/"


def test_the_sign_in_page_is_told_to_come_back_to_the_draft(browser: FlaskClient, all_sessions_run_out: RunOut) -> None:
    all_sessions_run_out()
    assert browser.post("/test/form", data={"line": "x"}).location.endswith("next=/draft")
    all_sessions_run_out()
    htmx = browser.post("/test/form", data={"line": "x"}, headers={"HX-Request": "true"})
    assert (htmx.status_code, htmx.headers["HX-Redirect"][-11:]) == (401, "next=/draft")


def test_another_person_on_that_computer_never_sees_it(
    app: Flask, browser: FlaskClient, all_sessions_run_out: RunOut, sign_in_again: SignInAgain
) -> None:
    lose(browser, all_sessions_run_out)
    with app.app_context(), transaction():
        other = add_user("Autre Personne", "support_worker")
        uid = db.session.scalars(select(Draft.uid)).one()
        db.session.expunge(other)
    sign_in_again(browser, other)
    assert browser.get("/draft").location == "/"
    desk = browser.get("/").text
    assert "Hirondelle" not in desk
    assert "/draft" not in desk
    token = re.search(r'name="csrf_token" value="([^"]+)', desk)
    assert token
    browser.post("/draft/discard", data={"csrf_token": token[1], "_draft": uid})
    browser.post("/test/form", data={"csrf_token": token[1], "_draft": uid})
    assert kept(app) == 1


def test_she_does_not_see_it_on_another_computer(
    browser: FlaskClient, worker: User, all_sessions_run_out: RunOut, signed_in: SignIn
) -> None:
    lose(browser, all_sessions_run_out)
    assert signed_in(worker).get("/draft").location == "/"


def test_neither_passwords_nor_tokens_nor_files_are_kept(
    browser: FlaskClient, worker: User, all_sessions_run_out: RunOut, sign_in_again: SignInAgain
) -> None:
    fields: dict[str, object] = {"password": "s3same", "new_password": "s3same", "passphrase": "s3same"}
    lose(browser, all_sessions_run_out, **fields)
    sign_in_again(browser, worker)
    page = browser.get("/draft").text
    assert "s3same" not in page
    assert set(hidden(page)) == {"csrf_token", "_draft", "line", "kind"}
    assert hidden(page)["csrf_token"] != ["old"]


def test_it_is_sealed_in_the_database(app: Flask, browser: FlaskClient, all_sessions_run_out: RunOut) -> None:
    lose(browser, all_sessions_run_out)
    with app.app_context(), reading():
        sealed = db.session.scalars(select(sealed_column(Draft, "content"))).one()
        assert b"Hirondelle" not in sealed
        assert b"/test/form" not in sealed
        assert db.session.scalars(select(Draft)).one().path == "/test/form?step=2"


def test_without_a_session_that_was_somebodys_nothing_is_stored(
    app: Flask, browser: FlaskClient, worker: User, received: Received, all_sessions_run_out: RunOut
) -> None:
    stranger = app.test_client()
    assert stranger.post("/test/form", data={"line": "x"}).status_code in (302, 400)
    with app.app_context(), transaction():
        db.session.execute(update(UserSession).values(token_hash="revoked"))
    browser.post("/test/form", data={"line": "x"})
    assert kept(app) == 0


def test_a_disabled_account_leaves_nothing(
    app: Flask, browser: FlaskClient, worker: User, all_sessions_run_out: RunOut
) -> None:
    with app.app_context(), transaction():
        db.session.execute(update(User).values(disabled_at=now()))
    all_sessions_run_out()
    browser.post("/test/form", data={"line": "x"})
    assert kept(app) == 0


def test_it_is_capped_in_size_and_number(app: Flask, browser: FlaskClient, all_sessions_run_out: RunOut) -> None:
    lose(browser, all_sessions_run_out, more="x" * LARGEST)
    assert kept(app) == 0
    for _ in range(MOST + 2):
        lose(browser, all_sessions_run_out)
    assert kept(app) == MOST


def test_two_forms_open_when_the_session_ended_are_both_kept(
    app: Flask, browser: FlaskClient, worker: User, all_sessions_run_out: RunOut, sign_in_again: SignInAgain
) -> None:
    lose(browser, all_sessions_run_out)
    browser.get("/")  # a new session of nobody begins
    browser.post("/test/form", data={"line": "the second"})
    sign_in_again(browser, worker)
    page = browser.get("/draft").text
    assert hidden(page)["line"] == [WRITTEN]
    browser.post("/draft/discard", data={k: hidden(page)[k] for k in ("_draft", "csrf_token")})
    assert hidden(browser.get("/draft").text)["line"] == ["the second"]


def test_it_is_forgotten_after_a_day(
    app: Flask, browser: FlaskClient, worker: User, all_sessions_run_out: RunOut, sign_in_again: SignInAgain
) -> None:
    lose(browser, all_sessions_run_out)
    with app.app_context(), transaction():
        db.session.execute(update(Draft).values(at=now() - timedelta(hours=25)))
    sign_in_again(browser, worker)
    assert browser.get("/draft").location == "/"
    with app.app_context():
        assert sweep()["drafts"] == "done"
    assert kept(app) == 0


def test_a_draft_refused_by_the_form_is_on_that_page_now(
    app: Flask, browser: FlaskClient, worker: User, all_sessions_run_out: RunOut, sign_in_again: SignInAgain
) -> None:
    all_sessions_run_out()
    browser.post("/test/form", data={"line": "bad"})
    sign_in_again(browser, worker)
    assert browser.post("/test/form", data=hidden(browser.get("/draft").text)).status_code == 422
    assert kept(app) == 0


def test_a_token_older_than_the_session_gives_back_what_was_typed(
    app: Flask, browser: FlaskClient, received: Received
) -> None:
    answer = browser.post("/test/form", data={"csrf_token": "old", "line": WRITTEN, "password": "s3same"})
    assert (answer.status_code, received, kept(app)) == (400, [], 0)
    assert hidden(answer.text)["line"] == [WRITTEN]
    assert "s3same" not in answer.text
    assert browser.post("/test/form", data=hidden(answer.text)).status_code == 200
    assert received[0]["line"] == [WRITTEN]


def test_what_is_searched_for_is_not_kept(app: Flask, signed_in: SignIn) -> None:
    browser = signed_in("support_worker")
    with app.app_context(), transaction():
        db.session.execute(update(UserSession).values(seen_at=now() - timedelta(hours=1)))
    assert "/draft" not in browser.post("/people", data={"q": "Hirondelle"}).location
    assert "/draft" not in browser.post("/support/files", data={"q": "Hirondelle"}).location
    with app.app_context(), reading():
        assert db.session.scalar(select(Draft)) is None
