"""The directory of partners (service 4), and how women found them, as counts (D-CONF-12)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.db import db
from app.errors import NotAllowed
from app.people import disclosure
from app.testing import Browser, SignIn
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.forms import partners as words
from plugins.support.models import Echo, Partner
from plugins.support.rules import partners as rules
from tests.plugins.support.conftest import House, who
from tests.plugins.support.test_lists import QUERIES_A_PAGE, cost

NAME = "Maison Démo des Tilleuls"


def add(house: House, name: str = NAME, **values: Any) -> str:
    with house.writing():
        plain = {"services": "shelter housing", "languages": "fr es", "area": "Rosemont", "telephone": "514 555-0201"}
        return actions.partners.add_partner(who(house.worker), name=name, **{**plain, **values}).uid


def browser_of(house: House, signed_in: SignIn, role: str = "worker") -> Browser:
    with house.reading():
        user = who(getattr(house, role))
        db.session.expunge(user)
    return signed_in(user)


def found(house: House, **asked: Any) -> list[str]:
    with house.reading():
        return [each.name for each in queries.partners.directory(**asked).rows]


@given(st.integers(0, 10_000))
def test_d_conf_12_a_count_under_five_is_never_told(count: int) -> None:
    told = rules.told_as(count)
    assert (told is None) == (count < 5)
    assert told is None or (told % 5 == 0 and told <= count < told + 5)


def test_d_conf_12_how_women_found_it_is_told_from_five_on_and_rounded(house: House) -> None:
    uid = add(house)
    for number, told in enumerate([None, None, None, None, 5, 5, 5, 5, 5, 10], 1):
        with house.writing():
            partner = queries.partners.partner_or_404(uid)
            db.session.add(
                Echo(partner_id=partner.id, outcome="helped" if number != 2 else "went", found=number % 4 + 1)
            )
        with house.reading():
            heard = queries.partners.heard_of(queries.partners.partner_or_404(uid))
            assert heard.answers == told, number
            assert heard.helped in (None, 5) and heard.found_well in (None, 5)


def test_d_conf_12_what_was_counted_has_no_way_back(house: House) -> None:
    assert {column.name for column in Echo.__table__.columns} == {"id", "uid", "partner_id", "outcome", "found"}


def test_partners_are_found_by_words_services_and_languages_whatever_the_accents(house: House) -> None:
    add(house)
    add(house, "Clinique Démo du Quai", services="health", languages="fr en", area="Verdun", note="Sans carte")
    assert found(house) == ["Clinique Démo du Quai", NAME]
    for asked in ({"text": "TILL"}, {"text": "demo rosem"}, {"service": "shelter"}, {"language": "es"}):
        assert found(house, **asked) == [NAME], asked
    assert found(house, text="carte") == ["Clinique Démo du Quai"]
    for nothing in ({"text": "zzz"}, {"service": "heal"}, {"language": "e"}, {"text": "quai", "language": "es"}):
        assert found(house, **nothing) == [], nothing
    assert len(found(house, text="%")) == 2  # no word at all


def test_pages_of_partners_neither_repeat_nor_skip(house: House) -> None:
    for number in range(60):
        add(house, f"Maison Démo {number % 30}")
    seen, after = [], None
    with house.reading():
        while True:
            page = queries.partners.directory(after=after)
            seen += [(each.sorted_as, each.id) for each in page.rows]
            if (after := page.after) is None:
                break
    assert len(seen) == len(set(seen)) == 60 and seen == sorted(seen)


def test_law_9_the_directory_costs_the_same_for_two_and_for_sixty(house: House, signed_in: SignIn) -> None:
    browser = browser_of(house, signed_in)
    add(house)
    browser.get("/support/partners")
    few = cost(house.app, browser, "/support/partners")
    for number in range(40):
        add(house, f"Maison Démo {number}")
    assert cost(house.app, browser, "/support/partners") == few <= QUERIES_A_PAGE


@pytest.mark.parametrize("role", ["worker", "coordinator"])
def test_who_keeps_the_directory_adds_changes_and_puts_aside(house: House, signed_in: SignIn, role: str) -> None:
    browser = browser_of(house, signed_in, role)
    filled = {"name": NAME, "services": ["shelter", "crisis"], "languages": ["fr"], "cost": "free", "area": "Centre"}
    answer = browser.send("/support/partners/new", filled)
    assert answer.status_code == 303
    page = answer.location
    assert "Shelter, Crisis line" in browser.get(page).text
    edit = f"{page}/edit"
    kept = browser.get(edit).text
    assert kept.count("checked") >= 4  # what is kept is shown ticked
    assert browser.send(edit, {**filled, "area": "Rive sud", "version": 1}).status_code == 303
    assert "Rive sud" in browser.get(page).text
    for verb, archived in (("archive", [NAME]), ("restore", [])):
        assert browser.send(f"{page}/{verb}", {}, seen=page).status_code == 303
        assert found(house, archived=True) == archived
    assert browser.send(f"{page}/checked", {}, seen=page).status_code == 303


def test_two_change_one_partner_and_the_second_sees_both(house: House, signed_in: SignIn) -> None:
    uid, browser = add(house), browser_of(house, signed_in)
    with house.writing():
        partner = queries.partners.partner_or_404(uid)
        actions.partners.change_partner(who(house.coordinator), partner, version=1, name=NAME, hours="Jour et nuit")
    answer = browser.send(f"/support/partners/{uid}/edit", {"name": NAME, "hours": "9 h à 17 h", "version": 1})
    assert answer.status_code == 409 and "Jour et nuit" in answer.text and "9 h à 17 h" in answer.text


def test_a_refused_partner_keeps_what_was_typed(house: House, signed_in: SignIn) -> None:
    browser = browser_of(house, signed_in)
    for wrong, said in (({"name": ""}, "name"), ({"site": "javascript:alert(1)"}, "site"), ({"cost": "gold"}, "cost")):
        answer = browser.send("/support/partners/new", {"name": NAME, "note": "déjà écrit", **wrong})
        assert answer.status_code == 422 and "déjà écrit" in answer.text and f'href="#{said}' in answer.text
    with house.reading():
        assert db.session.scalar(select(func.count(Partner.id))) == 0


@pytest.mark.parametrize("role", ["peer", "administrator"])
def test_who_does_not_keep_the_directory_is_refused(house: House, signed_in: SignIn, role: str) -> None:
    uid, browser = add(house), browser_of(house, signed_in, role)
    for path in ("/support/partners", f"/support/partners/{uid}", "/support/partners/new"):
        assert browser.get(path).status_code == 403
    with pytest.raises(NotAllowed), house.writing():
        actions.partners.add_partner(who(getattr(house, role)), name="X")


def test_a_search_is_posted_and_gives_the_rows_alone_to_a_script(house: House, signed_in: SignIn) -> None:
    add(house)
    browser = browser_of(house, signed_in)
    assert NAME in browser.send("/support/partners", {"text": "till"}).text
    token = browser._token.search(browser.get("/support/partners").text)[1]  # type: ignore[index]
    rows = browser.post("/support/partners", data={"text": "zzz", "csrf_token": token}, headers={"HX-Request": "true"})
    assert "No partner found" in rows.text and "<html" not in rows.text


def test_names_are_proposed_to_who_writes_to_them(house: House) -> None:
    add(house)
    add(house, "Maison Démo fermée")
    with house.writing():
        actions.partners.archive_partner(who(house.worker), queries.partners.partner_named("maison demo fermee"))  # type: ignore[arg-type]
    with house.app.test_request_context():
        assert disclosure.recipients(who(house.worker)) == [NAME]
        assert disclosure.recipients(who(house.peer)) == []


def test_of_two_of_one_name_neither_is_meant(house: House) -> None:
    add(house)
    with house.reading():
        assert queries.partners.partner_named("MAISON demo des tilleuls") is not None
    add(house)
    with house.reading():
        assert queries.partners.partner_named(NAME) is None


def test_what_was_not_looked_over_for_a_year_says_so(house: House, signed_in: SignIn) -> None:
    uid = add(house)
    browser = browser_of(house, signed_in)
    assert "Ask again" not in browser.get(f"/support/partners/{uid}").text
    with house.writing():
        queries.partners.partner_or_404(uid).checked_on = today() - timedelta(days=366)
    assert "Ask again" in browser.get(f"/support/partners/{uid}").text


def test_a_list_is_brought_in_and_nobody_has_looked_it_over(house: House) -> None:
    rows = [{"name": f"Maison Démo {n}", "languages": ("fr", "es"), "area": None} for n in range(3)]
    with house.writing():
        added = actions.partners.add_partners(who(house.worker), rows)
        assert [each.checked_on for each in added] == [None] * 3 and added[0].languages == "fr es"


def test_words_of_partners_are_complete() -> None:
    assert set(words.SERVICES) == set(rules.SERVICES) and set(words.ACCESS) == set(rules.ACCESS)
    assert set(words.COSTS) - {""} == set(rules.COSTS)
