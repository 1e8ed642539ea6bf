"""Confirming that it is she, within five minutes before what matters."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.accounts import actions, queries
from app.accounts.models import User
from app.accounts.sessions import cookie_name
from app.db import db, now, reading, transaction
from app.journal.models import JournalEntry
from app.testing import PASSWORD, Browser, SignIn, add_user
from tests.accounts.conftest import SECRET, code

INVITE = {"name": "Lou Exemple", "email": "lou@example.org", "language": "fr"}


@pytest.fixture
def admin(app: Flask, signed_in: SignIn, password_hash: str) -> Browser:
    with app.app_context(), transaction():
        user = add_user("Ada Exemple", "administrator", password_hash=password_hash)
        user.totp_secret = SECRET
        db.session.flush()
        db.session.expunge(user)
    return signed_in(user)


def test_what_matters_asks_again_after_five_minutes(app: Flask, admin: Browser) -> None:
    assert admin.get("/accounts/invite").status_code == 200
    with time_machine.travel(now() + timedelta(minutes=6)):
        assert admin.get("/accounts").status_code == 200
        answer = admin.get("/accounts/invite")
        assert (answer.status_code, answer.location) == (302, "/confirm?next=/accounts/invite")
        assert admin.send(answer.location, {"confirming": "1", "code": "000000"}).status_code == 422
        assert admin.get("/accounts/invite").status_code == 302
        answer = admin.send(answer.location, {"confirming": "1", "code": code()})
        assert answer.location == "/accounts/invite"
        assert admin.get("/accounts/invite").status_code == 200
    with app.app_context(), reading():
        told = db.session.scalars(select(JournalEntry.action)).all()
        assert "accounts.stepped_up" in told and "accounts.step_up_failed" in told


def test_a_form_that_needed_it_is_not_lost(app: Flask, admin: Browser) -> None:
    page = admin.get("/accounts/invite").text
    token = Browser._token.search(page)
    assert token
    with time_machine.travel(now() + timedelta(minutes=6)):
        answer = admin.post("/accounts/invite", data=INVITE | {"csrf_token": token[1]})
        assert (answer.status_code, answer.location) == (307, "/confirm?next=/accounts/invite")
        page = admin.post(answer.location, data=INVITE | {"csrf_token": token[1]}).text  # what a browser does
        assert 'name="kept.email" value="lou@example.org"' in page
        kept = {"waits": "1"} | {f"kept.{name}": value for name, value in INVITE.items()}
        wrong = admin.post(answer.location, data=kept | {"csrf_token": token[1], "confirming": "1", "code": "000000"})
        assert wrong.status_code == 422 and 'name="kept.email" value="lou@example.org"' in wrong.text
        right = admin.post(answer.location, data=kept | {"csrf_token": token[1], "confirming": "1", "code": code()})
        assert 'action="/accounts/invite"' in right.text and 'name="email" value="lou@example.org"' in right.text
        done = admin.post("/accounts/invite", data=INVITE | {"csrf_token": token[1]})
        assert "/welcome/" in done.text


def test_a_button_without_any_field_goes_on_too(app: Flask, admin: Browser) -> None:
    token = Browser._token.search(admin.get("/plugins").text)
    assert token
    sent = {"csrf_token": token[1]}
    with time_machine.travel(now() + timedelta(minutes=6)):
        answer = admin.post("/plugins/support/off", data=sent)
        page = admin.post(answer.location, data=sent).text
        assert 'name="waits"' in page and 'name="waits"' not in admin.get(answer.location).text
        right = admin.post(answer.location, data=sent | {"confirming": "1", "waits": "1", "code": code()})
        assert 'action="/plugins/support/off"' in right.text


def test_nothing_is_done_before_she_confirms(app: Flask, admin: Browser) -> None:
    with time_machine.travel(now() + timedelta(minutes=6)):
        admin.send("/accounts/invite", INVITE, seen="/account")
    with app.app_context(), reading():
        assert queries.by_email("lou@example.org") is None


def test_next_stays_here(admin: Browser) -> None:
    answer = admin.send("/confirm?next=https://evil.example/", {"confirming": "1", "code": code()})
    assert answer.location == "/"


def test_a_recovery_code_needs_the_password_beside_it(app: Flask, signed_in: SignIn, marie: User) -> None:
    with app.app_context(), transaction():
        codes = actions.renew_recovery_codes(queries.by_uid(marie.uid))
    browser = signed_in(marie)
    card = {"confirming": "1", "code": codes[0]}
    assert browser.send("/confirm?next=/account", card).status_code == 422
    assert browser.send("/confirm?next=/account", card | {"password": "not her password"}).status_code == 422
    assert browser.send("/confirm?next=/account", card | {"password": PASSWORD}).status_code == 302


def test_a_code_shown_at_sign_in_does_not_confirm(app: Flask, marie: User) -> None:
    browser: Browser = app.test_client()  # type: ignore[assignment]
    with time_machine.travel("2026-11-02 10:00Z", tick=False):
        browser.send("/sign-in", {"email": "marie@example.org", "password": PASSWORD})
        browser.send("/sign-in/code", {"code": code()})
        assert browser.send("/confirm", {"confirming": "1", "code": code()}).status_code == 422


def test_in_the_demo_an_account_without_anything_confirms_by_a_button(demo: Flask) -> None:
    with demo.app_context(), transaction():
        uid = actions.set_up_demo_account("Administratrice Démo", "admin@demo.example", "administrator").uid
    browser: Browser = demo.test_client()  # type: ignore[assignment]
    browser.send("/sign-in/demo", {"account": uid}, seen="/sign-in")
    assert browser.send("/confirm?next=/accounts", {"confirming": "1"}).location == "/accounts"


def test_outside_the_demo_the_button_alone_confirms_nothing(app: Flask, signed_in: SignIn) -> None:
    browser = signed_in("administrator")  # without password nor second factor
    assert browser.send("/confirm", {"confirming": "1"}).status_code == 422


# --- her account -----------------------------------------------------------------------------------------------------


def test_password_change_asks_the_current_one_and_ends_other_sessions(
    app: Flask, signed_in: SignIn, marie: User
) -> None:
    here, elsewhere = signed_in(marie), signed_in(marie)
    new = "quatre bateaux sans voile"
    wrong = here.send("/account/password", {"current": "not this one", "new": new}, seen="/account")
    assert wrong.status_code == 422 and 'id="current-err"' in wrong.text
    weak = here.send("/account/password", {"current": PASSWORD, "new": "marie exemple oh oui"}, seen="/account")
    assert weak.status_code == 422 and 'id="new-err"' in weak.text
    assert here.send("/account/password", {"current": PASSWORD, "new": new}, seen="/account").status_code == 302
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


def test_the_last_second_factor_stays(app: Flask, signed_in: SignIn, marie: User) -> None:
    browser = signed_in(marie)
    assert browser.send("/account/factors/remove", seen="/account").status_code == 403
    with app.app_context(), reading():
        assert queries.by_uid(marie.uid).totp_secret == SECRET


def test_another_app_replaces_the_first(app: Flask, signed_in: SignIn, marie: User) -> None:
    browser = signed_in(marie)
    page = browser.get("/account/app").text
    secret = page.split('id="totp-key">')[1].split("<")[0]
    assert browser.send("/account/app", {"code": "000000"}).status_code == 422
    assert (
        "code-big" in browser.send("/account/app", {"code": code(secret)}).text
    )  # the first recovery codes come along
    with app.app_context(), reading():
        assert queries.by_uid(marie.uid).totp_secret == secret


def test_language_of_the_account(app: Flask, signed_in: SignIn, marie: User) -> None:
    browser = signed_in(marie)
    assert browser.send("/account/language", {"language": "en"}, seen="/account").status_code == 302
    assert browser.send("/account/language", {"language": "xx"}, seen="/account").status_code == 422
    assert '<html lang="en' in browser.get("/account").text
    assert browser.get_cookie(cookie_name(app)) is not None
