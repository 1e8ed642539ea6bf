"""Steps and accompaniment (service 2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.catalogue.actions import change_setting
from app.catalogue.models import Service
from app.db import db, reading, unit
from app.errors import NotAllowed, NotGranted
from app.plugins import ANSWERS, plugins_of
from app.testing import Browser, SignIn
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.forms import steps as words
from plugins.support.models import Step
from plugins.support.rules import steps as rules
from tests.plugins.support.conftest import House, opened, who

PLACE = "Palais de justice, salle 3"
WHAT = "Demander la copie du jugement."


def filled(**values: Any) -> dict[str, Any]:
    """A step as the action takes it."""
    plain = {"kind": "legal", "state": "planned", "what": WHAT, "organisation": "Aide juridique Démo", "place": PLACE}
    when = {"day": today() + timedelta(days=3), "hour": time(9, 30), "due_on": None, "beside_id": None}
    travel = {"travel": None, "travel_minutes": None, "travel_km": None, "outcome": None, "next_step": None}
    return {**plain, **when, **travel, **values}


def posted(**values: Any) -> dict[str, Any]:
    """A step as the form sends it."""
    day = (today() + timedelta(days=3)).isoformat()
    return {"kind": "legal", "state": "planned", "what": WHAT, "day": day, "hour": "09:30", "place": PLACE, **values}


def add(house: House, **values: Any) -> str:
    with house.writing():
        worker = who(house.worker)
        return actions.steps.add_step(worker, queries.file_or_404(house.code, worker), **filled(**values)).uid


def beside(house: House) -> None:
    """The peer is beside the person."""
    with house.writing():
        actions.assign(who(house.coordinator), queries.file_by_code(house.code), who(house.peer))


def browser_of(house: House, signed_in: SignIn, role: str = "worker") -> Browser:
    with house.reading():
        user = who(getattr(house, role))
        db.session.expunge(user)
    return signed_in(user)


@contextmanager
def asking(house: House) -> Iterator[None]:
    with house.app.test_request_context(), reading():
        yield


def due(house: House, role: str, days: int = 14) -> list[Any]:
    until = today() + timedelta(days=days)
    asked = plugins_of(house.app).call_each("deadlines", user=who(getattr(house, role)), until=until)
    return [each.value for each in asked if each.plugin == "support" and each.value.service == rules.SERVICE]


# --- rules -----------------------------------------------------------------------------------------------------------


@given(st.sampled_from(rules.STATES), st.dates() | st.none(), st.dates() | st.none(), st.dates())
def test_a_step_stands_by_its_nearest_day(state: str, day: date | None, due_on: date | None, now: date) -> None:
    place = rules.sort_day(state, day, due_on, now)
    if rules.is_open(state):
        assert place == min([each for each in (day, due_on) if each] or [rules.FAR])
    else:
        assert place == (day or now)


def test_kinds_that_the_house_adds_have_a_name_in_each_language() -> None:
    found = rules.own_kinds("Impôts; Taxes; Impuestos\n\nÉtudes du soir\n")
    assert found["Impôts"] == {"fr": "Impôts", "en": "Taxes", "es": "Impuestos", "ht": "Impôts"}
    assert found["Études du soir"]["en"] == "Études du soir"
    for wrong in ("; Taxes", "x" * 41, "legal", "a;b;c;d;e", "\n".join(map(str, range(21)))):
        with pytest.raises(ValueError, match=r"number|length|ours"):
            rules.own_kinds(wrong)


# --- use cases -------------------------------------------------------------------------------------------------------


def test_a_step_is_kept_sealed_and_journaled_without_its_words(house: House) -> None:
    uid = add(house)
    with house.reading():
        step = queries.steps.step_or_404(uid, who(house.worker))
        assert (step.what, step.place, step.open, step.sort_on) == (WHAT, PLACE, True, today() + timedelta(days=3))
        sealed = db.session.execute(select(Step.__table__)).mappings().one()
        assert all(WHAT.encode() not in bytes(value) for value in sealed.values() if isinstance(value, bytes))


@pytest.mark.parametrize("role", ["other", "peer", "coordinator", "administrator"])
def test_d_conf_1_nobody_else_notes_or_reads_a_step(house: House, role: str) -> None:
    uid = add(house)
    with pytest.raises((NotAllowed, NotGranted)), house.writing():
        actions.steps.add_step(who(getattr(house, role)), queries.file_by_code(house.code), **filled())
    with pytest.raises(Exception, match="nothing at this address"), house.reading():
        queries.steps.step_or_404(uid, who(getattr(house, role)))


def test_only_who_is_assigned_goes_with_her(house: House) -> None:
    with pytest.raises(actions.steps.NotBesideHer):
        add(house, beside_id=house.peer)
    with pytest.raises(actions.steps.NotBesideHer):
        add(house, beside_id=house.other)
    beside(house)
    add(house, beside_id=house.peer)
    add(house, beside_id=house.worker)


def test_a_closed_file_takes_no_step(house: House) -> None:
    uid = add(house)
    with house.writing():
        actions.close_file(who(house.worker), queries.file_by_code(house.code))
    with pytest.raises(actions.FileClosed):
        add(house)
    with pytest.raises(actions.FileClosed), house.writing():
        worker = who(house.worker)
        actions.steps.change_step(worker, queries.steps.step_or_404(uid, worker), version=1, **filled())


# --- what is due ----------------------------------------------------------------------------------------------------


def test_what_is_due_is_on_the_desk_of_who_follows_by_its_code(house: House) -> None:
    add(house)
    add(house, state="todo", day=None, hour=None, due_on=today() - timedelta(days=2))
    add(house, state="done")
    add(house, day=today() + timedelta(days=40))
    with asking(house):
        found = due(house, "worker")
        assert [each.day for each in found] == [today() - timedelta(days=2), today() + timedelta(days=3)]
        assert all(house.code in str(each.title) and WHAT not in str(each.title) for each in found)
        for role in ("other", "peer", "coordinator", "administrator"):
            assert due(house, role) == []


def test_d_conf_1_a_peer_sees_whom_and_when_she_goes_with_and_not_where(house: House, signed_in: SignIn) -> None:
    beside(house)
    add(house, beside_id=house.peer)
    add(house, what="Autre", day=today() + timedelta(days=5))  # not with her
    with asking(house):
        [one] = due(house, "peer")
        assert house.code in str(one.title) and one.url == "/support/accompanied"
    browser = browser_of(house, signed_in, "peer")
    page = browser.get("/support/accompanied").text
    assert house.code in page and "9:30" in page
    assert PLACE not in page and WHAT not in page and "Aide juridique" not in page and "Hirondelle" not in page
    with house.reading():
        uid = db.session.scalars(select(Step.uid).order_by(Step.id)).first()
    for path in (f"/support/files/{house.code}/steps", f"/support/steps/{uid}"):
        assert browser.get(path).status_code in (403, 404)


def test_once_she_is_no_longer_beside_her_a_peer_sees_nothing(house: House, signed_in: SignIn) -> None:
    beside(house)
    add(house, beside_id=house.peer)
    with house.writing():
        file = queries.file_by_code(house.code)
        [hers] = [each for each in queries.followers([file.id])[file.id] if each.assignment.peer]
        actions.end_assignment(who(house.coordinator), hers.assignment)
    with asking(house):
        assert due(house, "peer") == []
    assert house.code not in browser_of(house, signed_in, "peer").get("/support/accompanied").text


def test_many_things_due_never_count_as_a_fault(house: House) -> None:
    with house.writing():
        for number in range(30):
            code = opened(who(house.worker), f"Mésange {number}")
            file = queries.file_by_code(code)
            actions.set_next_step(who(house.worker), file, step="call", on=today(), line=None, version=1)
            file.reassess_on = file.due_on = today()
            actions.steps.add_step(who(house.worker), file, **filled())
    with asking(house):
        asked = plugins_of(house.app).call_each("deadlines", user=who(house.worker), until=today() + timedelta(days=14))
        assert len([each for each in asked if each.plugin == "support"]) == ANSWERS
        assert unit().later == []  # no fault to note


# --- pages ----------------------------------------------------------------------------------------------------------


def test_a_step_is_noted_changed_and_listed(house: House, signed_in: SignIn) -> None:
    browser = browser_of(house, signed_in)
    page = f"/support/files/{house.code}/steps"
    answer = browser.send(page, posted(), seen=f"{page}/new")
    assert (answer.status_code, answer.location) == (303, page)
    assert WHAT in browser.get(page).text and PLACE in browser.get(page).text
    with house.reading():
        uid = db.session.scalars(select(Step.uid)).one()
    done = posted(state="done", outcome="Elle a la copie.", version=1)
    assert browser.send(f"/support/steps/{uid}", done).status_code == 303
    assert WHAT not in browser.get(page).text and "Elle a la copie." in browser.get(f"{page}?done=1").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"day": "", "hour": ""}, "day"),
        ({"state": "todo", "day": ""}, "hour"),
        ({"state": "flown"}, "state"),
        ({"kind": "piracy"}, "kind"),
        ({"what": "NAS 046 454 286"}, "what"),
        ({"place": "x" * 121}, "place"),
        ({"travel_km": "loin"}, "travel_km"),
        ({"beside": "invented"}, "beside"),
    ],
)
def test_a_refused_step_keeps_what_was_typed(house: House, signed_in: SignIn, wrong: dict[str, str], said: str) -> None:
    page = f"/support/files/{house.code}/steps"
    answer = browser_of(house, signed_in).send(page, posted(**{"outcome": "déjà écrit", **wrong}), seen=f"{page}/new")
    assert answer.status_code == 422 and f'href="#{said}"' in answer.text and "déjà écrit" in answer.text
    with house.reading():
        assert db.session.scalar(select(func.count(Step.id))) == 0


def test_two_workers_change_one_step_and_the_second_sees_both(house: House, signed_in: SignIn) -> None:
    uid, browser = add(house), browser_of(house, signed_in)
    with house.writing():
        worker = who(house.worker)
        step = queries.steps.step_or_404(uid, worker)
        actions.steps.change_step(worker, step, version=1, **filled(what="Version de la collègue."))
    answer = browser.send(f"/support/steps/{uid}", posted(what="Ma version.", version=1))
    assert answer.status_code == 409
    assert "Version de la collègue." in answer.text and "Ma version." in answer.text
    again = posted(what="Ma version.", version=2)
    assert browser.send(f"/support/steps/{uid}", again).status_code == 303
    with house.reading():
        assert queries.steps.step_or_404(uid, who(house.worker)).what == "Ma version."


def test_a_kind_of_the_house_is_chosen_and_outlives_its_line(house: House, signed_in: SignIn) -> None:
    with house.writing():
        change_setting(who(house.coordinator), "support.step_kinds", "Impôts; Taxes")
    browser, page = browser_of(house, signed_in), f"/support/files/{house.code}/steps"
    assert browser.send(page, posted(kind="Impôts"), seen=f"{page}/new").status_code == 303
    assert "Taxes" in browser.get(page).text
    with house.writing():
        change_setting(who(house.coordinator), "support.step_kinds", "")
        uid = db.session.scalars(select(Step.uid)).one()
    assert "Impôts" in browser.get(page).text
    assert browser.send(f"/support/steps/{uid}", posted(kind="Impôts", version=1)).status_code == 303


def test_the_settings_check_says_what_to_write() -> None:
    words.check_kinds("Impôts\nÉtudes")
    with pytest.raises(ValueError, match="one kind a line"):
        words.check_kinds("x" * 41)


def test_pages_of_steps_neither_repeat_nor_skip(house: House) -> None:
    with house.writing():
        worker = who(house.worker)
        file = queries.file_or_404(house.code, worker)
        for number in range(60):
            day = today() + timedelta(days=number // 3) if number % 4 else None
            state = "planned" if day else "todo"
            actions.steps.add_step(worker, file, **filled(day=day, state=state, hour=None))
    for done in (False, True):
        seen, after = [], None
        with house.reading():
            worker = who(house.worker)
            file = queries.file_or_404(house.code, worker)
            while True:
                found = queries.steps.steps_of(file, done=done, after=after)
                seen += [(step.sort_on, step.id) for step, _beside in found.rows]
                if (after := found.after) is None:
                    break
        assert len(seen) == len(set(seen)) == (0 if done else 60) and seen == sorted(seen)


def test_a_list_of_steps_costs_the_same_for_two_as_for_forty(house: House, signed_in: SignIn) -> None:
    from tests.plugins.support.test_lists import QUERIES_A_PAGE, cost

    browser, path = browser_of(house, signed_in), f"/support/files/{house.code}/steps"
    add(house)
    browser.get(path)
    few = cost(house.app, browser, path)
    for _each in range(20):
        add(house, beside_id=house.worker)
    assert cost(house.app, browser, path) == few <= QUERIES_A_PAGE


def test_a_service_that_is_off_has_no_steps(house: House, signed_in: SignIn) -> None:
    add(house)
    with house.writing():
        db.session.get_one(Service, rules.SERVICE).enabled = False
    browser = browser_of(house, signed_in)
    assert browser.get(f"/support/files/{house.code}/steps").status_code == 404
    page = browser.get(f"/support/files/{house.code}")
    assert page.status_code == 200 and f"/support/files/{house.code}/steps" not in page.text
    with asking(house):
        assert due(house, "worker") == []


def test_words_of_steps_are_complete() -> None:
    assert set(words.KINDS) == set(rules.KINDS) and set(words.STATES) == set(words.STATE_ICONS) == set(rules.STATES)
    assert set(words.TRAVEL) - {""} == set(rules.TRAVEL)
