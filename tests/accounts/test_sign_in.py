"""The way in, and the ways around it."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select, text

from app import create_app
from app.accounts import actions, factors, queries
from app.accounts.models import Attempt, User, UserSession
from app.accounts.sessions import cookie_name
from app.accounts.views import door
from app.config import Settings
from app.db import db, now, reading, transaction, unit
from app.errors import NotAllowed
from app.journal.models import JournalEntry
from app.testing import PASSWORD, Browser, SignIn, _dispose, add_user
from tests.accounts.conftest import SECRET, code

CARD = {"email": "marie@example.org", "password": PASSWORD}


def give_password(app: Flask, **card: str) -> tuple[Browser, object]:
    browser: Browser = app.test_client()  # type: ignore[assignment]
    return browser, browser.send("/sign-in", CARD | card)


def journal(app: Flask) -> list[tuple[str, str | None, str | None]]:
    with app.app_context(), reading():
        rows = db.session.execute(select(JournalEntry.action, JournalEntry.actor, JournalEntry.subject))
        return [tuple(row) for row in rows]


def test_password_then_code_lets_her_in(app: Flask, marie: User) -> None:
    browser, answer = give_password(app)
    assert answer.location == "/sign-in/code?next=/"
    assert browser.get("/account").status_code == 302  # the password alone opens nothing
    answer = browser.send("/sign-in/code", {"code": code()})
    assert answer.status_code == 302
    assert browser.get("/account").status_code == 200
    assert ("accounts.signed_in", marie.uid, None) in journal(app)


def test_a_new_token_at_each_step_so_that_no_session_is_fixed(app: Flask, marie: User) -> None:
    browser: Browser = app.test_client()  # type: ignore[assignment]
    browser.get("/sign-in")
    tokens = [browser.get_cookie(cookie_name(app)).value]  # type: ignore[union-attr]
    browser.send("/sign-in", CARD)
    tokens.append(browser.get_cookie(cookie_name(app)).value)  # type: ignore[union-attr]
    browser.send("/sign-in/code", {"code": code()})
    tokens.append(browser.get_cookie(cookie_name(app)).value)  # type: ignore[union-attr]
    assert len(set(tokens)) == 3
    thief = app.test_client()
    for old in tokens[:2]:
        thief.set_cookie(cookie_name(app), old)
        assert thief.get("/account").status_code == 302
        assert thief.get("/sign-in/code").status_code == 302


def test_generic_answer_for_unknown_wrong_disabled_and_invited(app: Flask, marie: User, password_hash: str) -> None:
    with app.app_context(), transaction():
        gone = add_user("Partie Exemple", email="gone@example.org", password_hash=password_hash)
        gone.disabled_at = now()
        add_user("Invitée Exemple", email="invited@example.org")
    pages = set()
    for card in (
        {"password": "another long phrase"},
        {"email": "nobody@example.org"},
        {"email": "gone@example.org"},
        {"email": "invited@example.org"},
    ):
        _browser, answer = give_password(app, **card)
        assert answer.status_code == 422
        pages.add(Browser._token.sub("", answer.text).replace((CARD | card)["email"], "…"))
    assert len(pages) == 1
    failed = [entry for entry in journal(app) if entry[0] == "accounts.sign_in_failed"]
    assert failed == [("accounts.sign_in_failed", None, None)] * 4


def test_unknown_address_costs_as_much_and_never_under_the_write_lock(
    app: Flask, marie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify, seen = PasswordHasher.verify, []

    def watched(self: PasswordHasher, hashed: str, password: str) -> bool:
        seen.append(unit().write)
        return verify(self, hashed, password)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    for email in ("nobody@example.org", "marie@example.org"):
        give_password(app, email=email)
    assert seen == [False, False]


def test_next_is_a_page_of_this_site(app: Flask, marie: User) -> None:
    for number, (wanted, given) in enumerate(
        {"/account": "/account", "https://evil.example/": "/", "//evil.example": "/", "/\\evil.example": "/"}.items()
    ):
        with time_machine.travel(now() + timedelta(minutes=number)):
            browser: Browser = app.test_client()  # type: ignore[assignment]
            browser.send(f"/sign-in?next={wanted}", CARD)
            answer = browser.send(f"/sign-in/code?next={wanted}", {"code": code()})
            assert (answer.status_code, answer.location) == (302, given)
            browser.send("/sign-out", seen="/account")


def test_a_code_is_accepted_once(app: Flask, marie: User) -> None:
    with time_machine.travel("2026-11-02 10:00:10Z", tick=False):
        used = code()
        for expected in (302, 422):
            browser, _answer = give_password(app)
            assert browser.send("/sign-in/code", {"code": used}).status_code == expected
    with time_machine.travel("2026-11-02 10:00:31Z", tick=False):  # still within its window, still refused
        browser, _answer = give_password(app)
        assert browser.send("/sign-in/code", {"code": used}).status_code == 422


def test_a_code_is_accepted_once_whatever_runs_at_the_same_time(app: Flask, marie: User) -> None:
    used, taken, ready = code(), [], threading.Barrier(6)

    def take() -> None:
        with app.app_context():
            ready.wait()
            with transaction():
                taken.append(factors.use_totp(queries.by_uid(marie.uid), used))

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 5 + [True]


def test_recovery_codes_work_once_and_are_sealed(app: Flask, marie: User, settings: Settings) -> None:
    with app.app_context(), transaction():
        codes = actions.renew_recovery_codes(queries.by_uid(marie.uid))
    assert len(codes) == len(set(codes)) == 10
    for expected in (302, 422):
        browser, _answer = give_password(app)
        assert browser.send("/sign-in/code", {"code": codes[0].lower().replace("-", " ")}).status_code == expected
    with app.app_context(), transaction():
        assert factors.recovery_codes_left(queries.by_uid(marie.uid)) == 9
        fresh = actions.renew_recovery_codes(queries.by_uid(marie.uid))
        assert not factors.use_recovery_code(queries.by_uid(marie.uid), codes[1])  # the earlier ones are worth nothing
    for file in Path(settings.instance).rglob("*"):
        clear = file.read_bytes() if file.is_file() else b""
        assert not any(secret.encode() in clear for secret in (*codes, *fresh, SECRET, "marie@example.org"))


def test_second_factor_is_awaited_for_ten_minutes(app: Flask, marie: User) -> None:
    with time_machine.travel("2026-11-02 10:00Z") as clock:
        browser, _answer = give_password(app)
        clock.shift(timedelta(minutes=11))
        assert browser.send("/sign-in/code", {"code": code()}, seen="/sign-in").location == "/sign-in"


def test_outside_the_demo_a_password_without_second_factor_opens_nothing(app: Flask, password_hash: str) -> None:
    app.test_client_class = Browser
    with app.app_context(), transaction():
        add_user("Seule Exemple", "coordinator", email="marie@example.org", password_hash=password_hash)
    browser, answer = give_password(app)
    assert answer.location.startswith("/sign-in/code")
    assert "no second factor" in browser.get("/language/en?next=/sign-in/code", follow_redirects=True).text
    assert browser.send("/sign-in/code", {"code": "000000"}, seen="/sign-in").status_code == 422
    assert browser.get("/account").status_code == 302


def test_odd_codes_are_wrong_codes(app: Flask, marie: User) -> None:
    browser, _answer = give_password(app)
    for odd in ("é" * 6, "١٢٣٤٥٦", "-1"):
        assert browser.send("/sign-in/code", {"code": odd}).status_code == 422
    assert browser.send("/sign-in/code", {"code": "\0"}).status_code == 400


def test_odd_identifiers_lead_nowhere(app: Flask, signed_in: SignIn, marie: User) -> None:
    browser, admin = signed_in(marie), signed_in("administrator")
    browser.send("/account/sessions/end", {"session": ""}, seen="/account/sessions")
    browser.send("/account/sessions/end", {"session": "\0"}, seen="/account/sessions")
    assert browser.get("/account").status_code == 200
    assert admin.get("/accounts/%00").status_code in (301, 308, 404)
    assert admin.get(f"/accounts?after={10**30}").status_code == 200
    assert admin.send(f"/roles/{10**30}/end", seen="/accounts").status_code == 404
    assert browser.send("/account/factors/remove", {"passkey": 10**30}, seen="/account").status_code in (403, 404)


# --- too many tries --------------------------------------------------------------------------------------------------


def test_tries_are_slowed_down_then_heard_again(app: Flask, marie: User) -> None:
    with time_machine.travel("2026-11-02 10:00Z", tick=False) as clock:
        browser: Browser = app.test_client()  # type: ignore[assignment]
        answers = [browser.send("/sign-in", CARD | {"password": f"wrong {n}"}).status_code for n in range(6)]
        assert answers == [422] * 5 + [429]
        assert browser.send("/sign-in", CARD).status_code == 429  # the right one waits too
        clock.shift(timedelta(seconds=3))
        assert browser.send("/sign-in", CARD).status_code == 302
    assert ("accounts.slowed_down", None, None) in journal(app)


def test_nobody_can_lock_her_out(app: Flask, marie: User) -> None:
    """Somebody hammers her address from elsewhere; from her own place she comes in."""
    with time_machine.travel("2026-11-02 10:00Z", tick=False):
        for place in range(8):
            browser: Browser = app.test_client()  # type: ignore[assignment]
            browser.environ_base["REMOTE_ADDR"] = f"198.51.100.{place}"
            for n in range(4):
                browser.send("/sign-in", CARD | {"password": f"wrong {n}"})
        _browser, answer = give_password(app)
        assert answer.status_code == 302


def test_tries_are_counted_by_all_processes(app: Flask, marie: User, settings: Settings) -> None:
    other = create_app(settings)
    other.testing, other.test_client_class = True, Browser
    with time_machine.travel("2026-11-02 10:00Z", tick=False):
        for n in range(5):
            give_password((app, other)[n % 2], password=f"wrong {n}")
        assert {give_password(one)[1].status_code for one in (app, other)} == {429}
    _dispose(other)


def test_codes_are_slowed_down_from_everywhere(app: Flask, marie: User) -> None:
    with time_machine.travel("2026-11-02 10:00Z", tick=False):
        browser, _answer = give_password(app)
        for n in range(5):
            browser.environ_base["REMOTE_ADDR"] = f"198.51.100.{n}"
            assert browser.send("/sign-in/code", {"code": f"{n:06}"}).status_code == 422
        browser.environ_base["REMOTE_ADDR"] = "198.51.100.99"
        assert browser.send("/sign-in/code", {"code": code()}).status_code == 429


def test_what_is_counted_names_nobody(app: Flask, marie: User) -> None:
    give_password(app, password="wrong wrong wrong")
    with app.app_context(), reading():
        rows = db.session.scalars(select(Attempt.key)).all()
        assert len(rows) == 2
        dump = str(db.session.execute(text("SELECT * FROM core_attempt")).all())
    assert "marie" not in dump and "127.0.0.1" not in dump


# --- sessions --------------------------------------------------------------------------------------------------------


def test_idle_thirty_minutes_absolute_twelve_hours(app: Flask, marie: User) -> None:
    with time_machine.travel("2026-11-02 08:00Z") as clock:
        browser, _answer = give_password(app)
        browser.send("/sign-in/code", {"code": code()})
        for _ in range(24):
            clock.shift(timedelta(minutes=29))
            assert browser.get("/account").status_code == 200
        clock.shift(timedelta(minutes=25))  # 12 h 01
        assert browser.get("/account").status_code == 302
        browser, _answer = give_password(app)
        browser.send("/sign-in/code", {"code": code()})
        clock.shift(timedelta(minutes=31))
        assert browser.get("/account").status_code == 302


def test_disabled_account_is_out_at_its_next_request(app: Flask, signed_in: SignIn, marie: User) -> None:
    browser = signed_in(marie)
    assert browser.get("/account").status_code == 200
    with app.app_context(), transaction():
        actions.disable(queries.by_uid(marie.uid), by=None)
    assert browser.get("/account").status_code == 302
    assert give_password(app)[1].status_code == 422


def test_sign_out_clears_the_browser_and_kills_the_session(app: Flask, signed_in: SignIn, marie: User) -> None:
    browser = signed_in(marie)
    token = browser.get_cookie(cookie_name(app)).value  # type: ignore[union-attr]
    answer = browser.send("/sign-out", seen="/account")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    browser.set_cookie(cookie_name(app), token)
    assert browser.get("/account").status_code == 302
    assert ("accounts.signed_out", marie.uid, marie.uid) in journal(app)


def test_she_closes_her_own_sessions_and_nobody_elses(app: Flask, signed_in: SignIn, marie: User) -> None:
    here, elsewhere, stranger = signed_in(marie), signed_in(marie), signed_in("coordinator")
    with app.app_context(), reading():
        _first, second, third = db.session.scalars(select(UserSession.uid).order_by(UserSession.id)).all()
    here.send("/account/sessions/end", {"session": third}, seen="/account/sessions")
    assert stranger.get("/account").status_code == 200
    here.send("/account/sessions/end", {"session": second}, seen="/account/sessions")
    assert elsewhere.get("/account").status_code == 302
    assert here.get("/account").status_code == 200


def test_sign_out_everywhere(app: Flask, signed_in: SignIn, marie: User) -> None:
    browsers = [signed_in(marie) for _ in range(3)]
    answer = browsers[0].send("/account/sessions/end-all", seen="/account/sessions")
    assert "Clear-Site-Data" in answer.headers
    assert [browser.get("/account").status_code for browser in browsers] == [302] * 3


# --- the demo --------------------------------------------------------------------------------------------------------


def test_demo_accounts_sign_in_by_a_button(demo: Flask) -> None:
    with demo.app_context(), transaction():
        uid = actions.set_up_demo_account("Paire Démo", "peer@demo.example", "peer_supporter").uid
    browser: Browser = demo.test_client()  # type: ignore[assignment]
    assert "Paire Démo" in browser.get("/sign-in").text
    assert browser.send("/sign-in/demo", {"account": uid}, seen="/sign-in").status_code == 302
    assert browser.get("/account").status_code == 200


def test_in_the_demo_only_demo_accounts_have_a_button(demo: Flask) -> None:
    with demo.app_context(), transaction():
        uid = add_user("Vraie Exemple", "administrator").uid
    browser: Browser = demo.test_client()  # type: ignore[assignment]
    assert browser.send("/sign-in/demo", {"account": uid}, seen="/sign-in").status_code == 404


def test_outside_the_demo_there_is_no_such_door(app: Flask, demo: Flask) -> None:
    """The same database, opened as a real instance: no list, no button, no entry."""
    with demo.app_context(), transaction():
        uid = actions.set_up_demo_account("Paire Démo", "peer@demo.example", "administrator").uid
    app.test_client_class = Browser
    browser: Browser = app.test_client()  # type: ignore[assignment]
    assert "Paire Démo" not in browser.get("/sign-in").text
    assert browser.send("/sign-in/demo", {"account": uid}, seen="/sign-in").status_code == 404
    assert browser.get("/account").status_code == 302
    with app.app_context(), transaction(), pytest.raises(NotAllowed):
        actions.set_up_demo_account("Autre Démo", "other@demo.example")


def test_a_sign_in_that_fails_signs_nobody_in(app: Flask, marie: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was rolled back leaves no session behind, though its cookie was given."""
    app.testing = False
    browser, _answer = give_password(app)
    monkeypatch.setattr(door, "redirect", lambda _url: 1 / 0)
    assert browser.send("/sign-in/code", {"code": code()}).status_code == 500
    monkeypatch.undo()
    assert browser.get("/account").status_code == 302
