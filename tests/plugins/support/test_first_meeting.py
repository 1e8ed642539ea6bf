"""The first meeting: limits before questions, seven commitments offered and never forced, paused and taken up again."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select

from app.db import db
from app.errors import NotAllowed, NotGranted
from app.people.actions import register
from app.people.rules import MINOR
from app.plugins import plugins_of
from app.testing import Browser, SignIn
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.models import Answer, SituationNote
from plugins.support.rules import first_meeting as rules
from tests.plugins.support.conftest import House, journaled, opened, who

WORDS = "Dort chez une amie, jusqu’à la fin du mois."


@pytest.fixture
def browser(house: House, signed_in: SignIn) -> Browser:
    return client(house, signed_in, "worker")


def client(house: House, signed_in: SignIn, role: str) -> Browser:
    with house.reading():
        user = who(getattr(house, role))
        db.session.expunge(user)
    return signed_in(user)


def at(house: House, screen: str = "") -> str:
    return f"/support/files/{house.code}/first-meeting" + (f"/{screen}" if screen else "")


def told(house: House) -> None:
    """Welcomed, and told how confidentiality works."""
    with house.writing():
        worker = who(house.worker)
        file = queries.file_or_404(house.code, worker)
        actions.first_meeting.begin(worker, file, language="es", interpreter="needed")
        actions.first_meeting.tell_limits(worker, file)


def states(house: House) -> dict[str, str]:
    with house.reading():
        file = queries.file_or_404(house.code, who(house.worker))
        return {what: offer.state for what, offer in queries.first_meeting.offers(file).items()}


# --- rules -----------------------------------------------------------------------------------------------------------


def paused(number: int) -> list[Any]:
    """The first meetings that wait to be taken up again, on her desk."""
    rows = queries.waiting.waiting(who(number), today())
    return [row for row in rows if row.kind == "first_meeting"]


def test_the_seven_commitments_come_after_the_limits_and_end_with_what_comes_next() -> None:
    path = rules.screens("woman")
    assert path[:3] == (rules.WELCOME, rules.CONFIDENTIALITY, rules.TOOLS) and path[-1] == rules.CLOSING
    assert path[3:-1] == rules.COMMITMENTS and len(rules.COMMITMENTS) == 7
    assert rules.after(rules.CLOSING, "woman") == rules.CLOSING and rules.before(rules.WELCOME, "woman") is None
    for one, other in pairwise(path):
        assert rules.after(one, "woman") == other and rules.before(other, "woman") == one
        assert rules.further(one, other, "woman") == rules.further(other, one, "woman") == other


def test_d_conf_7_nothing_is_asked_before_the_limits_are_told() -> None:
    for screen in rules.screens("woman"):
        assert rules.may_ask(screen, True)
        assert rules.may_ask(screen, False) == (screen in (rules.WELCOME, rules.CONFIDENTIALITY))


def test_a_relative_is_not_offered_the_commitments_made_to_women() -> None:
    assert not set(rules.COMMITMENTS) & {*rules.screens("relative"), *rules.offers_to("relative")}
    assert {rules.LIMITS, *rules.PRESENTED} == set(rules.offers_to("relative"))


# --- the path --------------------------------------------------------------------------------------------------------


def test_the_whole_path_screen_by_screen(house: House, browser: Browser) -> None:
    sent: dict[str, dict[str, Any]] = {
        "welcome": {"language": "es", "interpreter": "needed"},
        "confidentiality": {},
        "presented": {"declaration": "presented", "tools": "presented", "protocol": "not_now"},
        "information": {"state": "done"},
        "situation": {"state": "not_now"},
        "life_history": {"state": "offered"},
        "network": {"state": "declined"},
        "objectives": {"state": "accepted"},
        "meetings": {"state": "accepted"},
        "referral": {"state": "not_now"},
        "closing": {},
    }
    path = rules.screens("woman")
    assert tuple(sent) == path
    for screen, following in zip(path, (*path[1:], None), strict=True):
        answer = browser.send(at(house, screen), {"day": today().isoformat(), **sent[screen]})
        assert answer.status_code == 303, screen
        assert answer.location == (at(house, following) if following else f"/support/files/{house.code}")
    found = states(house)
    assert {what: found[what] for what in rules.COMMITMENTS} == {
        what: str(sent[what]["state"]) for what in rules.COMMITMENTS
    }
    assert (found["limits"], found["declaration"], found["protocol"]) == ("presented", "presented", "not_now")
    with house.reading():
        file = queries.file_or_404(house.code, who(house.worker))
        offers = queries.first_meeting.offers(file)
        declaration, by = offers["declaration"].answers[0]
        assert (declaration.day, by.id, declaration.language) == (today(), house.worker, "es")
        assert offers["protocol"].answers[0][0].language is None
        finished = queries.first_meeting.path(file)
        assert finished is not None and finished.finished_on == today()


def test_d_conf_7_a_later_screen_shows_nothing_and_takes_nothing_before_the_limits(
    house: House, browser: Browser
) -> None:
    browser.send(at(house, "welcome"), {"language": "fr", "interpreter": "no"})
    for screen in rules.screens("woman")[2:]:
        assert browser.get(at(house, screen)).location == at(house, "confidentiality"), screen
        sent = {"state": "accepted", "day": today().isoformat(), "declaration": "presented", "tools": "presented"}
        answer = browser.send(at(house, screen), {**sent, "protocol": "presented"}, seen=at(house, "welcome"))
        assert answer.location == at(house, "confidentiality"), screen
    situation = f"/support/files/{house.code}/situation"
    assert browser.get(situation).location == at(house, "confidentiality")
    browser.send(situation, {"housing": WORDS}, seen=at(house, "welcome"))
    with house.reading():
        assert not db.session.scalar(select(func.count(Answer.id)))
        assert not db.session.scalar(select(func.count(SituationNote.id)))


def test_d_conf_7_the_actions_refuse_too(house: House) -> None:
    for act in (
        lambda user, file: actions.first_meeting.answer(user, file, "network", state="done", day=today(), version=0),
        lambda user, file: actions.first_meeting.present(user, file, {"tools": "presented"}, language="fr"),
        lambda user, file: actions.first_meeting.note_situation(user, file, {"housing": WORDS}, version=0),
        lambda user, file: actions.first_meeting.finish(user, file),
    ):
        with pytest.raises(actions.first_meeting.LimitsFirst), house.writing():
            act(who(house.worker), queries.file_or_404(house.code, who(house.worker)))


@pytest.mark.parametrize(("age", "shown"), [(MINOR, True), ("18-24", False), (None, False)])
def test_d_conf_7_at_16_or_17_what_must_be_reported_is_shown_before_intake(
    house: House, signed_in: SignIn, age: str | None, shown: bool
) -> None:
    with house.writing():
        worker = who(house.worker)
        person = register(worker, kind="woman", age_band=age, first_contact=date(2026, 3, 2))
        actions.open_file(worker, person)
        code = person.code
    page = client(house, signed_in, "worker").get(f"/support/files/{code}/first-meeting/confidentiality").text
    assert ("Youth protection must be told" in page) == shown
    assert ("Nothing is ever sent automatically" in page) == shown


def test_it_is_paused_anywhere_and_goes_on_where_it_was(house: House, browser: Browser) -> None:
    told(house)
    answer = browser.send(at(house, "presented"), {**dict.fromkeys(rules.PRESENTED, "not_now"), "pause": "1"})
    assert answer.location == f"/support/files/{house.code}"
    assert browser.get(at(house)).location == at(house, "information")
    sent = {"state": "accepted", "day": today().isoformat(), "version": "0"}
    browser.send(at(house, "information"), sent)
    browser.send(at(house, "welcome"), {"language": "en", "interpreter": "no"})  # going back loses no ground
    assert browser.get(at(house)).location == at(house, "situation")
    page = browser.get(f"/support/files/{house.code}").text
    assert at(house) in page
    with house.reading():
        assert [row.code for row in paused(house.worker)] == [house.code]
        for role in ("other", "peer", "coordinator"):
            assert paused(getattr(house, role)) == []


def test_what_waits_on_her_desk_names_a_code_and_no_name(house: House, browser: Browser) -> None:
    told(house)
    with house.app.test_request_context(), house.reading():
        asked = plugins_of(house.app).call_each("deadlines", user=who(house.worker), until=today())
        titles = [str(answer.value.title) for answer in asked]
    assert any(house.code in title for title in titles) and not any("Hirondelle" in title for title in titles)
    desk = browser.get("/").text
    assert at(house) in desk


def test_nothing_is_chosen_before_she_has_answered(house: House, browser: Browser) -> None:
    told(house)
    for screen in (*rules.COMMITMENTS, rules.TOOLS):
        page = browser.get(at(house, screen)).text
        assert not re.search(r'name="(state|declaration|tools|protocol)"[^>]* checked', page), screen
        answer = browser.send(at(house, screen), {"day": today().isoformat()})
        assert answer.status_code == 422 and "Choose one of these." in answer.text, screen
    assert set(states(house).values()) == {"", "presented"}


@pytest.mark.parametrize("state", ["", "forced", "presented", "ACCEPTED"])
def test_an_answer_is_one_of_the_five(house: House, browser: Browser, state: str) -> None:
    told(house)
    sent = {"state": state, "day": today().isoformat(), "version": "0"}
    assert browser.send(at(house, "network"), sent).status_code == 422
    page = f"/support/files/{house.code}/commitments"
    assert browser.send(f"{page}/network", sent, seen=page).status_code == 422
    assert states(house)["network"] == ""


# --- history ---------------------------------------------------------------------------------------------------------


def test_an_answer_can_change_and_its_history_stays(house: House, browser: Browser) -> None:
    told(house)
    page = f"/support/files/{house.code}/commitments"
    version, yesterday = 0, today() - timedelta(days=1)
    for state, day in (("not_now", yesterday), ("accepted", today()), ("accepted", today()), ("done", today())):
        sent = {"state": state, "day": day.isoformat(), "version": version}
        assert browser.send(f"{page}/objectives", sent, seen=page).status_code == 303
        with house.reading():
            offer = queries.first_meeting.offers(queries.file_or_404(house.code, who(house.worker)))["objectives"]
            version, states_kept = offer.version, [answer.state for answer, _by in offer.answers]
            first = offer.answers[-1][0].day
    assert states_kept == ["done", "accepted", "not_now"]  # sent twice: once
    assert first == yesterday
    assert browser.get(page).text.count("Not now") > 1


def test_two_workers_answer_one_commitment_and_the_second_sees_the_first(house: House, browser: Browser) -> None:
    told(house)
    page = at(house, "referral")
    sent = {"state": "accepted", "day": today().isoformat(), "version": "0"}
    assert browser.send(page, sent).status_code == 303
    answer = browser.send(page, {**sent, "state": "declined"})
    assert answer.status_code == 409 and "Accepted" in answer.text and "Intervenante Une" in answer.text
    assert states(house)["referral"] == "accepted"
    with house.reading():
        version = queries.first_meeting.offers(queries.file_or_404(house.code, who(house.worker)))["referral"].version
    assert browser.send(page, {**sent, "state": "declined", "version": version}).status_code == 303
    assert states(house)["referral"] == "declined"


def test_what_was_not_presented_at_first_can_be_later_in_its_language(house: House, browser: Browser) -> None:
    told(house)
    page = f"/support/files/{house.code}/commitments"
    answer = browser.send(f"{page}/tools", {"state": "presented", "language": "ht"}, seen=page)
    assert answer.status_code == 303
    with house.reading():
        offers = queries.first_meeting.offers(queries.file_or_404(house.code, who(house.worker)))
        assert (offers["tools"].state, offers["tools"].answers[0][0].language) == ("presented", "ht")
    assert browser.send(f"{page}/nothing", {"state": "presented"}, seen=page).status_code == 404


# --- her situation ---------------------------------------------------------------------------------------------------


def test_her_situation_theme_by_theme_each_may_be_left(house: House, browser: Browser) -> None:
    told(house)
    page = f"/support/files/{house.code}/situation"
    sent = {"version": "0", "housing": WORDS, "unsaid_health": "y"}
    assert browser.send(f"{page}?first=1", sent, seen=page).location == at(house, "life_history")
    with house.reading():
        found = queries.first_meeting.situation(queries.file_or_404(house.code, who(house.worker)))
        assert found.words == {"housing": WORDS, "health": None} and found.version
    shown = browser.get(page).text
    assert WORDS in shown and 'id="unsaid_health" name="unsaid_health" value="y" checked' in shown
    assert browser.send(page, {**sent, "version": found.version}).status_code == 303
    with house.reading():
        assert db.session.scalar(select(func.count(SituationNote.id))) == 2  # the same again adds nothing


def test_two_workers_write_one_theme_and_the_second_sees_both(house: House, browser: Browser) -> None:
    told(house)
    page = f"/support/files/{house.code}/situation"
    assert browser.send(page, {"version": "0", "housing": WORDS}).status_code == 303
    answer = browser.send(page, {"version": "0", "housing": "Cherche une chambre.", "money": "Rien ce mois-ci."})
    assert answer.status_code == 409
    assert WORDS in answer.text and "Cherche une chambre." in answer.text and "Rien ce mois-ci." in answer.text
    with house.reading():
        version = queries.first_meeting.situation(queries.file_or_404(house.code, who(house.worker))).version
    assert browser.send(page, {"version": version, "housing": "Cherche une chambre."}).status_code == 303
    shown = browser.get(page).text
    assert WORDS in shown and "Cherche une chambre." in shown  # the one before stays to be read


@pytest.mark.parametrize("wrong", ["NAS 046 454 286", "TREM 1234 5678", "x" * 601])
def test_d_file_1_no_identity_number_and_short_words(house: House, browser: Browser, wrong: str) -> None:
    told(house)
    page = f"/support/files/{house.code}/situation"
    answer = browser.send(page, {"version": "0", "law": wrong, "housing": WORDS})
    assert answer.status_code == 422 and wrong in answer.text and WORDS in answer.text and 'href="#law"' in answer.text
    with house.reading():
        assert not db.session.scalar(select(func.count(SituationNote.id)))


# --- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["other", "peer", "coordinator", "administrator"])
def test_d_conf_1_nobody_else_reaches_it(house: House, signed_in: SignIn, role: str) -> None:
    told(house)
    browser, base = client(house, signed_in, role), f"/support/files/{house.code}"
    for path in ("first-meeting", "first-meeting/welcome", "commitments", "situation"):
        assert browser.get(f"{base}/{path}").status_code in (403, 404), path
    for path in ("first-meeting/welcome", "first-meeting/network", "commitments/network", "situation"):
        sent = {"state": "accepted", "day": today().isoformat(), "language": "fr", "interpreter": "no"}
        assert browser.send(f"{base}/{path}", sent, seen="/").status_code in (403, 404), path


def test_d_conf_1_the_actions_refuse_who_does_not_follow_her(house: House) -> None:
    for role, refusal in (("other", NotGranted), ("peer", NotAllowed), ("coordinator", NotAllowed)):
        with pytest.raises(refusal), house.writing():
            file = queries.file_by_code(house.code)
            actions.first_meeting.begin(who(getattr(house, role)), file, language="fr", interpreter="no")


def test_a_closed_file_takes_no_answer(house: House, browser: Browser) -> None:
    told(house)
    with house.writing():
        actions.close_file(who(house.worker), queries.file_or_404(house.code, who(house.worker)))
    sent = {"state": "accepted", "day": today().isoformat(), "version": "0"}
    assert browser.send(at(house, "network"), sent, seen="/").status_code == 409
    assert browser.get(f"/support/files/{house.code}/commitments").status_code == 200
    with house.reading():
        assert paused(house.worker) == []


def test_a_relative_has_a_short_path(house: House, signed_in: SignIn) -> None:
    with house.writing():
        worker = who(house.worker)
        person = register(worker, kind="relative", first_contact=date(2026, 3, 2))
        actions.open_file(worker, person)
        code = person.code
    browser = client(house, signed_in, "worker")
    base = f"/support/files/{code}/first-meeting"
    browser.send(f"{base}/welcome", {"language": "fr", "interpreter": "no"})
    browser.send(f"{base}/confidentiality")
    answer = browser.send(f"{base}/presented", dict.fromkeys(rules.PRESENTED, "presented"))
    assert answer.location == f"{base}/closing"
    assert browser.get(f"{base}/network").status_code == 404
    assert browser.get(f"/support/files/{code}/commitments").status_code == 200


def test_d_conf_10_what_she_answered_is_journaled_without_the_answer(house: House, browser: Browser) -> None:
    told(house)
    sent = {"state": "declined", "day": today().isoformat(), "version": "0"}
    browser.send(at(house, "life_history"), sent)
    browser.send(f"/support/files/{house.code}/situation", {"version": "0", "housing": WORDS})
    with house.reading():
        assert {"support.first_meeting_begun", "support.offer_answered", "support.situation_noted"} <= set(journaled())
        from app.journal.models import JournalEntry

        kept = " ".join(str(entry.detail) for entry in db.session.scalars(select(JournalEntry)))
        assert "declined" not in kept and WORDS not in kept


def test_another_file_is_not_touched(house: House, browser: Browser) -> None:
    with house.writing():
        other = opened(who(house.worker), "Mésange")
    told(house)
    with house.reading():
        offers = queries.first_meeting.offers(queries.file_or_404(other, who(house.worker)))
        assert {offer.state for offer in offers.values()} == {""}
