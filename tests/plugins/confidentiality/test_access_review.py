"""Unusual openings: outside an assignment, many in an hour, at night; found each day, then answered (D-CONF-1)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, func, insert, select

from app import vault
from app.db import db, now
from app.errors import Conflict, NotAllowed, NotFound
from app.journal.models import JournalEntry, JournalHead
from app.people.actions import register, register_safe
from app.testing import Browser, SignIn, add_user
from app.web.times import ZONE, local_day, today
from plugins.confidentiality.actions import review as actions
from plugins.confidentiality.models import Finding, FindingAnswer, Incident, Watch
from plugins.confidentiality.queries import review as queries
from plugins.confidentiality.rules import review as rules
from tests.plugins.confidentiality.conftest import House, her, journaled, who

NOON = datetime(2026, 11, 23, 12, tzinfo=ZONE)
LIST = "/confidentiality/findings"


def opening(seq: int, minutes: float = 0, code: str = "A", actor: str = "u", why: str = "person") -> rules.Opening:
    return rules.Opening(seq, NOON + timedelta(minutes=minutes), actor, tuple(code.split()), why)


def found(
    openings: Iterable[rules.Opening], kind: str = "", assigned: bool = True, many: int = 30
) -> list[rules.Finding]:
    all_found = rules.findings(openings, assigned=lambda _one: assigned, officers={"officer"}, many=many)
    return [one for one in all_found if kind in ("", one.kind)]


# --- the rules ------------------------------------------------------------------------------------------------------


def test_d_conf_10_many_different_persons_in_an_hour() -> None:
    assert found([opening(n, n, f"P{n}") for n in range(30)]) == []
    (one,) = found([opening(n, n, f"P{n}") for n in range(31)])
    assert (one.kind, one.number, one.seq) == ("many", 31, 0)
    assert found([opening(n, n * 3, f"P{n}") for n in range(60)]) == []
    assert found([opening(n, n / 10, "A") for n in range(200)]) == []


def test_d_conf_10_a_list_counts_once_however_many_names_it_shows() -> None:
    page = " ".join(f"P{n}" for n in range(25))
    assert found([opening(n, n, page, why="list") for n in range(30)]) == []
    assert found([opening(n, n, page, why="support.list") for n in range(31)])[0].number == 31


def test_d_conf_10_at_night_from_22_to_6() -> None:
    def at(hour: int, minute: int = 0, day: int = 23) -> rules.Opening:
        return rules.Opening(hour, datetime(2026, 11, day, hour, minute, tzinfo=ZONE), "u", ("A",), "person")

    assert found([at(21, 59)]) == [] and found([at(6)]) == []
    assert [one.day.day for one in found([at(22), at(23, 59), at(5, 59, 24)])] == [23]
    assert found([at(2)])[0].day.day == 22


def test_d_conf_1_a_person_who_is_not_assigned_to_her_once_a_day() -> None:
    (one,) = found([opening(1), opening(2, 5), opening(3, 9, why="support.file")], assigned=False)
    assert (one.kind, one.code, one.seq, one.number) == ("outside", "A", 1, 1)


def test_the_registers_are_the_officers_ordinary_work_and_nobody_elses() -> None:
    assert found([opening(1, actor="officer", why="register")], assigned=False) == []
    assert found([opening(1, actor="officer", why="confidentiality.consent")], assigned=False) == []
    assert len(found([opening(1, actor="officer", why="person")], assigned=False)) == 1
    assert len(found([opening(1, actor="worker", why="register")], assigned=False)) == 1


some_openings = st.lists(
    st.builds(
        opening,
        seq=st.integers(1, 10**6),
        minutes=st.integers(0, 60 * 30),
        code=st.sampled_from(["", *"ABCDEFGH", "A B C"]),
        actor=st.sampled_from(["u", "v", "officer"]),
        why=st.sampled_from(["person", "list", "support.list", "register", "support.file"]),
    ),
    max_size=60,
).map(lambda many: sorted(many, key=lambda one: (one.at, one.seq)))


@given(some_openings, st.integers(0, 8), st.booleans())
def test_d_conf_10_each_finding_is_one_of_a_kind_and_points_to_an_opening_of_hers(
    openings: list[rules.Opening], many: int, assigned: bool
) -> None:
    shown = found(openings, assigned=assigned, many=many)
    keys = [(one.kind, one.actor, one.code, one.day) for one in shown]
    assert len(keys) == len(set(keys))
    hers = {(one.seq, one.actor) for one in openings}
    assert all((one.seq, one.actor) in hers for one in shown)
    assert all(one.number > many for one in shown if one.kind == "many")
    assert not (assigned and any(one.kind == "outside" for one in shown))


@given(some_openings, st.integers(0, 8))
def test_d_conf_10_looking_at_a_part_again_finds_nothing_that_the_whole_does_not(
    openings: list[rules.Opening], many: int
) -> None:
    whole = {(one.kind, one.actor, one.code, one.day): one.number for one in found(openings, assigned=False, many=many)}
    for cut in range(0, len(openings), 7):
        for one in found(openings[cut:], assigned=False, many=many):
            assert whole[one.kind, one.actor, one.code, one.day] >= one.number


@given(some_openings, st.integers(0, 8))
def test_d_conf_10_one_more_opening_never_hides_a_finding(openings: list[rules.Opening], many: int) -> None:
    before = {(one.kind, one.actor, one.code, one.day) for one in found(openings[:-1], assigned=False, many=many)}
    after = {(one.kind, one.actor, one.code, one.day) for one in found(openings, assigned=False, many=many)}
    assert before <= after


# --- each day -------------------------------------------------------------------------------------------------------


@pytest.fixture
def journal(house: House):  # type: ignore[no-untyped-def]
    """Put openings in the journal as if they had been written then."""

    def write(actor: int, moments: Iterable[tuple[datetime, str, str]]) -> None:
        with house.writing():
            uid = who(actor).uid
            head = db.session.scalars(select(JournalHead)).one()
            rows = []
            for at, codes, why in moments:
                head.seq += 1
                detail = json.dumps({"safes": 1, "why": why})
                told = {"actor": uid, "action": "vault.opened", "codes": codes, "detail": detail, "hash": "0" * 64}
                rows.append({"seq": head.seq, "at": at.astimezone(UTC), **told})
            db.session.execute(insert(JournalEntry), rows)

    return write


def look(house: House) -> list[tuple[str, str, int]]:
    with house.writing():
        actions.look(today())
    with house.reading():
        return [(one.kind, one.code, one.number) for one in db.session.scalars(select(Finding).order_by(Finding.id))]


def noon(days_ago: int = 1) -> datetime:
    return datetime.combine(today() - timedelta(days=days_ago), time(12), ZONE)


def forget(house: House) -> None:
    """What the fixtures opened themselves, at whatever hour the tests run."""
    look(house)
    with house.writing():
        for one in db.session.scalars(select(Finding)):
            db.session.delete(one)


def test_d_conf_1_her_worker_is_usual_and_a_stand_in_is_found(house: House, journal) -> None:  # type: ignore[no-untyped-def]
    with house.writing():
        person = her(house.code)
        vault.grant(
            person.safe_id, who(house.other), why="stand_in", by=who(house.worker), until=now() + timedelta(hours=24)
        )
    forget(house)
    moment = datetime.combine(today() + timedelta(days=1), time(12), ZONE)
    journal(house.worker, [(moment, house.code, "person")])
    assert look(house) == []
    journal(house.other, [(moment, house.code, "support.file")])
    journal(house.officer, [(moment, house.code, "register"), (moment, house.code, "person")])
    assert look(house) == [("outside", house.code, 1), ("outside", house.code, 1)]


def test_d_conf_1_an_assignment_that_ended_is_over(house: House, journal) -> None:  # type: ignore[no-untyped-def]
    forget(house)
    with house.writing():
        person = her(house.code)
        vault.revoke(person.safe_id, who(house.worker), by=who(house.coordinator))
    tomorrow = datetime.combine(today() + timedelta(days=1), time(12), ZONE)
    journal(house.worker, [(tomorrow, house.code, "person")])
    assert look(house) == [("outside", house.code, 1)]


def test_d_conf_10_done_twice_it_adds_nothing_and_remembers_how_far(house: House, journal) -> None:  # type: ignore[no-untyped-def]
    forget(house)
    many = [(noon() + timedelta(seconds=n), f"P{n:03}", "person") for n in range(40)]
    journal(house.worker, many)
    first = look(house)
    assert [one for one in first if one[0] == "many"] == [("many", "", 40)]
    assert look(house) == first
    with house.reading():
        last = db.session.scalar(select(func.max(JournalEntry.seq)).where(JournalEntry.action == "vault.opened"))
        assert db.session.get_one(Watch, 1).seq == last
    with house.writing():
        db.session.get_one(Watch, 1).seq = 0
    assert look(house) == first


def test_d_conf_10_a_night_cut_in_two_by_the_daily_hour_is_one(house: House, journal) -> None:  # type: ignore[no-untyped-def]
    forget(house)
    late = datetime.combine(today() - timedelta(days=2), time(23), ZONE)
    journal(house.peer, [(late, "P1 P2", "list"), (late + timedelta(hours=4), "P3 P4", "list")])
    assert look(house) == [("night", "", 4)]
    journal(house.peer, [(late + timedelta(hours=6), "P5 P6", "list")])
    assert look(house) == [("night", "", 6)]


def test_d_conf_10_findings_hold_no_content(house: House, journal) -> None:  # type: ignore[no-untyped-def]
    forget(house)
    journal(house.worker, [(noon(), "PXXXX", "person")])
    look(house)
    with house.reading():
        row = db.session.execute(select(Finding.__table__)).one()._mapping
        assert set(row) == {
            *("id", "uid", "kind", "actor", "code", "day", "seq", "at", "number", "found_at"),
            *("answer", "answered_by", "answered_at"),
        }


def test_law_9_what_was_looked_at_is_not_read_again(house: House, journal) -> None:  # type: ignore[no-untyped-def]
    """Over a long journal only what is new is read, and the hours before it: the index on (action, seq) is walked."""
    forget(house)
    journal(house.worker, [(noon(400 - n // 100), f"P{n:05}", "person") for n in range(4000)])
    look(house)
    journal(house.worker, [(noon(0), "PNEW", "person")])
    with house.reading():
        openings, last = queries.openings(db.session.get_one(Watch, 1).seq)
    assert [one.codes for one in openings] == [("PNEW",)] and last > 4000


def test_the_daily_sweep_looks(house: House, journal) -> None:  # type: ignore[no-untyped-def]
    from app.work.daily import sweep

    journal(house.worker, [(noon(), "PXXXX", "person")])
    with house.app.app_context():
        assert sweep()["plugin:confidentiality"] == "done"
    with house.reading():
        assert db.session.scalars(select(Finding)).all()


# --- answering ------------------------------------------------------------------------------------------------------


def a_finding(house: House, actor: int, code: str = "PXXXX", kind: str = "outside") -> str:
    with house.writing():
        made = Finding(
            kind=kind, actor=who(actor).uid, code=code, day=today(), seq=len(code) + actor, at=now(), number=1
        )
        db.session.add(made)
        db.session.flush()
        return made.uid


def client(house: House, signed_in: SignIn, role: str) -> Browser:
    with house.reading():
        user = who(getattr(house, role))
        db.session.expunge(user)
    return signed_in(user)


def test_explained_with_a_line_that_is_sealed(house: House, signed_in: SignIn) -> None:
    uid = a_finding(house, house.worker)
    officer = client(house, signed_in, "officer")
    assert "PXXXX" in officer.get(LIST).text
    assert officer.send(f"{LIST}/{uid}", {"answer": "explained"}).status_code == 422
    told = {"answer": "explained", "line": "Elle remplaçait une collègue."}
    assert officer.send(f"{LIST}/{uid}", told).status_code == 303
    assert "PXXXX" not in officer.get(LIST).text
    assert "Elle remplaçait une collègue." in officer.get("/confidentiality/registers/findings").text
    with house.reading():
        raw = db.session.scalars(select(FindingAnswer._line)).one()  # type: ignore[attr-defined]
        assert "remplaçait".encode() not in raw
        assert "confidentiality.finding_answered" in journaled()


def test_to_look_into_begins_an_incident(house: House, signed_in: SignIn) -> None:
    uid = a_finding(house, house.worker, house.code)
    officer = client(house, signed_in, "officer")
    answer = officer.send(f"{LIST}/{uid}", {"answer": "look_into", "line": "Sans raison connue."})
    page = officer.get(answer.location).text
    assert "Sans raison connue." in page and house.code in page
    with house.reading():
        assert db.session.scalars(select(Incident.cause)).one() == "seen"


def test_it_is_answered_once(house: House) -> None:
    uid = a_finding(house, house.worker)
    for error in (None, Conflict):
        try:
            with house.writing():
                finding = queries.finding_or_404(uid, who(house.officer))
                actions.answer(who(house.officer), finding, answer="explained", line="Vu.")
            assert error is None
        except Conflict:
            assert error is Conflict


def test_nobody_answers_for_herself_and_the_chair_sees_the_officers_alone(house: House, signed_in: SignIn) -> None:
    hers, worker = a_finding(house, house.officer), a_finding(house, house.worker, "PYYYY")
    officer, chair = (client(house, signed_in, role) for role in ("officer", "chair"))
    told = {"answer": "explained", "line": "C’était moi."}
    assert officer.send(f"{LIST}/{hers}", told, seen="/confidentiality/incidents/report").status_code == 403
    shown = chair.get(LIST).text
    assert "PXXXX" in shown and "PYYYY" not in shown
    assert chair.get(f"{LIST}/{worker}").status_code == 404
    assert chair.send(f"{LIST}/{hers}", told).status_code == 303


def test_d_conf_1_nobody_else_sees_them(house: House, signed_in: SignIn) -> None:
    uid = a_finding(house, house.worker)
    for role in ("worker", "peer", "coordinator", "administrator"):
        browser = client(house, signed_in, role)
        assert browser.get(LIST).status_code == 403 and browser.get(f"{LIST}/{uid}").status_code == 403
        with pytest.raises((NotAllowed, NotFound)), house.writing():
            user = who(getattr(house, role))
            actions.answer(user, queries.finding_or_404(uid, user), answer="explained", line="Non.")


def test_the_list_asks_the_same_for_any_number(house: House, signed_in: SignIn) -> None:
    officer = client(house, signed_in, "officer")
    asked: list[int] = []
    with house.reading():
        event.listen(db.engine, "before_cursor_execute", lambda *_told: asked.append(1))
    numbers: list[int] = []
    officer.get(LIST)
    for more in range(3):
        for n in range(10):
            a_finding(house, house.worker, f"P{more}{n:02}")
        asked.clear()
        officer.get(LIST)
        numbers.append(len(asked))
    assert len(set(numbers)) == 1 and numbers[0] <= 12


def test_what_the_software_itself_opens_is_left_out(house: House) -> None:
    with house.writing():
        safe = register_safe(her(house.code))
        assert safe and add_user("Autre", "support_worker")
        register(who(house.other), kind="woman", first_contact=local_day(now()))
    with house.reading():
        openings, _last = queries.openings(0)
    assert all(one.actor for one in openings)
