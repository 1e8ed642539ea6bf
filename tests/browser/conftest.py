"""A real browser for the tests of this folder: Debian's chromium, driven by Playwright."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from shutil import which
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from app.accounts.models import User
from app.accounts.sessions import cookie_name
from app.testing import SignIn
from tests.browser.house import House, demo_house
from tests.browser.journeys import Office

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_itemcollected(item: pytest.Item) -> None:
    """What a browser shows does not depend on the database: the SQLite pass is enough."""
    item.add_marker(pytest.mark.once)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = which("chromium")
    if chromium is None:
        pytest.fail("chromium is missing: run bin/test without arguments once, or install Debian's chromium package")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A demo organisation, made once, in which pages are looked at."""
    with demo_house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The app behind a real server; its address. The site that quick exit goes to is answered by `visit`."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


Visit = Callable[..., Page]


@pytest.fixture
def visit(app: Flask, address: str, browser: Browser, signed_in: SignIn) -> Iterator[Visit]:
    """`visit("/", "support_worker")`: a page of a browser of its own, in which she is signed in, or nobody is.

    `page.complaints` lists what the console said: errors, breaches of the content security policy.
    """
    opened: list[BrowserContext] = []

    def visit(path: str, who: str | User | None = None, **options: Any) -> Page:
        context = browser.new_context(locale="fr-CA", **options)
        opened.append(context)
        context.route("https://fr.wikipedia.org/**", lambda route: route.fulfill(body="Ailleurs"))
        if who is not None:
            cookie = signed_in(who).get_cookie(cookie_name(app))
            assert cookie is not None
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        page = context.new_page()
        page.complaints = complaints = []  # type: ignore[attr-defined]
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address + path)
        return page

    yield visit
    for context in opened:
        context.close()


@pytest.fixture
def office(request: pytest.FixtureRequest, app: Flask, address: str, browser: Browser) -> Iterator[Office]:
    """An organisation in which nobody works yet, in French or in the language that the test names."""
    made = Office(app, address, browser, getattr(request, "param", "fr"))
    yield made
    made.leave()
