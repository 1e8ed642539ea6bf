"""Her life history: only if she says yes, apart from all the rest, hers to take back; ways round that do not work."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from app import vault
from app.db import db
from app.errors import NotAllowed, NotFound, NotGranted, SafeDestroyed
from app.testing import SignIn
from app.vault.keystore import KeyGone
from plugins.support import actions, queries
from plugins.support.actions import SomeoneElseWrote, life
from plugins.support.models import Assignment, LifeEvent, LifeHistory
from plugins.support.queries import life as found_in
from plugins.support.rules import life as rules
from plugins.support.rules.life import When
from tests.plugins.support.conftest import House, journaled, who
from tests.plugins.support.test_objectives import damage
from tests.plugins.support.test_views import client

LINE = "La première fois que j’ai parlé à une intervenante."
SENT = {"kind": "support", "line": LINE, "year": "2019", "month": "", "age": ""}


def file_of(house: House):  # type: ignore[no-untyped-def]
    return queries.file_by_code(house.code)


def begun(house: House) -> int:
    """She says yes: the safe of her history."""
    with house.writing():
        return life.begin(who(house.worker), file_of(house)).safe_id


def told(house: House, line: str = LINE, when: When = When(2019)) -> str:  # noqa: B008 -- never changed
    with house.writing():
        return life.add_event(who(house.worker), file_of(house), kind="support", moment=when, line=line).uid


def assigned(house: House, role: str) -> int:
    with house.writing():
        return actions.assign(who(house.coordinator), file_of(house), who(getattr(house, role))).id


def openers(house: House, safe: int) -> set[int]:
    with house.reading():
        return {number for number in range(1, 6) if vault.is_granted(who(number), safe)}


def state(house: House, role: str = "worker") -> str:
    with house.reading():
        user = who(getattr(house, role))
        return found_in.life(queries.file_or_404(house.code, user), user).state


# --- her yes -------------------------------------------------------------------------------------------------------


def test_commitment_3_nothing_is_told_before_she_says_yes(house: House, signed_in: SignIn) -> None:
    browser, page = client(house, signed_in, "worker"), f"/support/files/{house.code}/life"
    shown = browser.get(page).text
    assert "Add a moment" not in shown
    assert "checked" not in shown[shown.index('name="yes"') :].split(">")[0]
    assert browser.send(f"{page}/events", SENT, seen=page).status_code == 403
    assert browser.send(page, {}).status_code == 422
    assert browser.send(page, {"yes": "y"}).status_code == 303
    with house.reading():
        history = db.session.scalars(select(LifeHistory)).one()
        assert history.by == house.worker
        assert db.session.get_one(vault.Safe, history.safe_id).kind == "support.life"
        assert db.session.get_one(vault.Safe, history.safe_id).beside_id is None
        assert "support.life_begun" in journaled()
    assert browser.send(f"{page}/events", SENT, seen=page).status_code == 303


def test_saying_yes_twice_is_saying_yes(house: House) -> None:
    assert begun(house) == begun(house)


def test_d_file_5_kind_date_and_words_are_sealed_in_a_safe_of_their_own(house: House) -> None:
    safe = begun(house)
    told(house)
    with house.reading():
        row = db.session.execute(text("SELECT safe_id, kind, moment, line FROM support_life_event")).one()
        assert row.safe_id == safe != file_of(house).safe_id
        sealed = b"".join(bytes(value) for value in row[1:])
        assert not any(word in sealed for word in (b"support", b"2019", LINE.encode()))


# --- who may open it -----------------------------------------------------------------------------------------------


def test_d_file_5_it_opens_to_the_workers_who_follow_her_and_shuts_when_they_no_longer_do(house: House) -> None:
    safe = begun(house)
    assert openers(house, safe) == {house.worker}
    second = assigned(house, "other")
    assert openers(house, safe) == {house.worker, house.other}
    with house.writing():
        actions.end_assignment(who(house.coordinator), db.session.get_one(Assignment, second))
    assert openers(house, safe) == {house.worker}


def test_d_file_5_when_she_says_yes_all_who_follow_her_may_open_it(house: House) -> None:
    assigned(house, "other")
    assigned(house, "peer")
    assert openers(house, begun(house)) == {house.worker, house.other}


@pytest.mark.parametrize("role", ["peer", "coordinator", "administrator"])
def test_section_8_peers_and_others_never_open_it(house: House, role: str) -> None:
    safe = begun(house)
    uid = told(house)
    assigned(house, "peer")
    user = getattr(house, role)
    with house.reading(), pytest.raises(NotGranted):
        vault.open_safes(who(user), [safe], why="try")
    with house.reading(), pytest.raises(NotFound):
        found_in.event_or_404(uid, who(user))
    with pytest.raises(NotAllowed), house.writing():
        life.destroy(who(user), file_of(house))


def stands_in(house: House, role: str) -> None:
    """The file and the person, open to her for a time, as a stand-in's are."""
    with house.writing():
        file = file_of(house)
        for safe in (file.safe_id, file.person.safe_id):
            vault.grant(safe, who(getattr(house, role)), why="support.stand_in", by=None)


@pytest.mark.parametrize("role", ["other", "coordinator"])
def test_d_file_5_a_stand_in_never_sees_it_and_is_told_so(house: House, signed_in: SignIn, role: str) -> None:
    begun(house)
    uid = told(house)
    stands_in(house, role)
    assert state(house, role) == "shut"
    browser = client(house, signed_in, role)
    page = browser.get(f"/support/files/{house.code}/life")
    assert page.status_code == 200 and "not open to you" in page.text and LINE not in page.text
    assert browser.get(f"/support/files/{house.code}/objectives").status_code == 200
    assert browser.get(f"/support/life/{uid}").status_code in (403, 404)
    with house.reading():
        assert "vault.refused" in journaled()


def test_d_file_5_a_stand_in_writes_nothing_in_it_nor_begins_one(house: House) -> None:
    stands_in(house, "other")
    with pytest.raises(NotGranted), house.writing():
        life.begin(who(house.other), file_of(house))
    begun(house)
    uid = told(house)

    def event() -> LifeEvent:
        return db.session.scalars(select(LifeEvent).where(LifeEvent.uid == uid)).one()

    values = {"kind": "other", "moment": When(), "line": "x"}
    for attempt in (
        lambda u: life.add_event(u, file_of(house), **values),
        lambda u: life.change_event(u, event(), version=1, **values),
        lambda u: life.remove_event(u, event()),
        lambda u: life.destroy(u, file_of(house)),
    ):
        with pytest.raises(NotGranted), house.writing():
            attempt(who(house.other))


# --- hers to take back ---------------------------------------------------------------------------------------------


def test_d_conf_9_she_withdraws_its_key_goes_and_the_file_stays_whole(house: House, signed_in: SignIn) -> None:
    safe = begun(house)
    uid = told(house)
    with house.reading():
        name = db.session.get_one(vault.Safe, safe).uid
    browser, page = client(house, signed_in, "worker"), f"/support/files/{house.code}/life"
    assert browser.send(f"{page}/destroy", {}).status_code == 422
    assert state(house) == "open"
    assert browser.send(f"{page}/destroy", {"yes": "y"}).status_code == 303
    with house.reading(), pytest.raises(KeyGone):
        vault.key_store().keys([name])
    with house.reading(), pytest.raises(SafeDestroyed):
        vault.open_safes(who(house.worker), [safe], why="try")
    shown = browser.get(page).text
    assert "was destroyed" in shown and LINE not in shown
    assert browser.get(f"/support/life/{uid}").status_code == 404
    assert browser.get(f"/support/files/{house.code}").status_code == 200
    with house.reading():
        history = db.session.scalars(select(LifeHistory)).one()
        assert history.ended_by == house.worker and "support.life_destroyed" in journaled()
    assert begun(house) != safe  # she may begin anew
    assert state(house) == "open"


def test_a_safe_destroyed_elsewhere_is_said_and_nothing_breaks(house: House, signed_in: SignIn) -> None:
    safe = begun(house)
    told(house)
    with house.writing():
        vault.destroy(db.session.get_one(vault.Safe, safe), by=None)
    page = client(house, signed_in, "worker").get(f"/support/files/{house.code}/life")
    assert page.status_code == 200 and "was destroyed" in page.text


def test_erasing_a_person_destroys_it(house: House) -> None:
    from app.people.actions import erase

    safe = begun(house)
    with house.writing():
        erase(file_of(house).person, by=None)
    with house.reading():
        assert db.session.get_one(vault.Safe, safe).destroyed_at is not None


def test_what_she_takes_back_is_not_kept(house: House, signed_in: SignIn) -> None:
    begun(house)
    uid = told(house)
    browser = client(house, signed_in, "worker")
    assert browser.send(f"/support/life/{uid}/remove", seen=f"/support/life/{uid}").status_code == 303
    with house.reading():
        assert db.session.scalars(select(LifeEvent)).all() == []


# --- moments -------------------------------------------------------------------------------------------------------


def test_bad_input_two_workers_change_one_moment_the_second_sees_both(house: House, signed_in: SignIn) -> None:
    begun(house)
    uid = told(house)
    browser, page = client(house, signed_in, "worker"), f"/support/life/{uid}"
    assert browser.send(page, {**SENT, "line": "Elle m’a crue.", "version": "1"}).status_code == 303
    answer = browser.send(page, {**SENT, "line": "On m’a crue.", "year": "2018", "version": "1"})
    assert answer.status_code == 409 and "Elle m’a crue." in answer.text and "On m’a crue." in answer.text
    assert browser.send(page, {**SENT, "line": "On m’a crue.", "version": "2"}).status_code == 303
    with house.writing(), pytest.raises(SomeoneElseWrote):
        event = db.session.scalars(select(LifeEvent)).one()
        life.change_event(who(house.worker), event, version=1, kind="other", moment=When(), line="x")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"line": ""}, "line"),
        ({"kind": "pigeon"}, "kind"),
        ({"year": "2019", "age": "17"}, "year"),
        ({"year": "2031"}, "year"),
        ({"year": "1700"}, "year"),
        ({"year": "hier"}, "year"),
        ({"year": "", "month": "3"}, "month"),
        ({"month": "13"}, "month"),
        ({"year": "", "age": "300"}, "age"),
    ],
)
def test_a_refused_moment_keeps_what_was_typed(
    house: House, signed_in: SignIn, wrong: dict[str, str], field: str
) -> None:
    begun(house)
    page = f"/support/files/{house.code}/life"
    answer = client(house, signed_in, "worker").send(f"{page}/events", {**SENT, **wrong}, seen=page)
    assert answer.status_code == 422 and f'id="{field}-err"' in answer.text
    if field != "line":
        assert LINE in answer.text
    with house.reading():
        assert db.session.scalars(select(LifeEvent)).all() == []


def test_d_file_3_a_year_and_an_age_are_never_kept_together() -> None:
    assert rules.tells_her_birth(When(year=2014, age=17))
    assert not rules.tells_her_birth(When(year=2014)) and not rules.tells_her_birth(When(age=17))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"year": "2014", "about": "y"}, "about 2014"),
        ({"year": "2014", "month": "3"}, "March 2014"),
        ({"year": "", "age": "17"}, "at 17"),
        ({"year": "", "age": "0", "about": "y"}, "at about 0"),
        ({"year": ""}, "Not known"),
    ],
)
def test_d_file_5_dates_are_said_as_she_knows_them(
    house: House, signed_in: SignIn, sent: dict[str, str], said: str
) -> None:
    begun(house)
    browser, page = client(house, signed_in, "worker"), f"/support/files/{house.code}/life"
    assert browser.send(f"{page}/events", {**SENT, **sent}, seen=page).status_code == 303
    shown = browser.get(page).text
    assert said in shown[shown.index("<table") : shown.index("</table>")]


def test_d_file_5_a_picture_and_a_list_unknown_dates_at_the_end(house: House, signed_in: SignIn) -> None:
    begun(house)
    for line, when in (
        ("sans date", When()),
        ("en 2019", When(2019)),
        ("à six ans", When(age=6)),
        ("2015", When(2015)),
    ):
        told(house, line, when)
    shown = client(house, signed_in, "worker").get(f"/support/files/{house.code}/life").text
    pictures = re.findall(r"<svg class=\"picture.*?</svg>", shown, re.DOTALL)
    assert len(pictures) == 2
    for part in (*pictures, shown[shown.index("<table") : shown.index("</table>")]):
        places = [part.index(line) for line in ("à six ans", "2015", "en 2019", "sans date")]
        assert places == sorted(places)


whens: Any = st.builds(
    When,
    st.none() | st.integers(1916, 2026),
    st.none() | st.integers(1, 12),
    st.none() | st.integers(0, 110),
    st.booleans(),
)


@given(whens)
def test_a_moment_is_unpacked_as_it_was_packed(when: When) -> None:
    assert rules.unpack(rules.pack(when)) == when


@given(st.lists(whens))
def test_ages_then_years_then_what_has_no_date(told_: list[When]) -> None:
    groups = [when.group for when in sorted(told_, key=lambda each: each.place)]
    assert groups == sorted(groups, key=("age", "year", "unknown").index)


@given(whens)
def test_what_is_ahead_of_us_is_not_told(when: When) -> None:
    if rules.may_be_told(when, date(2020, 6, 15)):
        assert when.year is None or (when.year, when.month or 1) <= (2020, 6)


def test_bad_input_a_damaged_moment_is_said_and_the_rest_is_whole(house: House, signed_in: SignIn) -> None:
    begun(house)
    uid = told(house)
    told(house, "Rentrée à l’école.")
    with house.writing():
        damage(LifeEvent, "moment", uid)
    browser = client(house, signed_in, "worker")
    page = browser.get(f"/support/files/{house.code}/life")
    assert page.status_code == 200 and "damaged" in page.text and "Rentrée" in page.text and LINE not in page.text
    assert browser.get(f"/support/life/{uid}").status_code == 200
    with house.reading():
        assert "vault.damaged" in journaled()


def test_d_conf_8_her_whole_file_holds_it_for_who_may_open_it_only(house: House) -> None:
    begun(house)
    told(house)
    stands_in(house, "other")

    def whole(role: str) -> dict[str, Any]:
        with house.reading():
            return queries.everything_about(queries.file_or_404(house.code, who(getattr(house, role))).person)

    assert whole("worker")["life_history"][0]["line"] == LINE
    assert "life_history" not in whole("other")
