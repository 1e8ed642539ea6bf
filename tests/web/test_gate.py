"""Attempts to get round the gate: another site's address, characters and numbers that no database takes."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from threading import Thread
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from app.accounts.permissions import PUBLIC, needs
from app.db import db, now, reading, transaction
from app.testing import SignIn, add_user
from app.web.views import local_path
from app.work.models import DailyPart


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example", "\t//evil.example", "https://evil.example"]
)  # fmt: skip
def test_nobody_is_sent_to_another_site(app: Flask, path: str) -> None:
    assert local_path(path) == "/"
    answer = app.test_client().get("/language/fr", query_string={"next": path})
    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("administrator", "/accounts/a%00b"),
        ("administrator", "/accounts?after=-99999999999999999999999"),
        ("administrator", "/accounts?after=99999999999999999999999"),
        ("coordinator", "/support/assignments?code=a%00b"),
        ("support_worker", "/support/files/a%00b"),
        ("support_worker", "/support/contacts/a%00b/correct"),
    ],
)
def test_what_no_database_takes_is_no_fault_of_ours(signed_in: SignIn, role: str, path: str) -> None:
    assert signed_in(role).get(path).status_code < 500


@pytest.mark.parametrize(
    ("role", "path", "seen", "data"),
    [
        ("coordinator", "/support/assignments/99999999999999999999999/end", "/support/assignments", {}),
        ("support_worker", "/draft/discard", "/", {"_draft": "a\0b"}),
        ("support_worker", "/support/contact", "/support/contact", {"code": "a\0b"}),
        ("support_worker", "/account/sessions/end", "/account/sessions", {"session": "a\0b"}),
        ("support_worker", "/account/factors/remove", "/account", {"passkey": "-99999999999999999999999"}),
    ],
)
def test_a_form_that_no_database_takes_is_no_fault_of_ours(
    signed_in: SignIn, role: str, path: str, seen: str, data: dict[str, object]
) -> None:
    assert signed_in(role).send(path, data, seen=seen).status_code < 500


def test_a_form_that_comes_slowly_holds_no_lock(app: Flask) -> None:
    """Nobody, signed in or not, holds up the others' writing by sending one letter a second."""

    class Slow(BytesIO):
        def read(self, *size: int) -> bytes:  # type: ignore[override]
            return self.wait() or super().read(*size)

        def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def, override]
            return self.wait() or super().readinto(buffer)

        def wait(self) -> None:
            def write() -> None:
                with app.app_context(), transaction():
                    add_user("Colleague Démo", "coordinator")
                written.append(True)

            Thread(target=write, daemon=True).start()
            for _ in range(50):
                if not written:
                    sleep(0.1)
            held.append(not written)

    written: list[bool] = []
    held: list[bool] = []
    body = b"account=nobody"
    app.test_client().post(
        "/sign-in/demo", input_stream=Slow(body), content_length=len(body),
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert held
    assert not any(held)


def test_someone_was_faster_is_said_plainly(app: Flask) -> None:
    """On PostgreSQL, two who write the same thing at one instant: the second is told so, nothing of hers is kept."""

    @needs(PUBLIC)
    def twice() -> str:
        for _ in range(2):
            db.session.execute(insert(DailyPart).values(day=date(2026, 1, 2), part="same", at=now()))
        return "never"

    app.add_url_rule("/twice", view_func=twice, methods=["POST"])
    app.extensions["csrf"].exempt(twice)
    answer = app.test_client().post("/twice")
    assert (answer.status_code, "Traceback" in answer.text) == (409, False)
    with app.app_context(), reading():
        assert db.session.scalar(select(func.count()).select_from(DailyPart)) == 0


def test_asking_for_the_head_of_a_page_sends_no_form(signed_in: SignIn) -> None:
    """What is not a GET is a form, for most views: a HEAD is answered as the page, without its content."""
    browser = signed_in("privacy_officer")
    for path in ("/confidentiality/providers/new", "/confidentiality/undertaking", "/account"):
        answer = browser.head(path)
        assert (answer.status_code, answer.data) == (200, b"")
