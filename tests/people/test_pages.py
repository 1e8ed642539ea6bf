"""The register's pages, as a browser sees them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import vault
from app.db import db, reading, transaction
from app.people import actions, queries
from app.people.models import Person
from app.testing import Browser, SignIn
from app.web.times import today
from tests.people.conftest import Register, person, user

Team = dict[str, int]
FORM = {"kind": "woman", "pseudonym": "Hirondelle", "prefers": "fr", "age_band": "", "first_contact": "2026-03-02"}
REACH = {"channel": "text", "address": "514 555-0134", "name_to_use": "Julie"}


@pytest.fixture
def ana(app: Flask, signed_in: SignIn, team: Team) -> Browser:
    with app.app_context(), reading():
        return signed_in(user(team["ana"]))


def registered(app: Flask) -> int:
    with app.app_context(), reading():
        return db.session.scalar(select(func.count()).select_from(Person)) or 0


def title(html: str) -> str:
    found = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    assert found
    return found[1]


def without_tokens(html: str) -> str:
    """A page without its CSRF tokens, which hold the second they were made in."""
    return re.sub(r'(csrf_token" value=|X-CSRFToken[^"]*": )"[^"]+"', "", html)


def test_register_then_her_page(app: Flask, ana: Browser, team: Team) -> None:
    sent = {**FORM, "also": ["es"], "contact-channel": "phone", "contact-address": "514 555-0134"}
    answer = ana.send("/people/new", sent)
    assert answer.status_code == 303
    page = ana.get(answer.location).text
    assert all(text in page for text in ("Hirondelle", "514 555-0134", "Ana Démo"))
    with app.app_context(), reading():
        her = queries.person_or_404(answer.location[-5:], user(team["ana"]))
        assert (her.languages, her.age_band, her.name) == ("fr es", None, None)


def test_a_code_alone_is_registered_without_a_contact(app: Flask, ana: Browser) -> None:
    assert ana.send("/people/new", {**FORM, "pseudonym": ""}).status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"age_band": "under-16"},
        {"age_band": "12"},
        {"kind": "other"},
        {"prefers": "xx"},
        {"also": ["xx"]},
        {"first_contact": ""},
        {"first_contact": "2999-01-01"},
        {"first_contact": "spring"},
        {"pseudonym": "Hirondelle " * 20},
        {"contact-hours": "le soir"},
        {"contact-channel": "pigeon", "contact-address": "514"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(app: Flask, ana: Browser, wrong: dict[str, object]) -> None:
    answer = ana.send("/people/new", {**FORM, "contact-channel": "text", **wrong})
    assert answer.status_code == 422
    assert "Hirondelle" in answer.text
    assert 'class="summary"' in answer.text
    assert registered(app) == 0


def test_d_file_3_under_16_says_to_refer_her(ana: Browser) -> None:
    assert "refer her" in ana.send("/people/new", {**FORM, "age_band": "under-16"}).text


def test_a_woman_who_may_be_registered_already_is_shown_first(app: Flask, ana: Browser, register: Register) -> None:
    mine, other = register("ana", pseudonym="Hirondelle d’été"), register("bea", pseudonym="Hirondelle")
    answer = ana.send("/people/new", FORM)
    assert answer.status_code == 422
    assert mine in answer.text
    assert other not in answer.text
    assert registered(app) == 2
    assert ana.send("/people/new", {**FORM, "different": "1"}).status_code == 303


def test_on_her_page_too_by_code(app: Flask, ana: Browser, register: Register) -> None:
    one, two = register("ana", name="Marguerite"), register("ana", pseudonym="Marguerita")
    page = ana.get(f"/people/{one}").text
    assert f"/people/{two}" in page
    assert "Marguerita" not in page


def test_d_conf_11_titles_hold_codes_only(app: Flask, ana: Browser, register: Register, team: Team) -> None:
    code = register("ana", pseudonym="Hirondelle", contacts=[REACH])
    for path in ("", "/edit", "/contacts/new"):
        page = ana.get(f"/people/{code}{path}")
        assert page.status_code == 200
        assert code in title(page.text)
        assert "Hirondelle" not in title(page.text)
    assert "Hirondelle" in ana.get(f"/people/{code}").text


def test_d_conf_11_what_is_searched_for_is_not_in_an_address(app: Flask, ana: Browser, register: Register) -> None:
    code = register("ana", pseudonym="Hirondelle")
    assert 'method="post"' in ana.get("/people").text
    whole = ana.send("/people", {"q": "hiron"})
    assert f"/people/{code}" in whole.text
    assert "<html" in whole.text
    assert f"/people/{code}" not in ana.send("/people", {"q": "rien"}).text


def test_search_as_you_type_answers_with_the_rows_alone(app: Flask, ana: Browser, register: Register) -> None:
    code = register("ana", pseudonym="Hirondelle")
    token = re.search(r"X-CSRFToken[^\w]+([\w.-]+)", ana.get("/people").text)
    assert token
    part = ana.post("/people", data={"q": "hir"}, headers={"HX-Request": "true", "X-CSRFToken": token[1]})
    assert code in part.text
    assert "<html" not in part.text


def test_d_conf_1_another_workers_pages_are_not_there(app: Flask, ana: Browser, register: Register) -> None:
    code = register("bea", pseudonym="Colombe", contacts=[REACH])
    with app.app_context(), reading():
        uid = queries.contacts(person(code))[0].uid
    nobody = ana.get("/people/K7K7K")
    for path in ("", "/edit", "/contacts/new", f"/contacts/{uid}"):
        answer = ana.get(f"/people/{code}{path}")
        assert (answer.status_code, answer.text.count("Colombe")) == (404, 0)
    hers = ana.get(f"/people/{code}")
    assert without_tokens(hers.text.replace(code, "K7K7K")) == without_tokens(nobody.text)
    for step in ("confirm", "first", "remove"):
        assert ana.send(f"/people/{code}/contacts/{uid}/{step}", seen="/people").status_code == 404
    assert ana.send(f"/people/{code}/edit", FORM, seen="/people").status_code == 404


def test_her_record_is_changed(app: Flask, ana: Browser, register: Register, team: Team) -> None:
    code = register("ana", name="Rose", languages=["es", "fr"], age_band="25-34")
    form = ana.get(f"/people/{code}/edit").text
    assert 'value="Rose"' in form
    assert re.search(r'<option selected value="es">', form)
    assert ana.send(f"/people/{code}/edit", {**FORM, "name": "", "age_band": "16-17"}).status_code == 303
    assert "16 or 17" in ana.get(f"/people/{code}").text  # D-CONF-7
    with app.app_context(), reading():
        assert queries.person_or_404(code, user(team["ana"])).name is None


def test_an_age_that_was_not_told_stays_so(ana: Browser, register: Register) -> None:
    code = register("ana", pseudonym="Hirondelle")
    assert re.search(r'<input checked id="age_band-0"', ana.get(f"/people/{code}/edit").text)


def test_d_file_4_an_old_contact_is_shown_to_be_confirmed_again(
    app: Flask, ana: Browser, register: Register, team: Team
) -> None:
    code = register("ana", contacts=[{**REACH, "confirmed_on": today() - timedelta(days=91)}])
    with app.app_context(), reading():
        uid = queries.contacts(person(code))[0].uid
    assert "confirm again" in ana.get(f"/people/{code}").text
    assert ana.send(f"/people/{code}/contacts/{uid}/confirm", seen=f"/people/{code}").status_code == 303
    assert "confirm again" not in ana.get(f"/people/{code}").text


def test_d_file_4_contacts_are_added_changed_and_removed(
    app: Flask, ana: Browser, register: Register, team: Team
) -> None:
    code = register("ana")
    assert "Do not call" in ana.get(f"/people/{code}").text
    assert ana.send(f"/people/{code}/contacts/new", {"channel": "text", "address": " "}).status_code == 422
    assert ana.send(f"/people/{code}/contacts/new", REACH).status_code == 303
    with app.app_context(), reading():
        uid = queries.contacts(person(code))[0].uid
    assert ana.send(f"/people/{code}/contacts/{uid}", {**REACH, "hours": "le soir", "name_us": "y"}).status_code == 303
    page = ana.get(f"/people/{code}").text
    assert "le soir" in page
    assert ana.send(f"/people/{code}/contacts/{uid}/remove", seen=f"/people/{code}").status_code == 303
    assert "514 555-0134" not in ana.get(f"/people/{code}").text


def test_section_8_a_peers_page_shows_no_name(app: Flask, signed_in: SignIn, register: Register, team: Team) -> None:
    code = register("ana", pseudonym="Hirondelle", name="Rose", contacts=[REACH])
    with app.app_context(), transaction():
        vault.grant(person(code).safe_id, user(team["peer"]), why="assigned", by=None)
    with app.app_context(), reading():
        browser = signed_in(user(team["peer"]))
    for path in ("/people", f"/people/{code}"):
        page = browser.get(path).text
        assert code in page
        assert not re.search("Hirondelle|Rose|Ana Démo", page)
    assert "514 555-0134" in page
    assert browser.get(f"/people/{code}/edit").status_code == 403
    assert browser.get("/people/new").status_code == 403


def test_section_8_a_coordinators_page_shows_codes_only(
    app: Flask, signed_in: SignIn, register: Register, team: Team
) -> None:
    codes = [register("ana", pseudonym="Hirondelle", contacts=[REACH]) for _ in range(26)]
    with app.app_context(), reading():
        browser = signed_in(user(team["chief"]))
    page = browser.get("/people/codes").text
    assert codes[-1] in page
    assert codes[0] not in page
    assert "Hirondelle" not in page
    assert codes[0] in browser.get(f"/people/codes?after={codes[1]}").text
    for path in ("/people", f"/people/{codes[0]}", "/people/new"):
        assert browser.get(path).status_code == 403
    assert browser.send("/people", {"q": "hir"}, seen="/people/codes").status_code == 403


def test_the_palette_finds_only_what_she_may_open(app: Flask, register: Register, team: Team) -> None:
    from app.people.views import results

    code = register("ana", pseudonym="Hirondelle")
    with app.test_request_context():
        for who, found in (("ana", [code]), ("bea", []), ("chief", [])):
            with reading():
                assert [result.url[-5:] for result in results("hiro", user(team[who]))] == found


def test_nothing_is_kept_when_the_registration_fails(app: Flask, register: Register, team: Team) -> None:
    with pytest.raises(TypeError), app.app_context(), transaction():
        actions.register(user(team["ana"]), kind="woman", first_contact=today(), contacts=[{"colour": "blue"}])
    assert registered(app) == 0
