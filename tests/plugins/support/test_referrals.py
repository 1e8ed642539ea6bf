"""Referrals: three forms, and the question asked later (service 4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.catalogue.actions import change_setting
from app.catalogue.models import Service
from app.db import db, reading
from app.errors import NotAllowed, NotGranted
from app.people.models import Disclosure
from app.plugins import plugins_of
from app.testing import Browser, SignIn
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.forms import referrals as words
from plugins.support.models import Echo, Letter, Referral
from plugins.support.rules import partners
from plugins.support.rules import referrals as rules
from tests.plugins.support.conftest import House, who
from tests.plugins.support.test_lists import QUERIES_A_PAGE, cost

NAME, REASON = "Maison Démo des Tilleuls", "Un endroit où dormir."


def refer(house: House, form: str = "told", **values: Any) -> str:
    with house.writing():
        worker = who(house.worker)
        told: dict[str, Any] = {"recipient": NAME, "reason": REASON, "on": today(), **values}
        return actions.referrals.refer(worker, queries.file_or_404(house.code, worker), form=form, **told).uid


def partner(house: House) -> None:
    with house.writing():
        actions.partners.add_partner(who(house.worker), name=NAME)


def answered(house: House, uid: str, outcome: str | None, found: str | None = None, version: int = 1) -> None:
    with house.writing():
        worker = who(house.worker)
        referral = queries.referrals.referral_or_404(uid, worker)
        told = {"outcome": outcome, "found": found, "note": "En peu de mots."}
        actions.referrals.note_outcome(worker, referral, version=version, **told)


def browser_of(house: House, signed_in: SignIn, role: str = "worker") -> Browser:
    with house.reading():
        user = who(getattr(house, role))
        db.session.expunge(user)
    return signed_in(user)


@contextmanager
def asking(house: House) -> Iterator[None]:
    with house.app.test_request_context(), reading():
        yield


def due(house: House, role: str = "worker", days: int = 14) -> list[Any]:
    until = today() + timedelta(days=days)
    asked = plugins_of(house.app).call_each("deadlines", user=who(getattr(house, role)), until=until)
    return [each.value for each in asked if each.value.service == partners.SERVICE]


@given(st.sampled_from(rules.FORMS), st.dates(max_value=date(9000, 1, 1)), st.sampled_from(rules.ASK_AFTER))
def test_what_is_to_be_sent_is_asked_about_once_it_was_sent(form: str, day: date, after: int) -> None:
    assert rules.ask_on(form, day, after) == (None if form == "sent" else day + timedelta(days=after))


@pytest.mark.parametrize("form", rules.FORMS)
def test_d_conf_3_a_referral_by_itself_lets_nothing_leave(house: House, signed_in: SignIn, form: str) -> None:
    browser, page = browser_of(house, signed_in), f"/support/files/{house.code}/referrals"
    filled = {"form": form, "recipient": NAME, "reason": REASON, "on": today().isoformat()}
    answer = browser.send(page, filled, seen=f"{page}/new")
    assert answer.status_code == 303
    shown = browser.get(answer.location).text
    assert ("Write a letter" in shown) == (form == "sent") and REASON in shown
    with house.reading():
        assert db.session.scalar(select(func.count(Disclosure.id))) == 0
        assert db.session.scalar(select(func.count(Letter.id))) == 0


def test_a_letter_is_begun_for_a_referral_and_nothing_has_left(house: House, signed_in: SignIn) -> None:
    uid, browser = refer(house, "sent"), browser_of(house, signed_in)
    begun = {"referral": uid, "recipient": NAME, "purpose": "housing", "language": "fr"}
    answer = browser.send(f"/support/files/{house.code}/letters", begun, seen=f"/support/referrals/{uid}")
    assert answer.status_code == 303 and "It cannot leave as it is" in browser.get(answer.location).text
    assert "Draft" in browser.get(f"/support/referrals/{uid}").text
    with house.reading():
        assert db.session.scalars(select(Letter.referral_id)).one() == db.session.scalars(select(Referral.id)).one()


def test_she_is_asked_how_it_went_after_the_days_that_the_house_set(house: House) -> None:
    refer(house)
    with house.writing():
        change_setting(who(house.coordinator), "support.ask_after_days", "3")
    refer(house, "warm")
    refer(house, "sent")
    with asking(house):
        found = due(house)
        assert [each.day for each in found] == [today() + timedelta(days=3), today() + timedelta(days=14)]
        assert all(house.code in str(each.title) and NAME not in str(each.title) for each in found)
        for role in ("other", "peer", "coordinator", "administrator"):
            assert due(house, role) == []


def test_what_is_known_is_asked_no_more_and_what_is_not_later_again(house: House) -> None:
    uid = refer(house, on=today() - timedelta(days=14))
    answered(house, uid, None)
    with asking(house):
        assert [each.day for each in due(house)] == [today() + timedelta(days=14)]
    answered(house, uid, "helped", "4", version=2)
    with asking(house):
        assert due(house) == []
    with house.reading():
        referral = queries.referrals.referral_or_404(uid, who(house.worker))
        assert (referral.outcome, referral.found, referral.ask_on) == ("helped", "4", None)


def test_d_conf_12_what_she_said_of_a_partner_is_counted_once_and_apart(house: House) -> None:
    partner(house)
    uid = refer(house, recipient="maison demo des tilleuls")
    answered(house, uid, "helped", "4")
    answered(house, uid, "not_helped", "1", version=2)  # she said it otherwise
    with house.reading():
        echo = db.session.scalars(select(Echo)).one()
        assert (echo.outcome, echo.found) == ("not_helped", 1)
    answered(house, uid, None, None, version=3)
    with house.reading():
        assert db.session.scalar(select(func.count(Echo.id))) == 0
    refer_elsewhere = refer(house, recipient="Ailleurs, une amie")
    answered(house, refer_elsewhere, "helped", "4")
    with house.reading():
        assert db.session.scalar(select(func.count(Echo.id))) == 0


def test_d_conf_9_the_counts_stay_when_her_file_is_destroyed(house: House) -> None:
    partner(house)
    answered(house, refer(house), "helped", "4")
    with house.writing():
        actions.erase(queries.file_by_code(house.code).person)
    with house.reading():
        assert db.session.scalar(select(func.count(Echo.id))) == 1


def test_to_whom_she_was_referred_is_in_no_clear_column(house: House) -> None:
    partner(house)
    refer(house)
    with house.reading():
        row = db.session.execute(select(Referral.__table__)).mappings().one()
        uid = queries.partners.partner_named(NAME).uid  # type: ignore[union-attr]
        for value in row.values():
            text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
            assert NAME not in text and uid not in text and REASON not in text


@pytest.mark.parametrize("role", ["other", "peer", "coordinator", "administrator"])
def test_d_conf_1_nobody_else_refers_her_or_reads_it(house: House, signed_in: SignIn, role: str) -> None:
    uid, browser = refer(house), browser_of(house, signed_in, role)
    with pytest.raises((NotAllowed, NotGranted)), house.writing():
        told: dict[str, Any] = {"form": "told", "recipient": NAME, "reason": None, "on": today()}
        actions.referrals.refer(who(getattr(house, role)), queries.file_by_code(house.code), **told)
    for path in (
        f"/support/files/{house.code}/referrals",
        f"/support/referrals/{uid}",
        f"/support/referrals/{uid}/edit",
    ):
        assert browser.get(path).status_code in (403, 404)
    data = {"outcome": "helped", "version": 1}
    assert browser.send(f"/support/referrals/{uid}/outcome", data, seen="/account").status_code in (403, 404)


def test_two_note_how_it_went_and_the_second_sees_both(house: House, signed_in: SignIn) -> None:
    uid, browser = refer(house), browser_of(house, signed_in)
    answered(house, uid, "went")
    data = {"outcome": "helped", "note": "Autre version.", "version": 1}
    answer = browser.send(f"/support/referrals/{uid}/outcome", data, seen=f"/support/referrals/{uid}")
    assert answer.status_code == 409 and "En peu de mots." in answer.text and "Autre version." in answer.text
    with house.reading():
        assert queries.referrals.referral_or_404(uid, who(house.worker)).outcome == "went"


def test_a_referral_is_corrected_and_keeps_its_form(house: House, signed_in: SignIn) -> None:
    uid, browser = refer(house, "warm"), browser_of(house, signed_in)
    edit = f"/support/referrals/{uid}/edit"
    data = {"form": "sent", "recipient": "Autre Démo", "reason": "", "on": today().isoformat()}
    assert browser.send(edit, {**data, "version": 1}).status_code == 303
    with house.reading():
        referral = queries.referrals.referral_or_404(uid, who(house.worker))
        assert (referral.form, referral.recipient, referral.reason) == ("warm", "Autre Démo", None)
    stale = browser.send(edit, {**data, "recipient": "Encore Démo", "version": 1})
    assert stale.status_code == 409 and "Autre Démo" in stale.text and "Encore Démo" in stale.text


def test_a_refused_referral_keeps_what_was_typed(house: House, signed_in: SignIn) -> None:
    browser, page = browser_of(house, signed_in), f"/support/files/{house.code}/referrals"
    filled = {"form": "told", "recipient": NAME, "reason": REASON, "on": today().isoformat()}
    for wrong, said in (
        ({"recipient": ""}, "recipient"),
        ({"form": "shouted"}, "form"),
        ({"on": "2019-01-01"}, "on"),
        ({"reason": "NAS 046 454 286", "recipient": REASON}, "reason"),
    ):
        answer = browser.send(page, {**filled, **wrong}, seen=f"{page}/new")
        assert answer.status_code == 422 and f'href="#{said}' in answer.text and REASON in answer.text
    with house.reading():
        assert db.session.scalar(select(func.count(Referral.id))) == 0


def test_pages_of_referrals_neither_repeat_nor_skip_and_cost_the_same(house: House, signed_in: SignIn) -> None:
    browser, path = browser_of(house, signed_in), f"/support/files/{house.code}/referrals"
    refer(house)
    browser.get(path)
    few = cost(house.app, browser, path)
    for number in range(59):
        refer(house, on=today() - timedelta(days=number // 3))
    assert cost(house.app, browser, path) == few <= QUERIES_A_PAGE
    seen, after = [], None
    with house.reading():
        file = queries.file_or_404(house.code, who(house.worker))
        while True:
            found = queries.referrals.referrals_of(file, after)
            seen += [(each.on, each.id) for each in found.rows]
            if (after := found.after) is None:
                break
    assert len(seen) == len(set(seen)) == 60 and seen == sorted(seen, reverse=True)


def test_a_service_that_is_off_has_no_referrals(house: House, signed_in: SignIn) -> None:
    uid = refer(house)
    with house.writing():
        db.session.get_one(Service, partners.SERVICE).enabled = False
    browser = browser_of(house, signed_in)
    for path in (f"/support/files/{house.code}/referrals", f"/support/referrals/{uid}", "/support/partners"):
        assert browser.get(path).status_code == 404
    with asking(house):
        assert due(house) == []


def test_the_settings_check_says_what_to_write() -> None:
    assert words.ask_days("14") == 14
    for wrong in ("0", "366", "deux", ""):
        with pytest.raises(ValueError, match="365"):
            words.ask_days(wrong)


def test_words_of_referrals_are_complete() -> None:
    assert set(words.FORMS) == set(words.FORM_HINTS) == set(words.FORM_ICONS) == set(rules.FORMS)
    assert set(words.OUTCOMES) == set(rules.OUTCOMES) and set(words.FOUND) - {""} == set(rules.FOUND)
