"""Whoever may learn something here signs an undertaking each year (D-CONF-13)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.catalogue.models import SettingVersion
from app.db import db
from app.errors import NotAllowed, NotGranted
from app.plugins import switch
from app.testing import Browser, SignIn
from app.web.times import today
from plugins import confidentiality
from plugins.confidentiality.actions import undertakings as actions
from plugins.confidentiality.models import Undertaking
from plugins.confidentiality.queries import undertakings as queries
from plugins.confidentiality.rules import undertakings as rules
from plugins.support.actions.interpreters import add_interpreter
from tests.plugins.confidentiality.conftest import House, who

OWN, ALL = "/confidentiality/undertaking", "/confidentiality/undertakings"
SIGNED = {"name": "Intervenante Une", "agree": "y", "version": "0"}


def client(house: House, signed_in: SignIn, role: str) -> Browser:
    with house.reading():
        user = who(getattr(house, role))
        db.session.expunge(user)
    return signed_in(user)


def signed(house: House, role: str, days_ago: int) -> None:
    with house.writing():
        actions.sign(who(getattr(house, role)), name="Elle-même", language="fr", version=0)
        last = db.session.scalars(select(Undertaking).order_by(Undertaking.id.desc())).first()
        assert last is not None
        last.signed_on = today() - timedelta(days=days_ago)


def due_of(house: House, role: str) -> list[str]:
    with house.app.test_request_context(), house.reading():
        user = who(getattr(house, role))
        return [one.url for one in confidentiality.deadlines(user, today() + timedelta(days=14))]


@pytest.mark.parametrize("role", ["worker", "peer", "coordinator", "chair", "officer", "administrator"])
def test_d_conf_13_staff_peers_and_board_sign_on_screen(house: House, signed_in: SignIn, role: str) -> None:
    assert OWN in due_of(house, role)
    browser = client(house, signed_in, role)
    assert "What I learn here" in browser.get(OWN).text
    assert browser.send(OWN, SIGNED).status_code == 303
    assert OWN not in due_of(house, role)
    with house.reading():
        row = db.session.scalars(select(Undertaking)).one()
        assert (row.kind, row.how, row.signed_on, row.user_id) == ("account", "screen", today(), getattr(house, role))


def test_d_conf_13_nothing_is_signed_without_the_tick_and_the_name(house: House, signed_in: SignIn) -> None:
    browser = client(house, signed_in, "worker")
    for missing in ("agree", "name"):
        answer = browser.send(OWN, {name: value for name, value in SIGNED.items() if name != missing})
        assert answer.status_code == 422 and f'id="{missing}-err"' in answer.text
    with house.reading():
        assert db.session.scalars(select(Undertaking)).all() == []


def test_d_conf_13_what_was_signed_is_kept_word_for_word(house: House, signed_in: SignIn) -> None:
    browser = client(house, signed_in, "worker")
    browser.send(OWN, SIGNED)
    with house.writing():
        new = SettingVersion(key="confidentiality.undertaking", language="en", number=1, value="Otherwise.")
        new.by = house.administrator  # type: ignore[attr-defined]
        db.session.add(new)
    officer = signed_in("privacy_officer")
    page = officer.get("/confidentiality/registers/undertakings").text
    row = page[page.index("/confidentiality/registers/undertakings/rows/") :].split('"')[0]
    assert "What I learn here" in officer.get(row).text


def test_a_text_that_changed_while_she_read_it_is_not_signed_unread(house: House, signed_in: SignIn) -> None:
    browser = client(house, signed_in, "worker")
    answer = browser.send(OWN, {**SIGNED, "version": "7"})
    assert answer.status_code == 409 and "Intervenante Une" in answer.text
    with house.reading():
        assert db.session.scalars(select(Undertaking)).all() == []


def test_d_conf_13_it_holds_twelve_months_and_comes_back_before(house: House) -> None:
    for days_ago, asked in ((300, False), (355, True), (400, True)):
        signed(house, "worker", days_ago)
        assert (OWN in due_of(house, "worker")) is asked
        with house.writing():
            for row in db.session.scalars(select(Undertaking)):
                db.session.delete(row)


def test_d_conf_13_who_has_not_is_shown_to_the_privacy_officer(house: House, signed_in: SignIn) -> None:
    signed(house, "worker", 10)
    signed(house, "other", 340)
    signed(house, "coordinator", 400)
    page = client(house, signed_in, "officer").get(ALL).text
    assert "Intervenante Une" not in page
    assert all(name in page for name in ("Intervenante Deux", "Coordonnatrice", "Paire Une", "Présidente"))
    with house.reading():
        standings = {one.user.name: one.standing for one in queries.owing()}
    assert (standings["Intervenante Deux"], standings["Coordonnatrice"]) == ("soon", "over")


def test_who_has_left_is_not_asked_for(house: House) -> None:
    from app.db import now

    with house.writing():
        who(house.peer).disabled_at = now()
        who(house.other).roles[0].ended_at = now()
    with house.reading():
        names = {one.user.name for one in queries.owing()}
    assert not names & {"Paire Une", "Intervenante Deux"}


def test_the_list_is_the_privacy_officers(house: House, signed_in: SignIn) -> None:
    for role in ("worker", "coordinator", "chair", "administrator"):
        assert client(house, signed_in, role).get(ALL).status_code == 403
    with pytest.raises(NotAllowed), house.writing():
        told = {"name": "Bénévole", "language": "fr", "how": "paper", "signed_on": today()}
        actions.enter(who(house.worker), kind="volunteer", **told)  # type: ignore[arg-type]


def test_a_signature_opens_to_the_privacy_officer_alone(house: House) -> None:
    signed(house, "worker", 0)
    with house.reading(), pytest.raises(NotGranted):
        _ = db.session.scalars(select(Undertaking)).one().name


# --- those without an account ---------------------------------------------------------------------------------------


def test_d_conf_13_a_volunteer_is_entered_by_the_officer_and_comes_back(house: House, signed_in: SignIn) -> None:
    officer = client(house, signed_in, "officer")
    told = {"kind": "volunteer", "name": "Bénévole Exemple", "how": "paper", "language": "fr"}
    before = (today() - timedelta(days=345)).isoformat()
    assert officer.send(ALL, {**told, "signed_on": before}).status_code == 303
    page = officer.get(ALL).text
    assert "Bénévole Exemple" in page
    end = page[page.index(f"{ALL}/") :].split('"')[0]
    assert officer.send(end, seen=ALL).status_code == 303
    assert "Bénévole Exemple" not in officer.get(ALL).text
    assert "Bénévole Exemple" in officer.get("/confidentiality/registers/undertakings").text


def test_d_conf_13_interpreters_that_another_service_knows_are_shown(house: House, signed_in: SignIn) -> None:
    with house.writing():
        for name, signed_on in (("Interprète Un", None), ("Interprète Deux", today())):
            add_interpreter(who(house.coordinator), name=name, languages="es", signed_on=signed_on)
    officer = client(house, signed_in, "officer")
    page = officer.get(ALL).text
    assert "Interprète Un" in page and "Interprète Deux" not in page
    with house.writing():
        switch("support", on=False, by=None, why="test")
    assert "Interprète Un" not in officer.get(ALL).text


# --- the rule -------------------------------------------------------------------------------------------------------


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 800))
def test_d_conf_13_the_sql_and_the_rule_say_the_same(signed_on: date, later: int) -> None:
    day = signed_on + timedelta(days=later)
    assert (signed_on < rules.signed_before(day)) == (rules.valid_until(signed_on) < day)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_d_conf_13_twelve_months(signed_on: date) -> None:
    assert 364 <= (rules.valid_until(signed_on) - signed_on).days <= 365
    assert rules.standing(signed_on, signed_on) == "holds"
    assert rules.standing(signed_on, rules.valid_until(signed_on)) == "soon"
    assert rules.standing(signed_on, rules.valid_until(signed_on) + timedelta(days=1)) == "over"
    assert rules.standing(None, signed_on) == "never"


def test_the_text_is_there_in_every_language() -> None:
    from app.web.i18n import LANGUAGES

    assert set(rules.TEXT) == set(LANGUAGES)
    assert len({text.count("\n\n") for text in rules.TEXT.values()}) == 1
