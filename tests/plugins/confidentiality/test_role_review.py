"""Every role is looked at again each quarter, never by who holds it (DOMAIN section 8)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.accounts.models import RoleGrant, UserSession
from app.db import db, now
from app.errors import NotAllowed
from app.testing import Browser, SignIn
from app.web.times import midnight, today
from plugins.confidentiality import waits
from plugins.confidentiality.actions import review as actions
from plugins.confidentiality.models import RoleReview
from plugins.confidentiality.queries import roles as queries
from plugins.confidentiality.rules import review as rules
from tests.plugins.confidentiality.conftest import House, journaled, who

PAGE = "/confidentiality/roles"


@pytest.fixture(autouse=True)
def granted_before(house: House) -> None:
    """The roles were granted before this quarter."""
    with house.writing():
        before = midnight(rules.quarter_of(today())) - timedelta(days=40)
        db.session.execute(update(RoleGrant).values(approved_at=before, since=before.date()))


def client(house: House, signed_in: SignIn, role: str) -> Browser:
    with house.reading():
        user = who(getattr(house, role))
        db.session.expunge(user)
    return signed_in(user)


def role_of(house: House, role: str) -> int:
    with house.reading():
        return who(getattr(house, role)).roles[0].id


def due_of(house: House, role: str) -> list[tuple[str, date]]:
    with house.app.test_request_context(), house.reading():
        found = waits.deadlines(who(getattr(house, role)), today() + timedelta(days=14))
        return [(one.url, one.day) for one in found if one.url == PAGE]


def test_section_8_every_role_in_force_is_listed_with_its_days(house: House, signed_in: SignIn) -> None:
    page = client(house, signed_in, "officer").get(PAGE).text
    for name in ("Intervenante Une", "Coordonnatrice", "Présidente", "Administratrice", "Paire Une"):
        assert name in page


def test_section_8_it_is_due_in_the_first_thirty_days_of_the_quarter(house: House) -> None:
    ((_url, day),) = due_of(house, "officer")
    assert day == rules.quarter_of(today()) + timedelta(days=29)
    assert due_of(house, "chair") and not due_of(house, "coordinator")


def test_section_8_keep_settles_it_ask_does_not(house: House, signed_in: SignIn) -> None:
    officer, grant = client(house, signed_in, "officer"), role_of(house, "worker")
    for answer, left in (("ask", True), ("keep", False)):
        assert officer.send(f"{PAGE}/{grant}", {"answer": answer}, seen=PAGE).status_code == 303
        with house.reading():
            waiting = db.session.scalars(queries.unreviewed_ids(who(house.officer))).all()
            assert (grant in waiting) is left
    with house.reading():
        kept = [(one.answer, one.by, one.quarter) for one in db.session.scalars(select(RoleReview))]
    quarter = rules.quarter_of(today())
    assert kept == [("ask", house.officer, quarter), ("keep", house.officer, quarter)]
    register = officer.get("/confidentiality/registers/roles").text
    assert "Intervenante Une" in register and "Support worker" in register


def test_section_8_end_ends_the_role_at_once(house: House, signed_in: SignIn) -> None:
    officer, grant = client(house, signed_in, "officer"), role_of(house, "peer")
    assert officer.send(f"{PAGE}/{grant}", {"answer": "end"}, seen=PAGE).status_code == 303
    with house.reading():
        assert not who(house.peer).role_names
        assert {"accounts.role_ended", "confidentiality.role_reviewed"} <= set(journaled())
    assert officer.send(f"{PAGE}/{grant}", {"answer": "keep"}, seen=PAGE).status_code == 404


def test_section_8_nobody_reviews_her_own(house: House, signed_in: SignIn) -> None:
    for role in ("officer", "chair"):
        browser, grant = client(house, signed_in, role), role_of(house, role)
        assert browser.send(f"{PAGE}/{grant}", {"answer": "keep"}, seen=PAGE).status_code == 403
    with house.reading():
        assert db.session.scalars(select(RoleReview)).all() == []
        assert "confidentiality.review_refused" in journaled()
    chair = client(house, signed_in, "chair")
    assert chair.send(f"{PAGE}/{role_of(house, 'officer')}", {"answer": "keep"}, seen=PAGE).status_code == 303


def test_the_others_have_no_part_in_it(house: House, signed_in: SignIn) -> None:
    for role in ("worker", "coordinator", "administrator", "peer"):
        assert client(house, signed_in, role).get(PAGE).status_code == 403
        with pytest.raises(NotAllowed), house.writing():
            actions.review_role(who(getattr(house, role)), queries.role_or_404(1), "keep")


def test_she_confirms_that_it_is_she_before_she_ends_a_role(house: House, signed_in: SignIn) -> None:
    officer = client(house, signed_in, "officer")
    with house.writing():
        db.session.execute(update(UserSession).values(confirmed_at=now() - timedelta(minutes=6)))
    answer = officer.send(f"{PAGE}/{role_of(house, 'peer')}", {"answer": "end"}, seen=PAGE)
    assert answer.status_code == 307 and answer.location.startswith("/confirm")


def test_an_answer_that_is_none_changes_nothing(house: House, signed_in: SignIn) -> None:
    officer = client(house, signed_in, "officer")
    assert officer.send(f"{PAGE}/{role_of(house, 'peer')}", {"answer": "promote"}, seen=PAGE).status_code == 400


def test_section_8_all_settled_nothing_is_due_and_what_two_people_just_granted_neither(house: House) -> None:
    with house.writing():
        for reviewer in (house.officer, house.chair):
            for grant in db.session.scalars(queries.unreviewed_ids(who(reviewer))).all():
                actions.review_role(who(reviewer), queries.role_or_404(grant), "keep")
    assert due_of(house, "officer") == due_of(house, "chair") == []
    with house.writing():
        who(house.worker).roles[0].approved_at = now()
        db.session.execute(RoleReview.__table__.delete())  # type: ignore[attr-defined]
    with house.reading():
        waiting = db.session.scalars(queries.unreviewed_ids(who(house.officer))).all()
        assert who(house.worker).roles[0].id not in waiting and who(house.other).roles[0].id in waiting


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_section_8_four_quarters_a_year(day: date) -> None:
    first = rules.quarter_of(day)
    assert first <= day and first.day == 1 and first.month in (1, 4, 7, 10) and (day - first).days < 92
    assert rules.quarter_of(first) == first and rules.review_due(first).month == first.month
