"""Meetings with one or two workers: noted, corrected within a day, every version kept (commitment 6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.accounts.models import User
from app.db import db, now
from app.errors import NotAllowed, NotGranted
from app.testing import Browser, SignIn
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.models import Meeting, MeetingBefore
from plugins.support.rules import meetings as rules
from tests.plugins.support.conftest import House, journaled, who

SUMMARY = "A parlé de ses démarches.\nVeut reprendre ses cours."


@pytest.fixture
def browser(house: House, signed_in: SignIn) -> Browser:
    return client(house, signed_in, "worker")


@pytest.fixture
def sent() -> dict[str, str]:
    """A meeting as the form sends it."""
    held = {"how": "in_person", "day": today().isoformat(), "minutes": "50", "second": "", "orientation": "offered"}
    return {**held, "summary": SUMMARY, "version": "1"}


def client(house: House, signed_in: SignIn, role: str) -> Browser:
    with house.reading():
        user = who(getattr(house, role))
        db.session.expunge(user)
    return signed_in(user)


def noted(house: House, **values: Any) -> str:
    """A meeting by the worker: its uid."""
    held = {"day": today(), "minutes": 50, "how": "in_person", "second": None, "summary": SUMMARY}
    with house.writing():
        worker = who(house.worker)
        file = queries.file_or_404(house.code, worker)
        return actions.meetings.note_meeting(
            worker, file, version=file.version, **{**held, "orientation": "none", **values}
        ).uid


def new(house: House) -> str:
    return f"/support/files/{house.code}/meetings/new"


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 104))
def test_commitment_6_the_next_look_is_the_chosen_day_or_so_many_weeks_after(held: date, weeks: int) -> None:
    assert rules.next_reassessment(held, None, weeks) == held + timedelta(weeks=weeks)
    assert rules.next_reassessment(held, held, weeks) == held


def test_a_meeting_is_noted_and_her_file_follows_from_it(house: House, browser: Browser, sent: dict[str, str]) -> None:
    soon, later = today() + timedelta(days=3), today() + timedelta(weeks=6)
    follows = {"step": "call", "step_on": soon.isoformat(), "step_line": "Confirmer.", "reassessed": "y"}
    answer = browser.send(new(house), {**sent, **follows, "reassess_on": later.isoformat()})
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Veut reprendre ses cours." in page and "Confirmer." in page
    with house.reading():
        file = queries.file_or_404(house.code, who(house.worker))
        assert (file.step, file.step_on, file.step_line) == ("call", soon, "Confirmer.")
        assert (file.reassess_on, file.due_on, file.last_contact_on) == (later, soon, today())
        [held] = queries.meetings.meetings(file).rows
        assert (held.meeting.minutes, held.meeting.orientation, held.workers) == (50, "offered", "Intervenante Une")
        assert {"support.meeting_noted", "support.next_step_set", "support.reassessed"} <= set(journaled())


def test_commitment_6_without_a_day_the_next_look_is_counted_from_the_meeting(house: House) -> None:
    yesterday = today() - timedelta(days=1)
    noted(house, day=yesterday, reassessed=True)
    with house.reading():
        file = queries.file_or_404(house.code, who(house.worker))
        assert file.reassess_on == yesterday + timedelta(weeks=file.reassess_every_weeks)


def test_a_meeting_alone_changes_neither_the_step_nor_the_next_look(house: House) -> None:
    with house.writing():
        file = queries.file_or_404(house.code, who(house.worker))
        actions.set_next_step(who(house.worker), file, step="meet", on=today(), line="La voir.", version=file.version)
        before = (file.reassess_on, file.version)
    noted(house, reassessed=False, reassess_on=today())
    with house.reading():
        file = queries.file_or_404(house.code, who(house.worker))
        assert (file.step_line, (file.reassess_on, file.version)) == ("La voir.", before)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": "2031-01-01"}, "day"),
        ({"minutes": "0"}, "minutes"),
        ({"how": "pigeon"}, "how"),
        ({"orientation": "forced"}, "orientation"),
        ({"summary": "x" * 2001}, "summary"),
        ({"summary": "Son NAS : 046 454 286"}, "summary"),
        ({"step_on": "2020-01-01"}, "step_on"),
        ({"step_line": "Confirmer."}, "step-line"),
        ({"reassess_on": "2020-01-01"}, "reassess_on"),
    ],
)
def test_a_refused_meeting_keeps_what_was_typed(
    house: House, browser: Browser, sent: dict[str, str], wrong: dict[str, str], field: str
) -> None:
    answer = browser.send(new(house), {**sent, **wrong})
    assert answer.status_code == 422 and f'href="#{field}"' in answer.text and f'id="{field}"' in answer.text
    assert wrong.get("summary", "Veut reprendre ses cours.") in answer.text
    with house.reading():
        assert not db.session.scalar(select(func.count(Meeting.id)))


def test_the_next_step_of_a_colleague_is_shown_before_it_is_replaced(
    house: House, browser: Browser, sent: dict[str, str]
) -> None:
    with house.writing():
        file = queries.file_or_404(house.code, who(house.worker))
        actions.set_next_step(who(house.worker), file, step="meet", on=today(), line="Déjà prévu.", version=1)
    step = {"step": "call", "step_on": (today() + timedelta(days=2)).isoformat()}
    answer = browser.send(new(house), {**sent, **step})
    assert answer.status_code == 409 and "Déjà prévu." in answer.text and "Veut reprendre ses cours." in answer.text
    assert 'name="version" value="2"' in answer.text
    assert browser.send(new(house), {**sent, **step, "version": "2"}).status_code == 303


# --- two workers -----------------------------------------------------------------------------------------------------


def test_the_second_worker_is_one_who_may_follow(house: House, browser: Browser, sent: dict[str, str]) -> None:
    with pytest.raises(actions.meetings.CannotBeSecond):
        noted(house, second=house.peer)
    with pytest.raises(actions.meetings.CannotBeSecond):
        noted(house, second=house.worker)
    with pytest.raises(actions.meetings.CannotBeSecond):
        noted(house, second=10**6)
    page = browser.get(new(house)).text
    assert "Intervenante Deux" in page and "Paire Une" not in page
    assert browser.send(new(house), {**sent, "second": str(house.other)}).status_code == 303
    with house.reading():
        [held] = queries.meetings.meetings(queries.file_or_404(house.code, who(house.worker))).rows
        assert held.workers == "Intervenante Une · Intervenante Deux"


def test_d_conf_1_the_second_worker_is_not_given_the_file_by_it(house: House, signed_in: SignIn) -> None:
    uid = noted(house, second=house.other)
    browser = client(house, signed_in, "other")
    assert browser.get(f"/support/meetings/{uid}").status_code == 404
    with pytest.raises(NotGranted), house.writing():
        meeting = db.session.scalars(select(Meeting).where(Meeting.uid == uid)).one()
        actions.meetings.correct_meeting(who(house.other), meeting, version=1, summary="autre")


def corrected(house: House, by: int, uid: str, version: int, **values: Any) -> None:
    with house.writing():
        held = queries.meetings.meeting_or_404(uid, who(by))
        told = {name: getattr(held.meeting, name) for name in actions.meetings.CORRECTABLE}
        actions.meetings.correct_meeting(who(by), held.meeting, version=version, **{**told, **values})


@pytest.fixture
def both(house: House) -> Iterator[House]:
    """Both workers follow her."""
    with house.writing():
        actions.assign(who(house.coordinator), queries.file_by_code(house.code), who(house.other))
    yield house


def test_a_correction_keeps_what_it_said_before_and_who_wrote_it(both: House, signed_in: SignIn) -> None:
    uid = noted(both, second=both.other)
    corrected(both, both.worker, uid, 1, minutes=60)
    corrected(both, both.other, uid, 2, summary="Elle veut reprendre ses cours du soir.", second=both.other)
    with both.reading():
        held = queries.meetings.meeting_or_404(uid, who(both.worker))
        assert (held.meeting.minutes, held.meeting.version, held.meeting.corrected_by) == (60, 3, both.other)
        before = queries.meetings.before(held.meeting)
        assert [(each.by.id, each.told["minutes"]) for each in before] == [(both.worker, 60), (both.worker, 50)]
        assert {each.told["summary"] for each in before} == {SUMMARY}
    page = client(both, signed_in, "worker").get(f"/support/meetings/{uid}").text
    assert "Elle veut reprendre ses cours du soir." in page and "A parlé de ses démarches." in page
    assert "Intervenante Deux" in page


def test_nothing_changed_is_no_correction(house: House) -> None:
    uid = noted(house)
    corrected(house, house.worker, uid, 1)
    with house.reading():
        assert not db.session.scalar(select(func.count(MeetingBefore.id)))
        assert "support.meeting_corrected" not in journaled()


def test_two_workers_correct_one_meeting_and_the_second_sees_both(
    both: House, signed_in: SignIn, sent: dict[str, str]
) -> None:
    uid = noted(both, second=both.other)
    corrected(both, both.worker, uid, 1, summary="Ce que la première a écrit.")
    page = f"/support/meetings/{uid}/correct"
    browser = client(both, signed_in, "other")
    mine = {**sent, "summary": "Ce que la seconde a écrit.", "second": str(both.other)}
    answer = browser.send(page, mine)
    assert answer.status_code == 409
    assert "Ce que la première a écrit." in answer.text and "Ce que la seconde a écrit." in answer.text
    assert 'name="version" value="2"' in answer.text
    assert browser.send(page, {**mine, "version": "2"}).status_code == 303
    with both.reading():
        held = queries.meetings.meeting_or_404(uid, who(both.other))
        said = {str(each.told["summary"]) for each in queries.meetings.before(held.meeting)}
        assert said == {SUMMARY, "Ce que la première a écrit."}


def test_a_meeting_is_corrected_within_a_day_by_who_held_it(both: House, signed_in: SignIn) -> None:
    uid = noted(both)
    with pytest.raises(actions.meetings.TooLateToCorrect):  # she follows her, but did not hold it
        corrected(both, both.other, uid, 1, minutes=10)
    page = client(both, signed_in, "other").get(f"/support/meetings/{uid}/correct")
    assert page.status_code == 200 and "<textarea" not in page.text
    with time_machine.travel(now() + timedelta(hours=23)):
        corrected(both, both.worker, uid, 1, minutes=10)
    with time_machine.travel(now() + timedelta(hours=25)), pytest.raises(actions.meetings.TooLateToCorrect):
        corrected(both, both.worker, uid, 2, minutes=20)


# --- who may, and pages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["other", "peer", "coordinator", "administrator"])
def test_d_conf_1_nobody_else_reaches_a_meeting(
    house: House, signed_in: SignIn, sent: dict[str, str], role: str
) -> None:
    uid = noted(house)
    browser = client(house, signed_in, role)
    for path in (f"files/{house.code}/meetings", f"files/{house.code}/meetings/new", f"meetings/{uid}"):
        answer = browser.get(f"/support/{path}")
        assert answer.status_code in (403, 404) and "A parlé" not in answer.text, path
    for path in (f"files/{house.code}/meetings/new", f"meetings/{uid}/correct"):
        assert browser.send(f"/support/{path}", sent, seen="/").status_code in (403, 404), path
    with pytest.raises(NotAllowed), house.writing():
        meeting = db.session.scalars(select(Meeting).where(Meeting.uid == uid)).one()
        actions.meetings.correct_meeting(who(getattr(house, role)), meeting, version=1, minutes=1)


def test_pages_of_meetings_neither_repeat_nor_skip(house: House) -> None:
    for ago in range(60):
        noted(house, day=today() - timedelta(days=ago // 3), minutes=ago + 1)
    with house.reading():
        file = queries.file_or_404(house.code, who(house.worker))
        seen, before = [], None
        while True:
            page = queries.meetings.meetings(file, before)
            seen += [(held.meeting.day, held.meeting.id) for held in page.rows]
            before = page.older
            if before is None:
                break
    assert len(seen) == 60 and seen == sorted(seen, reverse=True)


def test_d_conf_11_no_name_and_no_word_of_hers_in_titles(house: House, browser: Browser) -> None:
    uid = noted(house)
    for path in (f"files/{house.code}/meetings", f"meetings/{uid}", f"meetings/{uid}/correct", f"files/{house.code}"):
        page = browser.get(f"/support/{path}").text
        title = page[page.index("<title>") : page.index("</title>")]
        assert "Hirondelle" not in title and "parlé" not in title


def test_a_closed_file_takes_no_meeting(house: House, browser: Browser, sent: dict[str, str]) -> None:
    uid = noted(house)
    with house.writing():
        actions.close_file(who(house.worker), queries.file_or_404(house.code, who(house.worker)))
    assert browser.send(new(house), sent, seen="/").status_code == 409
    assert "<textarea" not in browser.get(f"/support/meetings/{uid}/correct").text
    assert browser.get(f"/support/files/{house.code}/meetings").status_code == 200


def test_d_conf_10_the_journal_holds_no_word_of_a_meeting(house: House) -> None:
    from app.journal.models import JournalEntry

    uid = noted(house)
    corrected(house, house.worker, uid, 1, summary="Autre chose.")
    with house.reading():
        kept = " ".join(f"{entry.detail}" for entry in db.session.scalars(select(JournalEntry)))
        assert "parlé" not in kept and "Autre" not in kept and db.session.scalar(select(func.count(User.id)))
