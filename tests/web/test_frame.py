"""What holds for every page: headers, errors that help, languages, health, logs."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask, abort, request
from sqlalchemy import select, text
from werkzeug.exceptions import TooManyRequests

from app import create_app
from app.accounts.models import User
from app.accounts.permissions import PUBLIC, SIGNED_IN, needs
from app.config import Settings
from app.db import db, reading, transaction
from app.logs import JsonLines
from app.testing import SignIn
from app.web import POLICY


def add_page(app: Flask, path: str, view: Callable[[], object], need: str = PUBLIC) -> None:
    def page() -> object:
        return view()

    app.add_url_rule(path, path, needs(need)(page), methods=["GET", "POST"])


# --- headers


def every_address(app: Flask) -> list[str]:
    """One address of each route, with something in the place of each variable."""
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        found = []
        for rule in app.url_map.iter_rules():
            values = dict.fromkeys(rule.arguments, 1 if "int:" in rule.rule else "fr")
            try:
                found.append(adapter.build(rule.endpoint, values))
            except Exception:
                found.append(re.sub(r"<[^>]+>", "1", rule.rule))
        return found


@pytest.mark.parametrize("who", ["administrator", None])
def test_every_route_has_the_headers(app: Flask, signed_in: SignIn, who: str | None) -> None:
    app.testing = False
    browser = signed_in(who) if who else app.test_client()
    for address in [*every_address(app), "/nothing/here"]:
        for method in ("GET", "POST"):
            answer = browser.open(address, method=method)
            assert answer.headers["Content-Security-Policy"] == POLICY, address
            assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", address
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", address
            assert answer.headers["Referrer-Policy"] == "no-referrer", address
            assert answer.headers["X-Content-Type-Options"] == "nosniff", address
            kept = answer.status_code == 200 and address.startswith("/static/")
            assert ("immutable" if kept else "no-store") in answer.headers["Cache-Control"], address
            assert kept or "Cookie" in answer.headers["Vary"], address
            assert "unsafe" not in POLICY


def test_cookies_are_bound_to_the_host_over_tls(settings: Settings) -> None:
    secure = create_app(replace(settings, base_url="https://intranet.example.org"))
    answer = secure.test_client().get("/nothing")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-intranet=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"))
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]


def test_a_request_that_is_too_large_is_refused(app: Flask, signed_in: SignIn) -> None:
    browser = signed_in("support_worker")
    answer = browser.post("/search", data={"q": "x" * (2 * 1024 * 1024 + 1)})
    assert answer.status_code == 413
    assert "<h1>" in answer.text


# --- errors


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 429, 500, 503])
def test_every_error_says_what_to_do_next(app: Flask, signed_in: SignIn, status: int) -> None:
    add_page(app, "/test/error", lambda: abort(status))
    for browser in (signed_in("support_worker"), app.test_client()):
        answer = browser.get("/test/error")
        assert answer.status_code == status
        assert re.search(r"<h1>[^<]+</h1>", answer.text)
        assert 'href="/"' in answer.text
        assert "Traceback" not in answer.text


def test_an_unknown_address_is_a_page(app: Flask, signed_in: SignIn) -> None:
    inside = signed_in("support_worker").get("/nothing/here")
    outside = app.test_client().get("/nothing/here")
    assert (inside.status_code, outside.status_code) == (404, 404)
    assert "data-signed-in" in inside.text
    assert "data-signed-in" not in outside.text


def test_too_many_tries_says_when_to_come_back(app: Flask) -> None:
    def slow_down() -> None:
        raise TooManyRequests(retry_after=30)

    add_page(app, "/test/often", slow_down)
    answer = app.test_client().get("/test/often")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(JsonLines().format(record))


def crash() -> None:
    raise ValueError("Hirondelle called from 514-555-0199")


def broken_flush() -> None:
    db.session.execute(text("SELECT Hirondelle FROM nowhere"))


@pytest.mark.parametrize("view", [crash, broken_flush])
def test_a_crash_shows_no_trace_and_logs_nothing_personal(
    app: Flask, signed_in: SignIn, view: Callable[[], None]
) -> None:
    app.testing = False
    add_page(app, "/test/crash/K7M2", view, SIGNED_IN)
    lines = Lines()
    logging.getLogger().addHandler(lines)
    try:
        browser = signed_in("support_worker")
        answer = browser.get("/test/crash/K7M2")
        broken = browser.post("/test/crash/K7M2", data={"line": "Hirondelle"})
    finally:
        logging.getLogger().removeHandler(lines)
    assert answer.status_code == 500
    assert broken.status_code == 400
    for secret in ("Hirondelle", "514-555", "K7M2", "Demo Personne"):
        assert not any(secret in line for line in lines.lines)
    for secret in ("Hirondelle called", "SELECT", "Traceback", "ValueError", "OperationalError"):
        assert secret not in answer.text
    assert json.loads(lines.lines[0])["event"] == "crash"
    assert json.loads(lines.lines[0])["kind"] in {"ValueError", "OperationalError", "ProgrammingError"}


def test_when_the_database_is_gone_the_page_still_says_so(app: Flask, signed_in: SignIn, settings: Settings) -> None:
    app.testing = False
    browser = signed_in("support_worker")
    with app.app_context(), transaction():
        db.session.execute(text("ALTER TABLE core_session RENAME TO gone"))
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "<h1>" in answer.text
    assert browser.get("/healthz").text == "ok"


# --- health


def test_ready_when_database_keys_and_migrations_are(app: Flask) -> None:
    assert app.test_client().get("/healthz").text == "ok"
    assert app.test_client().get("/readyz").status_code == 200


def test_not_ready_when_a_migration_waits(app: Flask) -> None:
    with app.app_context(), transaction():
        db.session.execute(text("DELETE FROM core_alembic_version"))
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready")


def test_not_ready_without_its_key(app: Flask, settings: Settings) -> None:
    settings.master_key.unlink()
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready")


# --- languages


def test_the_language_is_chosen_by_hand_and_kept_with_the_account(app: Flask, worker: User, signed_in: SignIn) -> None:
    browser = signed_in(worker)
    for code, lang in (("fr", "fr-CA"), ("en", "en-CA")):
        assert browser.get(f"/language/{code}?next=/search").location == "/search"
        assert f'<html lang="{lang}">' in browser.get("/").text
        with app.app_context(), reading():
            assert db.session.scalars(select(User.language)).one() == code
        assert f'<html lang="{lang}">' in signed_in(worker).get("/").text  # another computer


def test_staff_pages_are_in_french_or_english_and_public_ones_in_four_languages(app: Flask, signed_in: SignIn) -> None:
    browser = signed_in("support_worker")
    browser.get("/language/fr")
    browser.get("/language/ht")
    assert '<html lang="fr-CA">' in browser.get("/search").text
    outside = app.test_client()
    outside.get("/language/es")
    page = outside.get("/nothing").text
    assert '<html lang="es">' in page
    assert all(f'hreflang="{code}"' in page for code in ("fr", "en", "es", "ht"))


@pytest.mark.parametrize("to", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"])
def test_choosing_a_language_never_leads_to_another_site(app: Flask, to: str) -> None:
    assert app.test_client().get("/language/en", query_string={"next": to}).location == "/"


def test_an_unknown_language_changes_nothing(app: Flask, signed_in: SignIn) -> None:
    browser = signed_in("support_worker")
    before = browser.get("/").text
    browser.get("/language/xx")
    assert re.findall("<html[^>]*>", browser.get("/").text) == re.findall("<html[^>]*>", before)
    assert '<html lang="fr-CA">' in app.test_client().get("/nothing").text


def test_behind_tls_the_proxy_says_who_asks(settings: Settings) -> None:
    """Else every person would look like one place, and one person's wrong passwords would slow everybody down."""
    app = create_app(replace(settings, base_url="https://intranet.example.org"))
    seen = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/healthz", headers={"X-Forwarded-For": "203.0.113.9"})
    assert seen == ["203.0.113.9"]


def test_without_tls_nobody_is_believed_about_where_she_is(app: Flask) -> None:
    seen = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/healthz", headers={"X-Forwarded-For": "203.0.113.9"})
    assert seen == ["127.0.0.1"]


FROM_ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}


def test_a_link_in_a_mail_does_not_sign_her_out(app: Flask, signed_in: SignIn) -> None:
    """The browser keeps her cookie back on a click from elsewhere; no new one may take its place."""
    answer = app.test_client().get("/sign-in", headers=FROM_ELSEWHERE)
    assert answer.headers["Refresh"] == "0; url=/sign-in" and "Set-Cookie" not in answer.headers
    assert "Refresh" not in signed_in("support_worker").get("/", headers=FROM_ELSEWHERE).headers


def test_coming_again_leads_to_no_other_site(app: Flask) -> None:
    answer = app.test_client().get("//evil.example/", headers=FROM_ELSEWHERE, base_url="http://localhost")
    assert "evil" not in answer.headers.get("Refresh", "")
