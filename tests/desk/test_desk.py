"""The home page, the palette, the pages that work without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from app.accounts.models import User
from app.accounts.permissions import ROLES
from app.db import db, transaction
from app.hookspecs import Card, Due, MenuItem, PluginInfo, Result, hookimpl
from app.plugins import Found, PluginState, plugins_of, switch
from app.testing import SignIn
from app.web.times import today


@pytest.fixture
def fellow(app: Flask) -> ModuleType:
    """A plugin that is on, and answers every hook of the desk."""
    module = ModuleType("fellow")

    @hookimpl
    def desk_cards(user: User) -> list[Card]:
        return [Card("Second card", "card.html", weight=2), Card("First card", "card.html", weight=1, wide=True)]

    @hookimpl
    def deadlines(user: User, until: object) -> list[Due]:
        day = today()
        return [
            Due(day + timedelta(days=1), "Due B", "/b", weight=1),
            Due(day - timedelta(days=3), "Due A", "/a", hint="K7M2", weight=90),
        ]

    @hookimpl
    def search(text: str, user: User) -> list[Result]:
        return [Result("Note a contact", "/note", icon="plus")] if text in ("", "note") else []

    @hookimpl
    def menu_items(user: User) -> list[MenuItem]:
        return [MenuItem("Éclaircie", "/fellow", "sun")]

    module.__dict__.update(desk_cards=desk_cards, deadlines=deadlines, search=search, menu_items=menu_items)
    app.jinja_env.loader = ChoiceLoader([DictLoader({"card.html": "inside"}), app.jinja_env.loader])  # type: ignore[list-item]
    found = plugins_of(app)
    found.manager.register(module, name="fellow")
    found.found["fellow"] = Found("fellow", PluginInfo("fellow", title="Fellow"), module)
    with app.app_context(), transaction():
        for name in list(found.found):
            state = db.session.get(PluginState, name) or PluginState(name=name)
            state.enabled = name == "fellow"
            db.session.add(state)
    return module


def in_order(page: str, *texts: str) -> bool:
    places = [page.find(text) for text in texts]
    return -1 not in places and places == sorted(places)


def test_cards_come_by_weight_and_what_is_due_late_first(fellow: ModuleType, in_english: SignIn) -> None:
    page = in_english("support_worker").get("/").text
    assert in_order(page, "First card", "Due A", "Due B", "Second card")
    assert "K7M2" in page
    assert in_order(page, "badge late", "badge due")
    assert 'href="/note"' in page


def test_nobody_is_sent_away_from_the_desk(app: Flask) -> None:
    answer = app.test_client().get("/")
    assert answer.status_code == 302
    assert app.test_client().get(answer.location).status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_desk_that_says_something(in_english: SignIn, role: str) -> None:
    page = in_english(role).get("/")
    assert page.status_code == 200
    assert "<h2" in page.text.split("<main")[1].split("</main>")[0]


def test_a_desk_without_cards_says_what_to_do_next(app: Flask, in_english: SignIn) -> None:
    with app.app_context(), transaction():
        switch("support", on=False, by=None)
        switch("confidentiality", on=False, by=None)
    page = in_english("board_member").get("/").text
    assert "Nothing waits for you today" in page


def ask(browser: object, text: str) -> list[str]:
    answer = browser.send("/palette", {"q": text}, seen="/")  # type: ignore[attr-defined]
    assert answer.status_code == 200
    return [line["label"] for line in answer.json]


def test_the_palette_finds_pages_actions_and_what_plugins_answer(fellow: ModuleType, in_english: SignIn) -> None:
    browser = in_english("support_worker")
    assert ask(browser, "eclair") == ["Éclaircie"]
    assert ask(browser, "note")[0] == "Note a contact"
    assert "Keyboard help" in ask(browser, "KEY")
    assert ask(browser, "eyboard") == []
    line = browser.get("/palette").json[0]
    assert set(line) == {"label", "url", "hint", "group", "icon"}


@pytest.mark.parametrize("role", ["support_worker", "administrator"])
def test_every_action_leads_to_a_page(in_english: SignIn, role: str) -> None:
    browser = in_english(role)
    for line in browser.get("/palette").json:
        assert browser.get(line["url"]).status_code == 200, line


def test_the_menu_keeps_its_groups_together(fellow: ModuleType, app: Flask, in_english: SignIn) -> None:
    @hookimpl
    def menu_items(user: User) -> list[MenuItem]:
        named = [MenuItem("One", "/1", "sun", 1, group="G"), MenuItem("Two", "/2", "sun", 3, group="G")]
        return [*named, MenuItem("Alone", "/3", "sun", 2)]

    plugins_of(app).manager.unregister(fellow)
    fellow.__dict__["menu_items"] = menu_items
    plugins_of(app).manager.register(fellow, name="fellow")
    page = in_english("board_member").get("/").text.split("<main")[0]
    assert in_order(page, "My desk", "Alone", "One", "Two")
    assert page.count('<p class="menu-t">G</p>') == 1


def test_the_palette_offers_only_what_she_may_open(in_english: SignIn) -> None:
    assert "Register a person" in ask(in_english("support_worker"), "regis")
    assert "Register a person" not in ask(in_english("board_member"), "regis")


def test_the_palette_finds_persons_only_for_who_may_open_them(app: Flask, in_english: SignIn) -> None:
    browser = in_english("support_worker")
    browser.send("/people/new", {"kind": "woman", "pseudonym": "Hirondelle", "prefers": "fr", "first_contact": today()})
    assert "Hirondelle" in ask(browser, "hiron")
    for role in ("support_worker", "administrator", "board_member"):
        assert "Hirondelle" not in ask(in_english(role), "hiron")


def test_what_is_looked_for_is_never_in_an_address(in_english: SignIn) -> None:
    browser = in_english("support_worker")
    page = browser.send("/search", {"q": "Hirondelle"})
    assert 'method="post"' in page.text
    assert 'value="Hirondelle"' in page.text
    assert 'value="Hirondelle"' not in browser.get("/search?q=Hirondelle").text


def test_search_works_without_javascript(fellow: ModuleType, in_english: SignIn) -> None:
    page = in_english("support_worker").send("/search", {"q": "note"}).text
    assert 'href="/note"' in page.split("<main")[1]
    assert "Nothing found" in in_english("support_worker").send("/search", {"q": "zzz"}).text


def test_keyboard_help_is_a_page_too(in_english: SignIn) -> None:
    assert "<kbd>" in in_english("auditor").get("/help/keys").text.split("<main")[1]
