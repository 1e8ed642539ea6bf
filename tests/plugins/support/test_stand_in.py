"""D-CONF-1: a file opened for a stated reason and time, told at once, looked at by another; ways round it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from app import vault
from app.accounts.models import RoleGrant
from app.db import db, new_uid, now
from app.errors import Conflict, NotAllowed, NotFound, NotGranted
from app.people.actions import register
from app.testing import SignIn, add_user
from app.web.times import today
from app.work.models import OutboxMail
from plugins.support import actions, queries
from plugins.support import models as m
from plugins.support.actions import hand_over, own_file, stand_in
from plugins.support.queries import stand_in as reads
from plugins.support.rules import stand_in as rules
from tests.plugins.support.conftest import LINE, House, journaled, opened, who
from tests.plugins.support.test_lists import cost
from tests.plugins.support.test_views import client

WHY = {"why": "danger", "hours": 4, "line": "Elle a appelé, en danger."}


@pytest.fixture
def officer(house: House) -> int:
    with house.writing():
        return add_user("Responsable", "privacy_officer").id


def stands_in(house: House, who_: int, **values: object) -> str:
    with house.writing():
        return stand_in.stand_in(who(who_), reads.file_to_open(house.code), **{**WHY, **values}).uid  # type: ignore[arg-type]


def posted(house: House, **values: object) -> dict[str, object]:
    return {"file": house.code, **WHY, **values}


# --- opening ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["other", "coordinator"])
def test_d_conf_1_a_stand_in_opens_a_file_for_a_reason_and_a_time(house: House, signed_in: SignIn, role: str) -> None:
    browser = client(house, signed_in, role)
    page = f"/support/files/{house.code}"
    assert browser.get(page).status_code == 404
    answer = browser.send("/support/stand-in", posted(house))
    assert (answer.status_code, answer.location) == (303, page)
    assert "Hirondelle" in browser.get(page).text
    with time_machine.travel(now() + timedelta(hours=4, seconds=1), tick=True):
        browser = client(house, signed_in, role)
        assert browser.get(page).status_code == 404


def test_d_conf_1_the_very_next_request_after_its_end_is_refused(house: House, signed_in: SignIn) -> None:
    uid = stands_in(house, house.other)
    browser, page = client(house, signed_in, "other"), f"/support/files/{house.code}"
    assert browser.get(page).status_code == 200
    assert browser.send(f"/support/stand-ins/{uid}/end", seen="/support/stand-in").status_code == 303
    assert browser.get(page).status_code == 404
    assert browser.get(f"/people/{house.code}").status_code == 404


@pytest.mark.parametrize("hours", [0, -1, 25, 48, 10**6])
def test_d_conf_1_never_more_than_24_hours(house: House, signed_in: SignIn, hours: int) -> None:
    assert client(house, signed_in, "other").send("/support/stand-in", posted(house, hours=hours)).status_code == 422
    with pytest.raises(stand_in.NotSo):
        stands_in(house, house.other, hours=hours)


def test_d_conf_1_the_database_itself_refuses_25_hours(house: House) -> None:
    with pytest.raises(IntegrityError), house.writing():
        file = queries.file_by_code(house.code)
        row = {"uid": new_uid(), "safe_id": vault.create_safe("support.stand_in").id, "file_id": file.id}
        row |= {"user_id": house.other, "why": "danger", "hours": 25, "since": now(), "until": now()}
        db.session.execute(insert(m.StandIn), [row | {"review_by": today()}])


@given(st.integers(), st.text(max_size=12))
def test_d_conf_1_only_reasons_of_the_list_and_a_day_at_most(hours: int, why: str) -> None:
    assert rules.may_stand_in(why, hours) is (1 <= hours <= 24 and why in rules.WHY)


def test_a_reason_is_one_of_the_list(house: House, signed_in: SignIn) -> None:
    browser = client(house, signed_in, "other")
    for wrong in ({"why": ""}, {"why": "curious"}, {"file": ""}, {"file": "ZZZZZ"}, {"hours": ""}):
        answer = browser.send("/support/stand-in", posted(house, **wrong))
        assert answer.status_code == 422 and WHY["line"] in answer.text
    with house.reading():
        assert not db.session.scalars(select(m.StandIn)).all()


@pytest.mark.parametrize("role", ["peer", "administrator"])
def test_d_conf_1_neither_a_peer_nor_the_administrator_stands_in(house: House, signed_in: SignIn, role: str) -> None:
    browser = client(house, signed_in, role)
    assert browser.get("/support/stand-in").status_code == 403
    assert browser.send("/support/stand-in", posted(house), seen="/").status_code == 403
    with pytest.raises(NotAllowed):
        stands_in(house, getattr(house, role))


def test_the_privacy_officer_reviews_and_opens_nothing(house: House, officer: int) -> None:
    with pytest.raises(NotAllowed):
        stands_in(house, officer)


def test_d_file_5_a_stand_in_never_opens_the_life_history(house: House) -> None:
    with house.writing():
        safe = vault.create_safe("support.life").id
        file = queries.file_by_code(house.code)
        db.session.add(m.LifeHistory(file=file, safe_id=safe, agreed_on=today(), by=house.worker))
    stands_in(house, house.other)
    with house.reading(), pytest.raises(NotGranted):
        vault.open_safes(who(house.other), [safe], why="test")


def test_asking_again_while_it_is_open_makes_it_no_longer(house: House) -> None:
    stands_in(house, house.other, hours=1)
    with pytest.raises(Conflict):
        stands_in(house, house.other, hours=24)
    with house.reading():
        assert [each.hours for each in db.session.scalars(select(m.StandIn))] == [1]


def test_two_stand_in_at_once(house: House) -> None:
    stands_in(house, house.other)
    stands_in(house, house.coordinator)
    with house.reading():
        file = queries.file_by_code(house.code)
        assert all(vault.is_granted(who(each), file.safe_id) for each in (house.other, house.coordinator, house.worker))


def test_who_follows_her_needs_no_stand_in(house: House) -> None:
    with pytest.raises(stand_in.OpenToHer):
        stands_in(house, house.worker)


def test_d_conf_1_nothing_is_left_once_the_role_is_over(house: House, signed_in: SignIn) -> None:
    stands_in(house, house.other)
    browser = client(house, signed_in, "other")
    assert browser.get(f"/support/files/{house.code}").status_code == 200
    with house.writing():
        db.session.execute(update(RoleGrant).where(RoleGrant.user_id == house.other).values(ended_at=now()))
    assert browser.get(f"/support/files/{house.code}").status_code == 403
    with pytest.raises(NotAllowed):
        stands_in(house, house.other)


def test_d_file_6_a_sealed_file_is_not_there_for_a_stand_in(house: House, signed_in: SignIn) -> None:
    stands_in(house, house.other)
    with house.writing():
        own_file.seal(who(house.coordinator), queries.person_by_code(house.code))
    browser = client(house, signed_in, "other")
    assert browser.get(f"/support/files/{house.code}").status_code == 404
    refused = browser.send("/support/stand-in", posted(house))
    unknown = browser.send("/support/stand-in", posted(house, file="ZZZZZ"))
    assert refused.status_code == unknown.status_code == 422
    for answer in (refused, unknown):
        assert "No file with this code can be opened" in answer.text
    with pytest.raises(NotFound), house.writing():
        stand_in.stand_in(who(house.other), queries.file_by_code(house.code), **WHY)  # type: ignore[arg-type]
    assert house.code not in browser.get("/support/stand-in").text


def test_closing_a_file_ends_stand_ins_and_leaves_who_follows(house: House) -> None:
    stands_in(house, house.other)
    with house.writing():
        actions.close_file(who(house.worker), queries.file_by_code(house.code))
        file = queries.file_by_code(house.code)
        assert not vault.is_granted(who(house.other), file.safe_id)
        assert not vault.is_granted(who(house.other), file.person.safe_id)
        assert vault.is_granted(who(house.worker), file.safe_id)
        actions.reopen_file(who(house.worker), file)


def test_a_coordinator_who_stands_in_reads_and_writes_nothing(house: House, signed_in: SignIn) -> None:
    stands_in(house, house.coordinator)
    browser, page = client(house, signed_in, "coordinator"), f"/support/files/{house.code}"
    assert browser.get(page).status_code == 200
    contact = {"how": "phone", "kind": "listening", "line": LINE, "day": today().isoformat()}
    assert browser.send(f"{page}/contacts", contact, seen=page).status_code == 403


def test_a_colleague_does_not_end_anothers(house: House, signed_in: SignIn) -> None:
    uid = stands_in(house, house.coordinator)
    browser = client(house, signed_in, "other")
    assert browser.send(f"/support/stand-ins/{uid}/end", seen="/support/stand-in").status_code == 404
    with pytest.raises(NotAllowed), house.writing():
        stand_in.end(who(house.other), reads.stand_in_or_404(uid))


# --- telling ---------------------------------------------------------------------------------------------------------


def test_d_conf_1_the_reviewers_and_her_workers_are_told_at_once(house: House, officer: int, signed_in: SignIn) -> None:
    object.__setattr__(house.app.config["SETTINGS"], "mail_host", "localhost")
    stands_in(house, house.other)
    with house.reading():
        told = {mail.recipient for mail in db.session.scalars(select(OutboxMail))}
        assert told == {who(each).email for each in (house.worker, officer, house.coordinator)}
        for mail in db.session.scalars(select(OutboxMail)):  # D-CONF-11
            assert house.code not in mail.text and "Hirondelle" not in mail.text and "stand" not in mail.text
    desk = client(house, signed_in, "worker").get("/").text
    card = desk[desk.index("Opened by a stand-in") :].split("</section>")[0]
    assert house.code in card and "Intervenante Deux" not in card and "Hirondelle" not in card
    assert f"Review a stand-in: {house.code}" in client(house, signed_in, "coordinator").get("/").text
    house.administrator = officer
    assert f"Review a stand-in: {house.code}" in client(house, signed_in, "administrator").get("/").text


def test_d_conf_10_the_reason_is_journaled_as_a_keyword_only(house: House) -> None:
    stands_in(house, house.other)
    with house.reading():
        stood_in = text("SELECT detail FROM core_journal WHERE action = 'support.stood_in'")
        detail = db.session.execute(stood_in).scalar_one()
        assert detail == '{"hours":4,"why":"support.danger"}'
        kept = db.session.execute(text("SELECT line FROM support_stand_in")).scalar_one()
        assert b"danger" not in bytes(kept)


# --- reviewing -------------------------------------------------------------------------------------------------------


def test_d_conf_1_another_person_reviews_it(house: House, officer: int, signed_in: SignIn) -> None:
    uid = stands_in(house, house.coordinator)
    house.administrator = officer
    browser, page = client(house, signed_in, "administrator"), f"/support/stand-ins/{uid}"
    assert house.code in browser.get("/support/stand-ins").text
    shown = browser.get(page).text
    assert str(WHY["line"]) in shown and "Hirondelle" not in shown and "Coordonnatrice" in shown
    assert browser.get(f"/support/files/{house.code}").status_code == 403
    assert browser.send(page, {"verdict": ""}).status_code == 422
    assert browser.send(page, {"verdict": "look_into", "remark": "À reparler."}).status_code == 303
    assert house.code not in browser.get("/support/stand-ins").text
    assert "À reparler." in browser.get(page).text
    with pytest.raises(stand_in.ReviewedAlready), house.writing():
        stand_in.review(who(officer), reads.stand_in_or_404(uid), verdict="in_order")


def test_d_conf_1_never_she_who_opened_it(house: House, signed_in: SignIn) -> None:
    uid = stands_in(house, house.coordinator)
    browser, page = client(house, signed_in, "coordinator"), f"/support/stand-ins/{uid}"
    assert 'name="verdict"' not in browser.get(page).text
    assert browser.send(page, {"verdict": "in_order"}).status_code == 403
    assert f"Review a stand-in: {house.code}" not in browser.get("/").text
    with house.reading():
        assert "support.review_refused" in journaled()
    with pytest.raises(IntegrityError), house.writing():
        db.session.execute(update(m.StandIn).values(reviewed_by=house.coordinator))


@pytest.mark.parametrize("role", ["worker", "other", "peer", "administrator"])
def test_only_reviewers_review(house: House, signed_in: SignIn, role: str) -> None:
    uid = stands_in(house, house.coordinator)
    browser = client(house, signed_in, role)
    for path in ("/support/stand-ins", f"/support/stand-ins/{uid}"):
        assert browser.get(path).status_code == 403
    assert browser.send(f"/support/stand-ins/{uid}", {"verdict": "in_order"}, seen="/").status_code == 403
    with house.reading():  # nor does her worker read the words meant for them
        safe = reads.stand_in_or_404(uid).safe_id
        with pytest.raises(NotGranted):
            vault.open_safes(who(getattr(house, role)), [safe], why="test")


def test_d_conf_1_who_asks_again_and_again_is_seen_to(house: House) -> None:
    for _time in range(3):
        uid = stands_in(house, house.other, hours=24)
        with house.writing():
            stand_in.end(who(house.other), reads.stand_in_or_404(uid))
    with house.reading():
        shown = reads.shown(who(house.coordinator), uid)
        assert (shown.here, shown.anywhere) == (3, 3)
    with time_machine.travel(now() + timedelta(days=31), tick=True):
        later = stands_in(house, house.other)
        with house.reading():
            assert reads.shown(who(house.coordinator), later).here == 1


def test_a_reviewer_shuts_the_file_at_once(house: House, signed_in: SignIn) -> None:
    uid = stands_in(house, house.other)
    reviewer = client(house, signed_in, "coordinator")
    assert reviewer.send(f"/support/stand-ins/{uid}/stop", seen=f"/support/stand-ins/{uid}").status_code == 303
    assert client(house, signed_in, "other").get(f"/support/files/{house.code}").status_code == 404


def test_late_after_three_business_days(house: House) -> None:
    assert rules.review_by(date(2026, 3, 2)) == date(2026, 3, 5)  # Monday
    assert rules.review_by(date(2026, 3, 5)) == date(2026, 3, 10)  # Thursday
    assert rules.review_by(date(2026, 3, 7)) == date(2026, 3, 11)  # Saturday
    uid = stands_in(house, house.other)
    with time_machine.travel(now() + timedelta(days=6), tick=True), house.reading():
        assert reads.shown(who(house.coordinator), uid).late


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_review_is_due_on_a_weekday_within_five_days(day: date) -> None:
    due = rules.review_by(day)
    assert due.weekday() < 5 and timedelta(3) <= due - day <= timedelta(5)


def test_d_conf_9_a_destroyed_file_leaves_a_review_without_words(house: House) -> None:
    uid = stands_in(house, house.other)
    with house.writing():
        actions.erase(queries.file_by_code(house.code).person)
    with house.reading():
        shown = reads.shown(who(house.coordinator), uid)
        assert not shown.readable and shown.line is None and shown.made.over


def test_the_list_of_reviews_goes_by_pages(house: House) -> None:
    with house.writing():
        file = queries.file_by_code(house.code)
        for _each in range(30):
            made = stand_in.stand_in(who(house.other), file, **WHY)  # type: ignore[arg-type]
            stand_in.end(who(house.other), made)
        first = reads.to_review()
        rest = reads.to_review(after=first.after)
        assert len(first.rows) == queries.PAGE and len(rest.rows) == 5 and rest.after is None
        assert not {row[0].id for row in first.rows} & {row[0].id for row in rest.rows}


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("coordinator", "/support/stand-ins"),
        ("coordinator", "/support/stand-ins/{uid}"),
        ("coordinator", "/support/stand-in"),
        ("coordinator", "/support/sealed"),
        ("worker", "/support/files/{code}/hand-over"),
        ("worker", "/support/files/{code}/relatives"),
    ],
)
def test_law_9_these_pages_cost_the_same_for_one_and_for_many(
    house: House, signed_in: SignIn, role: str, page: str
) -> None:
    uid = stands_in(house, house.other)
    browser, path = client(house, signed_in, role), page.format(code=house.code, uid=uid)
    browser.get(path)
    few = cost(house.app, browser, path)
    with house.writing():
        for _each in range(12):
            file = queries.file_by_code(opened(who(house.worker)))
            stand_in.stand_in(who(house.coordinator), file, why="absent", hours=1)
            stand_in.stand_in(who(house.other), file, why="absent", hours=1)
            hand_over.leave_note(who(house.worker), file, note="Une note.")
        for _each in range(5):
            own_file.seal(who(house.coordinator), register(who(house.worker), kind="woman", first_contact=today()))
    assert cost(house.app, browser, path) == few <= 12
