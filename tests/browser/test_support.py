"""The journey of follow-up, counted: from anywhere, a contact is logged in three interactions at most."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select
from werkzeug.serving import make_server

from app.accounts.sessions import cookie_name, fingerprint, new_session_row
from app.db import db, reading, transaction
from app.people.actions import register
from app.testing import add_user
from plugins.support import actions
from plugins.support.models import Contact, Visit

NAMES = ("Hirondelle", "Mésange", "Fauvette")


@dataclass
class Desk:
    """A worker at her desk, and how many things she has done."""

    page: Page
    address: str
    app: Flask
    done: int = 0

    def click(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]
        self.done += 1

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)
        self.done += 1

    def count(self, model: type) -> int:
        with self.app.app_context(), reading():
            return db.session.scalar(select(func.count(model.id))) or 0  # type: ignore[attr-defined]


@pytest.fixture
def desk(app: Flask, browser: Browser) -> Iterator[Desk]:
    token = secrets.token_urlsafe(32)
    with app.app_context(), transaction():
        worker = add_user("Intervenante Démo", "support_worker")
        worker.language = "en"
        for name in NAMES:
            actions.open_file(worker, register(worker, kind="woman", pseudonym=name, first_contact=date(2026, 3, 2)))
        db.session.add(new_session_row(fingerprint(token), worker.id))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    context = browser.new_context()
    context.add_cookies([{"name": cookie_name(app), "value": token, "url": address}])
    page = context.new_page()
    page.goto(address)
    yield Desk(page, address, app)
    context.close()
    server.shutdown()


def test_a_contact_is_logged_from_the_desk_in_three_interactions(desk: Desk) -> None:
    desk.click("radio", "Hirondelle")
    desk.fill("In one line", "Veut visiter un logement jeudi.")
    desk.page.keyboard.press("Enter")
    desk.done += 1
    expect(desk.page.get_by_text("Contact noted.")).to_be_visible()
    expect(desk.page.get_by_text("Veut visiter un logement jeudi.")).to_be_visible()
    assert desk.done <= 3 and desk.count(Contact) == 1


def test_a_contact_is_logged_from_any_page_in_three_interactions(desk: Desk) -> None:
    desk.page.goto(f"{desk.address}/people")
    desk.click("link", "Log a contact")
    desk.click("radio", "Mésange")
    desk.click("button", "Save the contact")
    expect(desk.page.get_by_text("Contact noted.")).to_be_visible()
    assert desk.done <= 3 and desk.count(Contact) == 1


def test_search_as_she_types_chooses_the_only_one_found(desk: Desk) -> None:
    desk.page.goto(f"{desk.address}/support/contact")
    with desk.page.expect_response("**/support/contact/who"):
        desk.page.get_by_label("Find a person you follow").press_sequentially("fau")
        desk.done += 1
    expect(desk.page.get_by_role("radio", name="Fauvette")).to_be_checked()
    expect(desk.page.get_by_role("radio", name="Hirondelle")).to_have_count(0)
    assert "fau" not in desk.page.url
    desk.click("button", "Save the contact")
    expect(desk.page.get_by_role("heading", name="Fauvette")).to_be_visible()
    assert desk.done <= 3 and desk.count(Contact) == 1


def test_a_visit_is_counted_in_one_tap_from_the_desk(desk: Desk) -> None:
    desk.click("button", "One more visit")
    expect(desk.page.get_by_text("One visit counted.")).to_be_visible()
    assert desk.done == 1 and desk.count(Visit) == 1
