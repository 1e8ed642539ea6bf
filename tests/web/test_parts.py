"""A plugin that raises, hangs or floods while it draws hurts only its own cards (law 5)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import pytest
from flask import Flask, g
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select

from app.accounts.models import User
from app.db import db, reading, transaction
from app.hookspecs import Card, PluginInfo, hookimpl
from app.plugins import ANSWERS, FAULTS_ALLOWED, Answer, Found, PluginFault, PluginState, guard, plugins_of
from app.testing import SignIn
from app.web.parts import render_parts

TEMPLATES = {
    "good.html": "<p>{{ text }}</p>",
    "raises.html": "<p>half {{ nothing.at.all }}</p>",
    "hangs.html": "{{ wait() }}",
    "floods.html": "{% for _ in range(100000) %}<p>more and more</p>{% endfor %}",
}


@pytest.fixture
def fellow(app: Flask, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Another plugin, "fellow", on; the test gives it its hooks."""
    monkeypatch.setattr(guard, "TIME_LIMIT", 1.0)
    app.jinja_env.loader = ChoiceLoader([DictLoader(TEMPLATES), app.jinja_env.loader])  # type: ignore[list-item]
    module = ModuleType("fellow")
    return module


def install(app: Flask, module: ModuleType) -> None:
    found = plugins_of(app)
    info = PluginInfo("fellow", title="Fellow")
    found.manager.register(module, name="fellow")
    found.found["fellow"] = Found("fellow", info, module)
    with app.app_context(), transaction():
        db.session.add(PluginState(name="fellow", enabled=True))


def draw(app: Flask, *cards: tuple[str, Card]) -> list[str]:
    with app.test_request_context(), reading():
        g.plugin_notices = set()
        return [part.title for part in render_parts(Answer(plugin, card) for plugin, card in cards)]


GOOD = Card("Good", "good.html", {"text": "<b>"}, weight=5)


def faults(app: Flask) -> list[str]:
    with app.app_context(), reading():
        return list(db.session.scalars(select(PluginFault.kind)))


def test_parts_are_ordered_by_weight_then_title_and_escaped(app: Flask, fellow: ModuleType) -> None:
    cards = [("support", Card("B", "good.html")), ("fellow", Card("A", "good.html")), ("support", GOOD)]
    assert draw(app, *cards) == ["Good", "A", "B"]
    with app.test_request_context(), reading():
        assert render_parts([Answer("support", GOOD)])[0].html == "<p>&lt;b&gt;</p>"


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        ("raises.html", "UndefinedError"),
        ("hangs.html", "slow"),
        ("floods.html", "Flood"),
        ("no.html", "TemplateNotFound"),
    ],
)
def test_one_that_fails_is_noted_and_the_others_are_drawn(
    app: Flask, fellow: ModuleType, template: str, kind: str
) -> None:
    install(app, fellow)
    bad = Card("Bad", template, {"wait": lambda: time.sleep(3)})
    assert draw(app, ("fellow", bad), ("support", GOOD)) == ["Good"]
    assert faults(app) == [kind]


def test_a_plugin_that_fails_in_every_hook_leaves_everyones_desk_whole(
    app: Flask, fellow: ModuleType, signed_in: SignIn
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError

    for hook in ("menu_items", "desk_cards", "deadlines", "search"):
        setattr(fellow, hook, hookimpl(_with_arguments(hook, fail)))
    install(app, fellow)
    browser = signed_in("support_worker")
    browser.get("/language/en")
    page = browser.get("/")
    assert page.status_code == 200
    assert "Fellow could not be shown just now" in page.text
    assert set(faults(app)) == {"ValueError"}


def _with_arguments(hook: str, act: Any) -> Any:
    """A function with the arguments of this hook: pluggy reads them from the signature."""
    if hook == "deadlines":
        return lambda user, until: act()
    return (lambda text, user: act()) if hook == "search" else lambda user: act()


def test_an_answer_of_the_wrong_kind_is_a_fault(app: Flask, fellow: ModuleType, signed_in: SignIn) -> None:
    fellow.menu_items = hookimpl(lambda user: ["not a menu item"])  # type: ignore[attr-defined]
    install(app, fellow)
    assert signed_in("support_worker").get("/").status_code == 200
    assert "TypeError" in faults(app)


def test_ten_thousand_cards_are_cut(app: Flask, fellow: ModuleType, signed_in: SignIn) -> None:
    def cards(user: User) -> Iterable[Card]:
        for number in range(10_000):
            yield Card(f"Card {number}", "good.html", {"text": "one of many"})

    fellow.desk_cards = hookimpl(cards)  # type: ignore[attr-defined]
    install(app, fellow)
    page = signed_in("support_worker").get("/").text
    assert page.count("one of many") == ANSWERS
    assert faults(app) == ["flood"]


def test_it_is_off_by_itself_after_repeated_faults(app: Flask, fellow: ModuleType, signed_in: SignIn) -> None:
    def cards(user: User) -> Iterable[Card]:
        yield Card("Bad", "raises.html")

    fellow.desk_cards = hookimpl(cards)  # type: ignore[attr-defined]
    install(app, fellow)
    browser = signed_in("support_worker")
    for _ in range(FAULTS_ALLOWED):
        browser.get("/")
    with app.app_context(), reading():
        assert db.session.get(PluginState, "fellow").enabled is False  # type: ignore[union-attr]
    assert "Fellow" not in browser.get("/").text
