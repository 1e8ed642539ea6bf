"""What a page weighs on its way to her: the first one with its font, script and icons; the later ones alone."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response

from tests.browser.house import House

FIRST, LATER, REQUESTS = 75_000, 15_000, 6  # bytes, bytes, and how many
LATER_PAGES = {
    "support_worker": ("/people", "/support/files", "/support/contact", "/support/visits", "/account"),
    "coordinator": ("/", "/services", "/support/assignments", "/people/codes", "/settings"),
    "privacy_officer": ("/journal", "/accounts"),
    "administrator": ("/plugins", "/accounts"),
}


def weights(page: Page, address: str, path: str) -> dict[str, int]:
    """What a page brings over the network, in bytes. The page itself as the reverse proxy compresses it."""
    answers: list[Response] = []
    kept: set[str] = set()

    def note(answer: Response) -> None:
        answers.append(answer)

    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.requestServedFromCache", lambda event: kept.add(event["requestId"]))
    devtools.on("Network.responseReceived", lambda event: served(event, kept))
    page.on("response", note)
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    page.remove_listener("response", note)
    devtools.detach()
    assert all(answer.ok for answer in answers)
    return {answer.url.removeprefix(address): size(answer) for answer in answers if answer.url not in kept}


def served(event: dict[str, Any], kept: set[str]) -> None:
    """Note the address of what the browser had already."""
    if event["requestId"] in kept or event["response"]["fromDiskCache"]:
        kept.add(event["response"]["url"])


def size(answer: Response) -> int:
    if answer.request.resource_type == "document":
        return len(gzip.compress(answer.body(), 6))
    return answer.request.sizes()["responseBodySize"]


def test_the_first_page_is_light_and_the_later_ones_lighter(browser: Browser, house: House) -> None:
    for role, paths in LATER_PAGES.items():
        page = browser.new_context().new_page()  # without routes, which would keep the browser from caching
        house.enter(page.context, role)
        first = weights(page, house.address, "/")
        assert sum(first.values()) <= FIRST and len(first) <= REQUESTS, first
        for path in paths:
            later = weights(page, house.address, path)
            assert sum(later.values()) <= LATER and len(later) <= 2, later  # a page may bring a script of its own
        page.context.close()


@pytest.mark.parametrize("path", ["css/app.css", "js/app.js", "icons.svg"])
def test_static_files_leave_compressed_for_who_asks(house: House, path: str) -> None:
    client = house.app.test_client()
    plain = client.get(f"/static/{path}", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers and plain.headers["Vary"] == "Accept-Encoding"
    for _again in range(2):
        packed = client.get(f"/static/{path}", headers={"Accept-Encoding": "gzip, br"})
        assert packed.headers["Content-Encoding"] == "gzip" and packed.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(packed.data) == plain.data and len(packed.data) < len(plain.data) / 2
    known = client.get(f"/static/{path}", headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]})
    assert known.status_code == 304 and not known.data


def test_a_font_is_not_compressed_again(house: House) -> None:
    font = "/static/fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2"
    assert "Content-Encoding" not in house.app.test_client().get(font, headers={"Accept-Encoding": "gzip"}).headers
