"""The frame in a real browser: quick exit, keyboard help, palette, and no complaint in the console."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from app.accounts.models import User, UserSession
from app.accounts.sessions import cookie_name
from app.db import db, now, reading, transaction
from app.testing import SignIn, add_user

Visit = Callable[..., Page]
NAME = "Demo Personne"
WATCH = """() => {
    let pressed;
    addEventListener("keydown", (e) => { if (e.key === "Shift") pressed = e.timeStamp; }, true);
    addEventListener("submit", (e) => { pressed = e.timeStamp; }, true);
    new MutationObserver(() => {
        if (getComputedStyle(document.documentElement).display === "none") hidden_after(performance.now() - pressed);
    }).observe(document.documentElement, { attributes: true });
}"""


def sessions(app: Flask) -> int:
    with app.app_context(), reading():
        return db.session.scalar(select(func.count()).select_from(UserSession)) or 0


def press_shift_three_times(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Shift")


def press_the_button(page: Page) -> None:
    page.locator("form.exit button").click()


@pytest.mark.parametrize("leave", [press_shift_three_times, press_the_button])
def test_quick_exit_hides_in_50_ms_ends_the_session_and_back_shows_nothing(
    app: Flask, visit: Visit, leave: Callable[[Page], None]
) -> None:
    page = visit("/search", "support_worker")
    page.goto(page.url.replace("/search", "/"))
    expect(page.locator("body")).to_contain_text(NAME)
    after: list[float] = []
    page.expose_function("hidden_after", lambda ms: after.append(ms))
    page.evaluate(WATCH)
    leave(page)
    page.wait_for_url("https://fr.wikipedia.org/")
    assert 0 <= after[0] <= 50
    for _ in range(100):
        if sessions(app) == 0:
            break
        page.wait_for_timeout(20)
    assert sessions(app) == 0
    page.go_back()
    page.wait_for_load_state()
    assert NAME not in page.content()
    assert page.locator("body[data-signed-in]").count() == 0


def test_quick_exit_works_without_javascript(app: Flask, visit: Visit) -> None:
    page = visit("/", "support_worker", java_script_enabled=False)
    press_the_button(page)
    page.wait_for_url("https://fr.wikipedia.org/")
    assert sessions(app) == 0
    assert page.context.cookies() == []
    page.go_back()
    page.wait_for_load_state()
    assert NAME not in page.content()


def test_the_palette_opens_with_ctrl_k_and_goes_where_it_says(visit: Visit) -> None:
    page = visit("/", "support_worker")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    field.fill("sess")
    choice = page.get_by_role("option")
    expect(choice).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/sessions")
    assert page.complaints == []  # type: ignore[attr-defined]


def test_the_palette_says_when_it_finds_nothing_and_closes_with_escape(visit: Visit) -> None:
    page = visit("/", "support_worker")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("zzzz")
    expect(page.locator("#palette [role=status]")).not_to_be_empty()
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_keyboard_help_opens_with_a_question_mark_and_not_while_one_writes(visit: Visit) -> None:
    page = visit("/search", "support_worker")
    page.locator("main input[name=q]").press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/search", "/help/keys", "/account", "/account/sessions", "/people", "/nothing"])
def test_no_page_makes_the_console_complain(visit: Visit, path: str) -> None:
    page = visit(path, "support_worker")
    page.wait_for_load_state("networkidle")
    complaints = [said for said in page.complaints if "404" not in said]  # type: ignore[attr-defined]
    assert complaints == []


def test_what_she_wrote_outlives_her_session(app: Flask, visit: Visit, signed_in: SignIn) -> None:
    with app.app_context(), transaction():
        worker = add_user(NAME, "support_worker")
        db.session.expunge(worker)
    page = visit("/people/new", worker)
    page.locator("[name=pseudonym]").fill("Hirondelle")
    page.locator("main form:has([name=pseudonym]) [type=radio]").first.check(force=True)
    with app.app_context(), transaction():
        db.session.execute(update(UserSession).values(seen_at=now() - timedelta(minutes=31)))
    page.locator("main form:has([name=pseudonym]) button.main").click()
    page.wait_for_url("**/sign-in?next=/draft")
    assert "Hirondelle" not in page.content()
    home = page.url.split("/sign-in")[0]
    sign_in_again(app, page, signed_in, worker)
    page.goto(f"{home}/draft")
    expect(page.locator("main")).to_contain_text("Hirondelle")
    page.locator("main button.main").click()
    page.wait_for_url("**/people/*")
    expect(page.locator("main")).to_contain_text("Hirondelle")
    page.goto(f"{home}/draft")
    assert page.url == f"{home}/"
    assert page.complaints == []  # type: ignore[attr-defined]


def sign_in_again(app: Flask, page: Page, signed_in: SignIn, user: User) -> None:
    cookie = signed_in(user).get_cookie(cookie_name(app))
    assert cookie is not None
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": page.url}])
