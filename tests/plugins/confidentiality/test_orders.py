"""Court orders and subpoenas: entered, held, answered (D-CONF-4, D-CONF-9)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.db import db, reading, transaction
from app.errors import NotAllowed, NotFound
from app.people.actions import register
from app.testing import SignIn
from app.web.times import today
from plugins.confidentiality.actions import orders as actions
from plugins.confidentiality.models import CourtOrder, WithoutConsent
from plugins.confidentiality.queries import orders as queries
from plugins.confidentiality.queries.retention import held_codes
from plugins.confidentiality.slots import deadlines
from tests.plugins.confidentiality.conftest import House, her, who
from tests.plugins.confidentiality.her_consents import browser_of


@pytest.fixture(autouse=True)
def _inside(request: pytest.FixtureRequest) -> None:
    """Tests of use cases run in the app's context; those of pages have none, so that each request has its own."""
    if "signed_in" not in request.fixturenames:
        request.getfixturevalue("context")


ORDER: dict[str, Any] = {
    "kind": "subpoena",
    "authority": "Cour Démo, district de Longueuil",
    "asked": "Les notes de mars.",
    "due_on": today() + timedelta(days=9),
    "received_on": today(),
}


def entered(house: House, by: str = "officer", *others: str) -> str:
    with house.writing():
        persons = [her(code) for code in (house.code, *others)]
        return actions.enter_order(who(getattr(house, by)), persons=persons, why_held="Citation", **ORDER).uid


def test_d_conf_9_an_order_holds_what_is_written_about_each_person(house: House) -> None:
    with transaction():
        other = register(who(house.worker), kind="relative", first_contact=today()).code
    entered(house, "officer", other, other)
    with reading():
        assert held_codes([house.code, other]) == {house.code, other}


@pytest.mark.parametrize("role", ["worker", "coordinator", "chair", "administrator", "peer"])
def test_only_the_privacy_officer_enters_and_sees_them(house: House, role: str) -> None:
    with pytest.raises(NotAllowed):
        entered(house, role)
    uid = entered(house)
    with reading(), pytest.raises(NotFound):
        queries.order_or_404(uid, who(getattr(house, role)))


def test_it_is_due_on_her_desk_until_it_is_answered(house: House) -> None:
    uid = entered(house)
    until = today() + timedelta(days=14)
    with house.app.test_request_context(), reading():
        assert [due.day for due in deadlines(who(house.officer), until) if uid in due.url] == [ORDER["due_on"]]
        assert not [due for due in deadlines(who(house.coordinator), until) if uid in due.url]
    with transaction():
        officer = who(house.officer)
        actions.close_order(officer, queries.order_or_404(uid, officer), outcome="Remis sous scellé.")
        with pytest.raises(actions.OrderClosed):
            actions.close_order(officer, queries.order_or_404(uid, officer), outcome="Encore.")
    with house.app.test_request_context(), reading():
        assert not [due for due in deadlines(who(house.officer), until) if uid in due.url]
        assert held_codes([house.code]) == {house.code}  # until it is lifted


def test_law_8_what_it_asks_for_is_sealed_in_a_safe_of_its_own(house: House) -> None:
    first, second = entered(house), entered(house)
    with reading():
        rows = db.session.execute(select(CourtOrder.__table__)).all()
        clear = b" ".join(each if isinstance(each, bytes) else str(each).encode() for row in rows for each in row)
        assert b"Longueuil" not in clear and b"notes de mars" not in clear
        safes = {queries.order_or_404(uid, who(house.officer)).safe_id for uid in (first, second)}
        assert len(safes) == 2 and her(house.code).register_safe_id not in safes


def test_from_the_order_to_telling_under_it(house: House, signed_in: SignIn) -> None:
    officer = browser_of(house, signed_in, "officer")
    typed = {**ORDER, "received_on": today().isoformat(), "due_on": ORDER["due_on"].isoformat()}
    unknown = officer.send("/confidentiality/orders/new", {**typed, "codes": f"{house.code}, ZZZZZ"})
    assert unknown.status_code == 422 and "Nobody has this code: ZZZZZ" in unknown.text
    at = str(officer.send("/confidentiality/orders/new", {**typed, "codes": house.code.lower()}).location)
    page = officer.get(at).text
    assert house.code in page and "ground=court" in page
    missing = officer.send(f"{at}/persons/{house.code}", {"told": "no", "why_not": ""}, seen=at)
    assert missing.status_code == 422 and "Write why she is not told" in missing.text
    assert officer.send(f"{at}/persons/{house.code}", {"told": "yes", "why_not": ""}, seen=at).status_code == 303
    with house.reading():
        second = who(house.coordinator).uid
    path = f"/confidentiality/persons/{house.code}/without-consent?ground=court&for={at.rsplit('/', 1)[-1]}"
    told = {"ground": "court", "facts": "Citation.", "recipient": "Cour Démo", "capacity": "tribunal"}
    made = officer.send(path, {**told, "items": ["meetings"], "told": "yes", "second": second})
    assert made.status_code == 303
    assert "The decision to tell" in officer.get(at).text
    with house.reading():
        found = db.session.scalars(select(WithoutConsent)).one()
        assert (found.ground, found.purpose, found.decided_by) == ("court", "legal", house.officer)
    assert officer.send(f"{at}/close", {"outcome": "Remis."}, seen=at).status_code == 303
    assert "Remis." in officer.get(at).text
    assert "Cour Démo" in officer.get("/confidentiality/registers/orders").text


@pytest.mark.parametrize("role", ["worker", "coordinator", "administrator"])
def test_its_pages_are_the_privacy_officers(house: House, signed_in: SignIn, role: str) -> None:
    uid = entered(house)
    browser = browser_of(house, signed_in, role)
    for at in (f"/confidentiality/orders/{uid}", "/confidentiality/orders/new"):
        assert browser.get(at).status_code in (403, 404)
