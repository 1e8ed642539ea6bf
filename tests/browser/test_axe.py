"""Every page that each role can reach, by day and by night, on a phone and on a desk: axe-core finds nothing.

The pages come from the URL map: one that is added is looked at without anybody thinking of it, or fails here until
`samples` names an object to open it with. Who opens which is in tests/access/expected.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app.accounts.permissions import PUBLIC, need_of
from app.db import db, now, transaction
from app.demo import STAFF
from app.testing import PASSWORD, add_user
from app.web.i18n import LANGUAGES
from tests.access.expected import EXPECTED
from tests.browser.house import House, new_page
from tests.browser.samples import ALSO, NOT_PAGES, make_samples, pages

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
PHONE, DESK, NARROWEST = 360, 1280, 320
Looks = Sequence[tuple[int, Literal["light", "dark"], bool]]  # the width, the theme, all rules or contrasts alone
EVERY: Looks = ((DESK, "light", True), (DESK, "dark", False), (PHONE, "light", True), (PHONE, "dark", False))
TURNS: Sequence[Looks] = (
    ((DESK, "light", True),),
    ((PHONE, "dark", True),),
    ((DESK, "dark", True),),
    ((PHONE, "light", True),),
)
RUN = """async (all) => {
    const frame = () => new Promise((go) => requestAnimationFrame(go));
    for (let n = 0; n < 3; n++) await frame();
    await Promise.allSettled(document.getAnimations().map((moving) => moving.finished));
    const only = all ? {} : { runOnly: ["color-contrast"] }; // a theme changes colours and nothing else
    const found = await axe.run({ resultTypes: ["violations"], rules: { "target-size": { enabled: true } }, ...only });
    return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join(" | ")}`);
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"
TARGETS = ".btn, .seg label, .menu a, .tabs a, summary, .exit button, input, select"
TOO_SMALL = """(css) => [...document.querySelectorAll(css)]
    .filter((n) => n.checkVisibility({ visibilityProperty: true }) && !n.closest(".sr"))
    .filter((n) => !["checkbox", "radio"].includes(n.type)) // its label is what is touched
    .filter((n) => { const box = n.getBoundingClientRect(); return box.height < 43.5 || box.width < 43.5; })
    .map((n) => n.outerHTML.slice(0, 90))"""
MAIN_BUTTONS = """() => [...document.querySelectorAll("main .btn.main")]
    .filter((n) => n.checkVisibility() && !n.closest("dialog")).length"""
UNFOLD = "document.querySelectorAll('main details').forEach((d) => { d.open = true; })"


def faults(page: Page, looks: Looks = EVERY) -> list[str]:
    """What is wrong with the page as it is now: more to do than one thing; in themes and widths, and narrower still."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    found = ["more than one main button"] if page.evaluate(MAIN_BUTTONS) > 1 else []
    page.evaluate(UNFOLD)
    for width, theme, whole in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        found += [f"{width} {theme}: {fault}" for fault in page.evaluate(RUN, whole)]
    found += [f"less than 44 px: {small}" for small in page.evaluate(TOO_SMALL, TARGETS)]
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    found += ["wider than 320 px"] if page.evaluate(TOO_WIDE) else []
    return found


def say(wrong: list[str]) -> str:
    return "\n" + "\n".join(wrong)


def complaints(page: Page) -> list[str]:
    """What the console said, but that a page of an error has the status of an error."""
    said = [text for text in page.complaints if "Failed to load resource" not in text]  # type: ignore[attr-defined]
    page.complaints.clear()  # type: ignore[attr-defined]
    return said


def look(page: Page, path: str, house: House, looks: Looks = EVERY) -> tuple[int, list[str]]:
    answer = page.goto(house.address + path)
    assert answer is not None
    return answer.status, [f"{path} {fault}" for fault in faults(page, looks) + complaints(page)]


# --- what there is to look at ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def there(house: House) -> dict[str, list[list[str]]]:
    """Each page, in each of its states."""
    make_samples(house.app, house.account("support_worker"))
    return pages(house.app, house.invitation("Nouvelle Démo", "nouvelle@demo.example").rsplit("/", 1)[-1])


@pytest.fixture(scope="module")
def reached(house: House, there: dict[str, list[list[str]]]) -> dict[str, dict[str, str]]:
    """For each role: the addresses that open to her, one for each state of a page, and the endpoint of each."""
    found: dict[str, dict[str, str]] = {}
    for role in STAFF:
        client = house.client(role)
        opens = {page: states for page, states in there.items() if role in EXPECTED.get(f"GET {page}", ())}
        found[role] = {
            path: page
            for page, states in opens.items()
            if not is_public(house.app, page)
            for state in states
            for path in [next((path for path in state if client.get(path).status_code == 200), "")]
            if path
        }
        found[role] |= {path: "" for path in ALSO if client.get(path).status_code == 200}
    return found


def is_public(app: Flask, page: str) -> bool:
    with app.app_context():
        need = need_of(page)
    return need is not None and need.permission == PUBLIC


@pytest.fixture(scope="module")
def code(reached: dict[str, dict[str, str]]) -> str:
    """The first open file of the first worker."""
    return next(path for path, page in reached["support_worker"].items() if page == "support.new_step").split("/")[3]


def test_no_page_is_left_out(house: House, there: Any, reached: Any) -> None:
    """Each page of the URL map opened to somebody, or is there without an account."""
    opened = {page for paths in reached.values() for page in paths.values()}
    assert {page for page in there if page not in opened and not is_public(house.app, page)} == set()
    assert {rule.endpoint for rule in house.app.url_map.iter_rules()} >= NOT_PAGES, "these are gone"


def looks_of(role: str, path: str, page: str) -> Looks:
    """All of them for the first role to which a page opens; the others take turns."""
    first = next(each for each in STAFF if each in EXPECTED.get(f"GET {page}", STAFF))
    return EVERY if role == first else TURNS[(list(STAFF).index(role) + len(path)) % len(TURNS)]


@pytest.mark.parametrize("role", STAFF)
def test_every_page_that_a_role_reaches(browser: Browser, house: House, reached: Any, role: str) -> None:
    page, wrong = new_page(browser), []
    house.enter(page.context, role)
    for path, endpoint in reached[role].items():
        status, found = look(page, path, house, looks_of(role, path, endpoint))
        wrong += [*found, *([] if status == 200 else [f"{path} {status}"])]
    status, found = look(page, "/nothing", house)
    wrong += found
    page.context.close()
    assert status == 404 and len(reached[role]) >= 5
    assert not wrong, say(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_without_an_account(browser: Browser, house: House, there: Any, language: str) -> None:
    page, wrong, seen = new_page(browser), [], 0
    page.goto(f"{house.address}/language/{language}")
    public = [state[0] for name, states in there.items() if is_public(house.app, name) for state in states]
    for path in [*public, "/nothing"]:
        seen += 1
        wrong += look(page, path, house)[1]
        assert page.locator("html").get_attribute("lang")[:2] == language  # type: ignore[index]
    page.context.close()
    assert seen >= 10
    assert not wrong, say(wrong)


# --- what opens on a page --------------------------------------------------------------------------------------------


def test_what_opens_over_a_page(browser: Browser, house: House, code: str) -> None:
    """The palette with and without results, the help, the account's menu, the sheet of a phone, a dialog of a page."""
    page, wrong = new_page(browser), []
    house.enter(page.context, "support_worker")
    page.goto(f"{house.address}/support/files/{code}")
    for name, do in {
        "palette": "document.querySelector('#palette').showModal()",
        "keys": "document.querySelector('#keys').showModal()",
        "close-file": "document.querySelector('#close-file').showModal()",
        "account": "document.querySelector('details.pop').open = true",
        "sheet": "document.querySelector('.tabs details').open = true",
    }.items():
        page.evaluate(do)
        wrong += [f"{name} {fault}" for fault in faults(page)]
        page.evaluate("document.querySelectorAll('dialog').forEach((d) => d.close())")
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = false; })")
    for text in ("a", "zzzz"):
        page.keyboard.press("Control+k")
        page.locator("#palette input").fill(text)
        expect(page.locator("#palette [role=status]")).not_to_be_empty()
        wrong += [f"palette {text} {fault}" for fault in faults(page)]
        page.keyboard.press("Escape")
    wrong += complaints(page)
    page.context.close()
    assert not wrong, say(wrong)


EMPTY = """(form) => {
    form.noValidate = true;
    form.querySelectorAll("input:not([type=hidden])").forEach((field) => { field.value = ""; });
    form.requestSubmit();
}"""
REFUSED = {
    "support_worker": ("/people/new", "/support/contact", "/people/{code}/contacts/new", "/people/{code}/edit"),
    "coordinator": ("/settings/core.quick_exit_url", "/settings/support.reassess_weeks"),
    "administrator": ("/accounts/invite",),
    None: ("/sign-in",),
}  # fmt: skip


@pytest.mark.parametrize("role", REFUSED)
def test_a_form_that_is_refused(browser: Browser, house: House, code: str, role: str | None) -> None:
    page, wrong = new_page(browser), []
    house.enter(page.context, role)
    for path in REFUSED[role]:
        page.goto(house.address + path.format(code=code))
        form = page.locator("main form:has(.btn.main), main form:has([type=password])").last
        with page.expect_navigation() as answered:
            form.evaluate(EMPTY)
        assert answered.value.status == 422, path
        wrong += [f"{path} {fault}" for fault in faults(page) + complaints(page)]
    page.context.close()
    assert not wrong, say(wrong)


def test_somebody_who_has_nothing_yet(browser: Browser, house: House) -> None:
    """Each list, when it is empty."""
    page, wrong = new_page(browser), []
    house.enter(page.context, "support_worker")
    with house.app.app_context(), transaction():
        new = add_user("Nouvelle Démo", "support_worker", "peer_supporter")
        new.language = "fr"
        db.session.flush()
        new_id = new.id
    house.enter(page.context, new_id)
    for path in ("/", "/people", "/support/files", "/support/contact", "/support/accompanied", "/support/visits"):
        status, found = look(page, path, house)
        assert status == 200
        wrong += found
    page.context.close()
    assert not wrong, say(wrong)


# --- the way in, where a second factor is compulsory -----------------------------------------------------------------


def test_the_way_in(browser: Browser, app: Flask, address: str) -> None:
    from app.accounts.actions import invite

    with app.app_context(), transaction():
        _user, link = invite("Marie Exemple", "marie@example.org", by=None)
    page, wrong = new_page(browser), []

    def check(where: str) -> None:
        wrong.extend(f"{where} {fault}" for fault in faults(page) + complaints(page))

    page.goto(address + "/welcome/" + link.rsplit("/", 1)[-1])
    page.locator("[name=new]").fill(PASSWORD)
    page.locator("main button.main").click()
    page.wait_for_url("**/second-factor")
    check("second factor")
    secret = page.locator("#totp-key").text_content().replace(" ", "")
    page.locator("[name=code]").fill(pyotp.TOTP(secret).at(now()))
    page.locator("main form:has([name=code]) .btn").click()
    page.locator(".codes").wait_for()
    check("recovery codes")
    page.goto(address + "/account")
    check("her account")
    with page.expect_navigation() as answered:
        page.locator("main form:has([name=new])").evaluate(EMPTY)
    assert answered.value.status == 422
    check("password refused")
    page.locator("details.pop summary").click()
    page.locator("form[action='/sign-out'] button").click()
    page.locator("[name=email]").fill("marie@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button.main").click()
    page.wait_for_url("**/sign-in/code**")
    check("code")
    page.locator("[name=code]").fill("000 000")
    page.locator("main button.main").click()
    page.locator(".field .error, [aria-invalid]").first.wait_for()
    check("wrong code")
    page.context.close()
    assert not wrong, say(wrong)
