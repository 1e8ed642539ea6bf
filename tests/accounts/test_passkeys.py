"""Passkeys, with an authenticator made of software that signs as a real one does."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from datetime import timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import update
from webauthn.helpers import bytes_to_base64url, encode_cbor

from app.accounts import queries
from app.accounts.models import Passkey, User
from app.db import db, now, transaction
from app.testing import PASSWORD, Browser, SignIn
from tests.accounts.test_invitation import NEW, invited

PRESENT, VERIFIED, ATTESTED = 1, 4, 64
HERE = "http://localhost:8000"


class Authenticator:
    """One passkey: its private key, its counter."""

    def __init__(self, host: str = "localhost") -> None:
        self.id, self.key, self.count = secrets.token_bytes(16), ec.generate_private_key(ec.SECP256R1()), 0
        self.host = hashlib.sha256(host.encode()).digest()

    def make(self, options: dict, origin: str = HERE, flags: int = PRESENT | VERIFIED) -> str:
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        data = self.host + struct.pack(">BI", flags | ATTESTED, self.count) + bytes(16)
        data += struct.pack(">H", 16) + self.id + encode_cbor(cose)
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer("webauthn.create", options, origin, attestationObject=attestation)

    def use(self, options: dict, origin: str = HERE, flags: int = PRESENT | VERIFIED) -> str:
        self.count += 1
        data = self.host + struct.pack(">BI", flags, self.count)
        signed = data + hashlib.sha256(self._client("webauthn.get", options, origin)).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer("webauthn.get", options, origin, authenticatorData=data, signature=signature)

    def _client(self, kind: str, options: dict, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": origin}).encode()

    def _answer(self, kind: str, options: dict, origin: str, **parts: bytes) -> str:
        parts["clientDataJSON"] = self._client(kind, options, origin)
        response = {name: bytes_to_base64url(value) for name, value in parts.items()}
        name = bytes_to_base64url(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


@pytest.fixture
def hers(app: Flask, signed_in: SignIn, marie: User) -> Authenticator:
    """Marie's passkey, added on her account's page."""
    made, browser = Authenticator(), signed_in(marie)
    options = browser.get("/account/passkeys/new").get_json()
    answer = browser.send("/account/passkeys", {"credential": made.make(options)}, seen="/account")
    assert "code-big" in answer.text
    return made


def show(browser: Browser, passkey: Authenticator, **how: object) -> int:
    browser.get("/sign-in")
    options = browser.get("/sign-in/passkey").get_json()
    return browser.send("/sign-in/passkey", {"credential": passkey.use(options, **how)}, seen="/sign-in").status_code  # type: ignore[arg-type]


def fresh(app: Flask) -> Browser:
    app.test_client_class = Browser
    return app.test_client()  # type: ignore[return-value]


def test_a_passkey_alone_lets_her_in(app: Flask, hers: Authenticator) -> None:
    browser = fresh(app)
    assert show(browser, hers) == 302
    assert "marie@example.org" in browser.get("/account").text


def test_a_passkey_as_second_factor_is_offered_her_own_keys(app: Flask, hers: Authenticator) -> None:
    browser = fresh(app)
    browser.send("/sign-in", {"email": "marie@example.org", "password": PASSWORD})
    options = browser.get("/sign-in/passkey").get_json()
    assert [key["id"] for key in options["allowCredentials"]] == [bytes_to_base64url(hers.id)]
    answer = browser.send("/sign-in/passkey", {"credential": hers.use(options)}, seen="/sign-in/code")
    assert answer.status_code == 302 and browser.get("/account").status_code == 200


def test_nobody_learns_who_has_a_passkey(app: Flask, hers: Authenticator) -> None:
    assert fresh(app).get("/sign-in/passkey").get_json().get("allowCredentials", []) == []


@pytest.mark.parametrize(
    "how", [{"flags": PRESENT}, {"flags": VERIFIED}, {"origin": "http://localhost.evil.example:8000"}]
)
def test_unverified_absent_or_from_elsewhere_is_refused(app: Flask, hers: Authenticator, how: dict) -> None:
    assert show(fresh(app), hers, **how) == 422


def test_another_key_another_site_or_nonsense_is_refused(app: Flask, hers: Authenticator) -> None:
    stranger, imitation = Authenticator(), Authenticator()
    imitation.id = hers.id
    elsewhere = Authenticator("evil.example")
    elsewhere.id, elsewhere.key = hers.id, hers.key
    for wrong in (stranger, imitation, elsewhere):
        assert show(fresh(app), wrong) == 422
    for nonsense in (
        "",
        "{}",
        "[]",
        "null",
        '{"rawId": 3}',
        '{"rawId": "é"}',
        '{"rawId": "AAAA"}',
        "x" * 5000,
        "[" * 50000,
        '{"rawId": "AAAA", "response": 1}',
    ):
        browser = fresh(app)
        browser.get("/sign-in/passkey")
        assert browser.send("/sign-in/passkey", {"credential": nonsense}, seen="/sign-in").status_code == 422


def test_an_answer_works_once(app: Flask, hers: Authenticator) -> None:
    browser = fresh(app)
    browser.get("/sign-in")
    answer = {"credential": hers.use(browser.get("/sign-in/passkey").get_json())}
    assert browser.send("/sign-in/passkey", answer, seen="/sign-in").status_code == 302
    browser = fresh(app)
    assert browser.send("/sign-in/passkey", answer, seen="/sign-in").status_code == 422


def test_a_counter_that_goes_back_is_refused(app: Flask, hers: Authenticator) -> None:
    """A copy of the key was used meanwhile."""
    with app.app_context(), transaction():
        db.session.execute(update(Passkey).values(sign_count=40))
    assert show(fresh(app), hers) == 422


def test_a_disabled_account_does_not_come_in(app: Flask, hers: Authenticator, marie: User) -> None:
    with app.app_context(), transaction():
        queries.by_uid(marie.uid).disabled_at = now()
    assert show(fresh(app), hers) == 422


def test_a_passkey_confirms_and_only_her_own(app: Flask, hers: Authenticator, signed_in: SignIn, marie: User) -> None:
    for who, expected in ((marie, 302), ("administrator", 422)):
        browser = signed_in(who)
        with time_machine.travel(now() + timedelta(minutes=6)):
            browser.get("/confirm")
            options = browser.get("/sign-in/passkey").get_json()
            card = {"confirming": "1", "credential": hers.use(options)}
            assert browser.send("/confirm?next=/account", card).status_code == expected


def test_a_passkey_at_the_welcome(app: Flask) -> None:
    browser, path = invited(app)
    browser.send(path, {"new": NEW})
    browser.get(f"{path}/second-factor")
    made, options = Authenticator(), browser.get(f"{path}/passkey").get_json()
    assert browser.send(f"{path}/second-factor", {"credential": made.make(options, flags=PRESENT)}).status_code == 422
    options = browser.get(f"{path}/passkey").get_json()
    answer = browser.send(f"{path}/second-factor", {"credential": made.make(options)})
    assert answer.status_code == 200 and "code-big" in answer.text
    assert show(fresh(app), made) == 302


def test_she_takes_away_her_own_passkey_and_nobody_elses(
    app: Flask, hers: Authenticator, signed_in: SignIn, marie: User
) -> None:
    assert signed_in("coordinator").send("/account/factors/remove", {"passkey": 1}, seen="/account").status_code in (
        403,
        404,
    )
    assert show(fresh(app), hers) == 302
    assert signed_in(marie).send("/account/factors/remove", {"passkey": 1}, seen="/account").status_code == 302
    assert show(fresh(app), hers) == 422
