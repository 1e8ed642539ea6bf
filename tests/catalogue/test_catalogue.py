"""The services of the declaration, on and off; the public page."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from app.accounts.permissions import ROLES
from app.catalogue.services import SERVICES, services_on
from app.catalogue.settings import CORE_SETTINGS
from app.db import reading, transaction
from app.plugins import plugins_of, switch
from app.testing import SignIn

MAY = {"coordinator", "administrator"}
PAGES = ("/services", "/services/1", "/settings", "/settings/core.mission")


@pytest.mark.parametrize("role", sorted(set(ROLES) - MAY))
def test_no_other_role_reaches_services_or_settings(signed_in: SignIn, role: str) -> None:
    browser = signed_in(role)
    for page in PAGES:
        assert browser.get(page).status_code == 403, page
    assert browser.send("/services/1", {"on": 0}, seen="/").status_code == 403
    sent = browser.send("/settings/core.mission", {"language": "fr", "value": "autre", "seen": 0}, seen="/")
    assert sent.status_code == 403


@pytest.mark.parametrize("role", sorted(MAY))
def test_who_switches_sees_all_fourteen(signed_in: SignIn, role: str) -> None:
    page = signed_in(role).get("/services")
    assert page.status_code == 200
    for names in SERVICES.values():
        assert escape(names["en"]) in page.text
    assert page.text.count("No provider yet") == 14 - 5


def test_a_service_is_switched_off_after_a_page_that_says_what_it_does(app: Flask, signed_in: SignIn) -> None:
    coordinator, other = signed_in("coordinator"), signed_in("administrator")
    assert "Nothing is lost" in coordinator.get("/services/2").text
    assert coordinator.send("/services/2", {"on": 0}).status_code == 302
    assert "circle-slash" in other.get("/services").text
    with app.app_context(), reading():
        assert services_on() == [1, 4, 8, 9]


def test_a_service_without_a_provider_cannot_be_switched_on(signed_in: SignIn) -> None:
    coordinator = signed_in("coordinator")
    assert coordinator.get("/services/7").status_code == 404
    assert coordinator.send("/services/7", {"on": 1}, seen="/services").status_code == 409
    assert coordinator.send("/services/99", {"on": 1}, seen="/services").status_code == 404


def test_switching_is_journaled_once(app: Flask, signed_in: SignIn) -> None:
    from sqlalchemy import select

    from app.db import db
    from app.journal.models import JournalEntry

    coordinator = signed_in("coordinator")
    for _again in range(2):
        coordinator.send("/services/2", {"on": 0}, seen="/services")
    with app.app_context(), reading():
        entries = db.session.execute(
            select(JournalEntry.subject, JournalEntry.actor).where(JournalEntry.action == "services.disabled")
        ).all()
    assert [entry.subject for entry in entries] == ["2"] and entries[0].actor


def in_language(app: Flask, code: str) -> FlaskClient:
    visitor = app.test_client()
    assert visitor.get(f"/language/{code}?next=/bienvenue").status_code == 302
    return visitor


@pytest.mark.parametrize("language", ["fr", "en", "es", "ht"])
def test_the_public_page_needs_no_account_and_lists_only_what_is_on(
    app: Flask, signed_in: SignIn, language: str
) -> None:
    visitor = in_language(app, language)
    page = visitor.get("/bienvenue")
    assert page.status_code == 200
    shown = {number for number, names in SERVICES.items() if escape(names[language]) in page.text}
    assert shown == {1, 2, 4, 8, 9}
    for spec in CORE_SETTINGS:
        if spec.long and spec.key != "core.reach_us":
            first = spec.default[language].split("\n\n")[0]  # type: ignore[index]
            assert escape(first) in page.text, spec.key
    signed_in("coordinator").send("/services/2", {"on": 0}, seen="/services")
    assert escape(SERVICES[2][language]) not in visitor.get("/bienvenue").text  # another client, its next request


def test_a_service_is_off_when_its_plugin_is(app: Flask, signed_in: SignIn) -> None:
    with app.app_context(), transaction():
        switch("support", on=False, by=None)
    assert SERVICES[1]["fr"] not in app.test_client().get("/bienvenue").text
    page = signed_in("administrator").get("/services")
    assert page.text.count("Its plugin is off") == 5


def test_what_is_not_written_yet_is_hidden_from_the_public_and_shown_to_editors(app: Flask, signed_in: SignIn) -> None:
    assert "Reach us" not in in_language(app, "en").get("/bienvenue").text
    assert "To be completed" in signed_in("coordinator").get("/settings").text
    assert "To be completed" in signed_in("coordinator").get("/settings/core.reach_us").text


def test_every_service_has_a_name_of_its_own_in_each_language() -> None:
    assert list(SERVICES) == list(range(1, 15))
    for language in ("fr", "en", "es", "ht"):
        assert len({names[language] for names in SERVICES.values()}) == 14


def test_providers_come_from_what_plugins_say(context: Flask) -> None:
    from app.catalogue.services import providers

    [(info, _module)] = [found for found in plugins_of(context).loaded() if found[0].name == "support"]
    assert [n for n in SERVICES if info in providers(n)] == list(info.services)
