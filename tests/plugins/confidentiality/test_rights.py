"""What persons ask about what is held on them: noted, due in 30 days, answered with reasons (D-CONF-6)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import User
from app.errors import Conflict, NotAllowed, NotFound, NotGranted
from app.testing import SignIn
from app.web.times import today
from plugins.confidentiality.actions import rights as actions
from plugins.confidentiality.queries import rights as queries
from plugins.confidentiality.rules import rights as rules
from tests.plugins.confidentiality.conftest import House, her, journaled, who

ASKED = "Je veux savoir ce que vous avez écrit sur moi."
WHY = "Le passage parle d'une autre personne."


def received(house: House, by: int | None = None, **values: Any) -> str:
    """A request of hers, by her worker: its uid."""
    asked = {"kind": "access", "received_on": today(), "how": "spoken", "asked_by": "herself", "asker": None}
    with house.writing():
        made = actions.receive(who(by or house.worker), her(house.code), **{**asked, "asked": ASKED, **values})
        return made.uid


def answered(house: House, uid: str, by: int | None = None, **values: Any) -> None:
    said = {"answer": "granted", "reasons": None, "article": None, "given": "handed", "recourse_told": False}
    user = by or house.worker
    with house.writing():
        found = queries.request_or_404(uid, who(user))
        actions.answer(who(user), found, **{"answered_on": today(), "version": found.version, **said, **values})


def identified(house: House, uid: str) -> None:
    with house.writing():
        actions.check_identity(who(house.worker), queries.request_or_404(uid, who(house.worker)), "known")


@given(st.dates(date(2000, 1, 1), date(2199, 1, 1)))
def test_d_conf_6_due_thirty_calendar_days_after_receipt(received_on: date) -> None:
    """Weekends, holidays and the day of receipt change nothing."""
    assert rules.answer_due(received_on) - received_on == timedelta(days=30)


@pytest.mark.parametrize(("on", "by"), [(date(2026, 1, 30), date(2026, 3, 1)), (date(2026, 12, 24), date(2027, 1, 23))])
def test_d_conf_6_examples(on: date, by: date) -> None:
    assert rules.answer_due(on) == by


def test_d_conf_6_a_request_is_kept_with_its_due_day_and_is_on_the_desk_of_both(house: House) -> None:
    uid = received(house)
    with house.reading():
        for number in (house.worker, house.officer):
            [line] = queries.due(who(number), today() + timedelta(days=30))
            assert (line.uid, line.code, line.due_on) == (uid, house.code, today() + timedelta(days=30))
            assert queries.due(who(number), today() + timedelta(days=29)) == []
            assert queries.request_or_404(uid, who(number)).asked == ASKED
        assert queries.due(who(house.other), today() + timedelta(days=99)) == []
        assert "confidentiality.request_received" in journaled()


def test_d_conf_1_another_worker_neither_notes_nor_finds_nor_answers(house: House) -> None:
    uid = received(house)
    with pytest.raises(NotGranted):
        received(house, house.other)
    with house.reading(), pytest.raises(NotFound):
        queries.request_or_404(uid, who(house.other))
    for number in (house.coordinator, house.chair, house.administrator):
        with pytest.raises(NotAllowed):
            received(house, number)


def test_d_conf_6_the_privacy_officer_answers_by_code_without_her_name(house: House, signed_in: SignIn) -> None:
    browser = signed_in(User(id=house.officer))
    assert browser.send("/confidentiality/requests", {"code": house.code.lower()}).status_code == 303
    asked = {
        "kind": "access",
        "asked": ASKED,
        "received_on": today().isoformat(),
        "how": "email",
        "asked_by": "herself",
    }
    here = f"/confidentiality/persons/{house.code}/requests/new"
    page = browser.get(browser.send(here, asked).location).text
    assert "Je veux savoir" in page and "Hirondelle" not in page
    with house.reading():
        assert "confidentiality.request_received" in journaled()


def test_nothing_is_answered_before_her_identity_is_sure(house: House) -> None:
    uid = received(house)
    with pytest.raises(actions.IdentityFirst):
        answered(house, uid)
    identified(house, uid)
    answered(house, uid)
    with house.reading():
        assert queries.request_or_404(uid, who(house.worker)).answer == "granted"


@pytest.mark.parametrize("missing", ["reasons", "article", "recourse_told"])
@pytest.mark.parametrize("answer", ["refused", "partly"])
def test_d_conf_6_a_refusal_has_reasons_an_article_and_her_recourse(house: House, answer: str, missing: str) -> None:
    uid = received(house)
    identified(house, uid)
    whole: dict[str, Any] = {"answer": answer, "reasons": WHY, "article": "art. 40", "recourse_told": True}
    with pytest.raises(actions.ReasonsMissing):
        answered(house, uid, **{**whole, missing: None})
    answered(house, uid, **whole)


def test_d_conf_6_an_answer_stays_as_it_was_given(house: House) -> None:
    uid = received(house)
    identified(house, uid)
    answered(house, uid)
    with pytest.raises(actions.AlreadyAnswered):
        answered(house, uid, answer="dropped")
    with pytest.raises(actions.AlreadyAnswered):
        identified(house, uid)


def test_two_who_answer_at_once_do_not_overwrite_each_other(house: House) -> None:
    uid = received(house)
    identified(house, uid)
    with pytest.raises(actions.RequestChanged):
        answered(house, uid, version=1)


def test_a_correction_that_was_refused_keeps_her_statement_and_shows_it_in_her_file(house: House) -> None:
    uid = received(house, kind="rectification", should_read="J'étais là le 3 mars.")
    identified(house, uid)
    with house.writing(), pytest.raises(Conflict):
        actions.attach_statement(who(house.worker), queries.request_or_404(uid, who(house.worker)), "Trop tôt.")
    answered(house, uid, answer="refused", reasons=WHY, article="art. 28", recourse_told=True)
    with house.writing():
        actions.attach_statement(
            who(house.worker), queries.request_or_404(uid, who(house.worker)), "Ce n'est pas vrai."
        )
    with house.reading():
        queries.request_or_404(uid, who(house.worker))
        [told] = queries.everything_about(her(house.code))
        assert (told["statement"], told["should_read"]) == ("Ce n'est pas vrai.", "J'étais là le 3 mars.")


def test_a_correction_that_was_accepted_says_that_it_was_made_and_when_once(house: House) -> None:
    uid = received(house, kind="rectification", should_read="Le 3 mars.")
    identified(house, uid)
    with house.writing(), pytest.raises(Conflict):
        actions.note_correction(who(house.worker), queries.request_or_404(uid, who(house.worker)))
    answered(house, uid)
    with house.writing():
        actions.note_correction(who(house.worker), queries.request_or_404(uid, who(house.worker)))
    with house.writing(), pytest.raises(Conflict):
        actions.note_correction(who(house.worker), queries.request_or_404(uid, who(house.worker)))
    with house.reading():
        found = queries.request_or_404(uid, who(house.worker))
        assert (found.corrected_on, found.corrected_by) == (today(), house.worker)


def test_the_pages_by_her_worker_from_the_request_to_the_answer(house: House, signed_in: SignIn) -> None:
    browser = signed_in(User(id=house.worker))
    here = f"/confidentiality/persons/{house.code}"
    asked = {"kind": "rectification", "asked": ASKED, "how": "spoken", "asked_by": "other"}
    wrong = browser.send(f"{here}/requests/new", {**asked, "received_on": (today() + timedelta(1)).isoformat()})
    assert wrong.status_code == 422 and "Je veux savoir" in wrong.text
    for said in ("Choose a day of the past year", "Write who speaks for her", "Write how she would have it read"):
        assert said in wrong.text
    right = {**asked, "received_on": today().isoformat(), "asker": "Maître Démo", "should_read": "Autrement."}
    made = browser.send(f"{here}/requests/new", right)
    assert made.status_code == 303
    page = made.location
    assert "Maître Démo" in browser.get(page).text and house.code in browser.get("/confidentiality/requests").text
    assert browser.send(f"{page}/identity", {"identity": "mandate"}, seen=page).status_code == 303
    answer = {"answer": "refused", "given": "post", "answered_on": today().isoformat(), "version": "2", "reasons": WHY}
    lacking = browser.send(f"{page}/answer", answer)
    assert lacking.status_code == 422 and WHY.replace("'", "&#39;") in lacking.text
    whole = {**answer, "article": "art. 28", "recourse_told": "y"}
    stale = browser.send(f"{page}/answer", {**whole, "version": "1"})
    assert stale.status_code == 409 and "art. 28" in stale.text
    assert browser.send(f"{page}/answer", whole).status_code == 303
    assert browser.send(f"{page}/statement", {"statement": "Je maintiens."}, seen=page).status_code == 303
    assert "Je maintiens." in browser.get(page).text
    assert house.code in browser.get("/confidentiality/requests?answered=1").text
    assert "Je maintiens" not in browser.get("/confidentiality/requests?answered=1").text


def test_what_is_late_stays_on_the_desk(house: House, signed_in: SignIn) -> None:
    received(house)
    browser = signed_in(User(id=house.worker))
    with time_machine.travel(today() + timedelta(days=31), tick=False), house.reading():
        assert [line.code for line in queries.due(who(house.worker), today())] == [house.code]
    page = browser.get("/").text
    assert "Hirondelle" not in page


def test_d_conf_6_the_register_has_each_request_for_the_privacy_officer_alone(house: House, signed_in: SignIn) -> None:
    received(house)
    page = signed_in(User(id=house.officer)).get("/confidentiality/registers/requests").text
    assert house.code in page and "See what is held about her" in page
    assert signed_in(User(id=house.worker)).get("/confidentiality/registers/requests").status_code == 403


def test_lists_cost_the_same_for_many(house: House, signed_in: SignIn) -> None:
    from sqlalchemy import Engine, event

    browser = signed_in(User(id=house.worker))
    counts: list[int] = []
    seen: list[str] = []
    browser.get("/confidentiality/requests")
    event.listen(Engine, "before_cursor_execute", count := lambda *args: seen.append(args[2]))
    for _again in range(2):
        for _number in range(6):
            received(house)
        seen.clear()
        assert browser.get("/confidentiality/requests").status_code == 200
        counts.append(len(seen))
    event.remove(Engine, "before_cursor_execute", count)
    assert counts[0] == counts[1] <= 12
