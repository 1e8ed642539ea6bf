"""Every page that each role can reach, by day and by night, on a phone and on a desk: axe-core finds nothing.

The pages come from the URL map: a page that is added is looked at without anybody thinking of it, and one that asks for
an unknown kind of object fails here until `samples` names one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from werkzeug.routing import Rule

from app.accounts.models import User
from app.accounts.permissions import PUBLIC, need_of
from app.db import db, now, reading, transaction
from app.demo import STAFF
from app.people.models import Person, SafeContact
from app.testing import PASSWORD, add_user
from app.web.i18n import LANGUAGES
from plugins.support.models import CaseFile, Contact
from tests.browser.house import House, new_page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
PHONE, DESK, NARROWEST = 360, 1280, 320
THEMES = ("light", "dark")
NOT_PAGES = {"static", "web.choose_language", "web.healthz", "web.readyz", "desk.palette"} | {
    "accounts.passkey_options", "accounts.welcome_passkey_options", "accounts.new_passkey_options",
}  # fmt: skip
ALSO = (
    "/support/files?closed=1",
    "/support/assignments?waiting=1",
    "/people?after=Z",
    "/settings/core.mission?language=ht",
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
UNFOLD = "document.querySelectorAll('main details').forEach((d) => { d.open = true; })"


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it is now, in two themes and two widths, and narrower still."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    page.evaluate(UNFOLD)
    found = []
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 800})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            found += [f"{width} {theme}: {fault}" for fault in page.evaluate(RUN, theme == "light")]
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


def look(page: Page, path: str, house: House) -> tuple[int, list[str]]:
    answer = page.goto(house.address + path)
    assert answer is not None
    return answer.status, [f"{path} {fault}" for fault in faults(page) + complaints(page)]


# --- what there is to look at ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def samples(house: House) -> dict[str, list[str]]:
    """Objects of the first worker, for each name in an address."""
    link = house.invitation("Nouvelle Démo", "nouvelle@demo.example").rsplit("/", 1)[-1]
    worker = house.account("support_worker")
    noted = select(Person.code, SafeContact.uid, Contact.uid).join(SafeContact, SafeContact.person_id == Person.id)
    noted = noted.join(CaseFile, CaseFile.person_id == Person.id).join(Contact, Contact.file_id == CaseFile.id)
    noted = noted.where(Contact.by == worker).order_by(Contact.day.desc())
    with house.app.app_context(), reading():
        code, reach, contact = db.session.execute(noted.where(CaseFile.closed_on.is_(None))).first()
        closed, _reach, old = db.session.execute(noted.where(CaseFile.closed_on.is_not(None))).first()
        bare = select(Person.code).where(Person.registered_by == worker, Person.id.not_in(select(CaseFile.person_id)))
        account = db.session.scalar(select(User.uid).where(User.id == worker))
        return {
            "code": [code, closed, db.session.scalars(bare).first()],
            "people.contact.uid": [reach],
            "support.correct_contact.uid": [contact, old],
            "uid": [account],
            "number": ["9"],
            "key": ["core.mission", "core.quick_exit_url", "support.reassess_weeks"],
            "token": [link],
            "status": ["403", "405", "409", "413", "429", "500", "503"],
        }


def addresses(app: Flask, samples: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Each page of the URL map, with sample objects in its address; with the permission that it asks for."""
    with app.app_context():
        for rule in app.url_map.iter_rules():
            need = need_of(rule.endpoint)
            if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES and need is not None:
                yield from ((path, need.permission) for path in filled(rule, samples))
        yield from ((path, "") for path in ALSO)


def filled(rule: Rule, samples: dict[str, list[str]]) -> list[str]:
    """Each object once; where an address names two, the second belongs to the first."""
    kinds = {name: samples.get(f"{rule.endpoint}.{name}") or samples[name] for name in rule.arguments}
    longest = 1 if len(kinds) > 1 else max((len(values) for values in kinds.values()), default=1)
    made = [rule.build({name: values[n] for name, values in kinds.items()}) for n in range(longest)]
    return [built[1] for built in made if built]


@pytest.mark.parametrize("role", STAFF)
def test_every_page_that_a_role_reaches(browser: Browser, house: House, samples: Any, role: str) -> None:
    page, wrong, seen = new_page(browser), [], 0
    house.enter(page.context, role)
    for path, permission in addresses(house.app, samples):
        if permission == PUBLIC or page.request.get(house.address + path, max_redirects=0).status != 200:
            continue
        seen += 1
        wrong += look(page, path, house)[1]
    status, found = look(page, "/nothing", house)
    wrong += found
    page.context.close()
    assert status == 404 and seen >= 5
    assert not wrong, say(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_without_an_account(browser: Browser, house: House, samples: Any, language: str) -> None:
    page, wrong, seen = new_page(browser), [], 0
    page.goto(f"{house.address}/language/{language}")
    for path, permission in [*addresses(house.app, samples), ("/nothing", PUBLIC)]:
        if permission == PUBLIC:
            seen += 1
            wrong += look(page, path, house)[1]
            assert page.locator("html").get_attribute("lang")[:2] == language  # type: ignore[index]
    page.context.close()
    assert seen >= 10
    assert not wrong, say(wrong)


# --- what opens on a page --------------------------------------------------------------------------------------------


def test_what_opens_over_a_page(browser: Browser, house: House, samples: Any) -> None:
    """The palette with and without results, the help, the account's menu, the sheet of a phone, a dialog of a page."""
    page, wrong = new_page(browser), []
    house.enter(page.context, "support_worker")
    page.goto(f"{house.address}/support/files/{samples['code'][0]}")
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
def test_a_form_that_is_refused(browser: Browser, house: House, samples: Any, role: str | None) -> None:
    page, wrong = new_page(browser), []
    house.enter(page.context, role)
    for path in REFUSED[role]:
        page.goto(house.address + path.format(code=samples["code"][0]))
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
