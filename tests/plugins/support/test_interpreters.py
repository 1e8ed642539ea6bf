"""Interpreters: booked only with an undertaking that holds (D-CONF-13)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.db import db, reading
from app.errors import NotAllowed, NotGranted
from app.plugins import plugins_of
from app.testing import Browser, SignIn
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.models import Booking, Interpreter
from plugins.support.rules import interpreters as rules
from tests.plugins.support.conftest import House, journaled, who

pytestmark = pytest.mark.usefixtures("english")

NAME = "Interprète Démo"


def add(house: House, signed_ago: int | None = 10, name: str = NAME) -> str:
    """An interpreter who signed so many days ago: her uid."""
    signed = None if signed_ago is None else today() - timedelta(days=signed_ago)
    with house.writing():
        told: dict[str, Any] = {"languages": "es fr", "organisation": None, "reach": "514 555-0300"}
        return actions.interpreters.add_interpreter(who(house.worker), name=name, signed_on=signed, **told).uid


def book(house: House, uid: str, day: date | None = None, role: str = "worker") -> str:
    with house.writing():
        told: dict[str, Any] = {"hour": time(10, 30), "minutes": 60, "language": "es", "line": "Première rencontre"}
        file, interpreter = queries.file_by_code(house.code), queries.interpreters.interpreter_or_404(uid)
        made = actions.interpreters.book(who(getattr(house, role)), file, interpreter, day=day or today(), **told)
        return made.uid


def browser_of(house: House, signed_in: SignIn, role: str = "worker") -> Browser:
    with house.reading():
        user = who(getattr(house, role))
        db.session.expunge(user)
    return signed_in(user)


@contextmanager
def asking(house: House) -> Iterator[None]:
    with house.app.test_request_context(), reading():
        yield


def due(house: House, role: str = "worker") -> list[Any]:
    until = today() + timedelta(days=14)
    asked = plugins_of(house.app).call_each("deadlines", user=who(getattr(house, role)), until=until)
    return [each.value for each in asked if "interpreter" in str(each.value.title)]


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(-800, 800))
def test_d_conf_13_an_undertaking_holds_for_twelve_months(signed_on: date, days: int) -> None:
    day = signed_on + timedelta(days=days)
    holds = rules.undertaking_holds(signed_on, day)
    assert not holds if days < 0 or days > 366 else holds or days == 366
    assert not rules.undertaking_holds(None, day)


def test_d_conf_13_who_signed_on_the_29th_of_february_signs_again_a_year_later() -> None:
    assert rules.holds_until(date(2024, 2, 29)) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("signed_ago", "ahead"), [(None, 0), (400, 0), (360, 20)], ids=["never", "long ago", "over by that day"]
)
def test_d_conf_13_nobody_is_booked_without_an_undertaking(house: House, signed_ago: int | None, ahead: int) -> None:
    uid = add(house, signed_ago)
    with pytest.raises(actions.interpreters.NoUndertaking, match="Have her sign it"):
        book(house, uid, today() + timedelta(days=ahead))
    with house.reading():
        assert db.session.scalar(select(func.count(Booking.id))) == 0
        assert "support.booking_refused" in journaled()


def test_d_conf_13_the_page_says_what_to_do_and_keeps_what_was_typed(house: House, signed_in: SignIn) -> None:
    uid, browser = add(house, None), browser_of(house, signed_in)
    page, day = f"/support/files/{house.code}/interpreters", today().isoformat()
    data = {"interpreter": uid, "language": "es", "day": day, "hour": "10:30", "minutes": "45", "line": "Rencontre"}
    answer = browser.send(page, data)
    assert answer.status_code == 422 and "Have her sign it" in answer.text and "Rencontre" in answer.text
    edit = f"/support/interpreters/{uid}"
    signed = {"name": NAME, "languages": ["es"], "signed_on": day, "version": 1}
    assert browser.send(edit, signed).status_code == 303
    assert browser.send(page, data).status_code == 303
    assert NAME in browser.get(page).text and "Rencontre" in browser.get(page).text


def test_who_was_put_aside_is_not_booked(house: House, signed_in: SignIn) -> None:
    uid, browser = add(house), browser_of(house, signed_in)
    kept = {"name": NAME, "languages": ["es"], "signed_on": today().isoformat(), "version": 1}
    assert browser.send(f"/support/interpreters/{uid}", {**kept, "archived": "y"}).status_code == 303
    assert NAME not in browser.get("/support/interpreters").text
    assert NAME in browser.get("/support/interpreters?archived=1").text
    with pytest.raises(actions.interpreters.NoUndertaking):
        book(house, uid)


def test_a_booking_is_due_to_who_follows_by_her_code_and_may_be_cancelled(house: House, signed_in: SignIn) -> None:
    uid = book(house, add(house), today() + timedelta(days=2))
    with asking(house):
        [one] = due(house)
        assert one.day == today() + timedelta(days=2) and house.code in str(one.title) and NAME not in str(one.title)
        for role in ("other", "peer", "coordinator", "administrator"):
            assert due(house, role) == []
    page = f"/support/files/{house.code}/interpreters"
    assert browser_of(house, signed_in).send(f"/support/bookings/{uid}/cancel", {}, seen=page).status_code == 303
    with asking(house):
        assert due(house) == []


@pytest.mark.parametrize("role", ["other", "peer", "coordinator", "administrator"])
def test_d_conf_1_nobody_else_books_or_reads_it(house: House, signed_in: SignIn, role: str) -> None:
    interpreter = add(house)
    uid = book(house, interpreter)
    with pytest.raises((NotAllowed, NotGranted)):
        book(house, interpreter, role=role)
    browser = browser_of(house, signed_in, role)
    assert browser.get(f"/support/files/{house.code}/interpreters").status_code in (403, 404)
    assert browser.send(f"/support/bookings/{uid}/cancel", {}, seen="/account").status_code in (403, 404)


@pytest.mark.parametrize(
    ("role", "may"), [("worker", 200), ("coordinator", 200), ("peer", 403), ("administrator", 403)]
)
def test_who_keeps_the_directory_of_interpreters(house: House, signed_in: SignIn, role: str, may: int) -> None:
    uid, browser = add(house), browser_of(house, signed_in, role)
    for path in ("/support/interpreters", "/support/interpreters/new", f"/support/interpreters/{uid}"):
        assert browser.get(path).status_code == may


def test_an_interpreter_is_added_and_two_changes_at_once_show_both(house: House, signed_in: SignIn) -> None:
    browser = browser_of(house, signed_in)
    filled = {"name": NAME, "languages": ["es", "ht"], "reach": "514 555-0301"}
    assert browser.send("/support/interpreters/new", filled).status_code == 303
    with house.writing():
        one = db.session.scalars(select(Interpreter)).one()
        uid, told = one.uid, {"name": "Version Une", "languages": "es", "signed_on": None}
        actions.interpreters.change_interpreter(who(house.worker), one, version=1, archived=False, **told)
    answer = browser.send(f"/support/interpreters/{uid}", {**filled, "name": "Version Deux", "version": 1})
    assert answer.status_code == 409 and "Version Une" in answer.text and "Version Deux" in answer.text
    for wrong, said in (
        ({"languages": []}, "languages"),
        ({"signed_on": "2031-01-01"}, "signed_on"),
        ({"name": ""}, "name"),
    ):
        refused = browser.send("/support/interpreters/new", {**filled, **wrong})
        assert refused.status_code == 422 and f'href="#{said}' in refused.text


def test_d_conf_13_interpreters_owe_an_undertaking(house: House) -> None:
    add(house, None)
    add(house, 20, "Interprète Autre")
    with asking(house):
        owed = [each.value for each in plugins_of(house.app).call_each("owe_secrecy") if each.plugin == "support"]
        assert {each.name: each.signed_on for each in owed} == {
            NAME: None,
            "Interprète Autre": today() - timedelta(days=20),
        }
        assert owed[0].name == NAME and owed[0].url == "/support/interpreters"


def test_names_of_interpreters_are_sealed(house: House) -> None:
    add(house)
    with house.reading():
        row = db.session.execute(select(Interpreter.__table__)).mappings().one()
        assert all(NAME.encode() not in value for value in row.values() if isinstance(value, bytes))
