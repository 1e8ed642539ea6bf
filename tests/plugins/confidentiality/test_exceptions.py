"""Telling without her consent: a ground, two people, a day (D-CONF-4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app import vault
from app.db import db, now, reading, transaction
from app.errors import NotAllowed, NotFound, NotGranted
from app.people.disclosure import NothingPermits, Part, permits
from app.people.models import Disclosure
from app.testing import SignIn, add_user
from plugins.confidentiality.actions import exceptions as actions
from plugins.confidentiality.models import WithoutConsent
from plugins.confidentiality.queries import exceptions as queries
from plugins.confidentiality.rules import exceptions as rules
from tests.plugins.confidentiality.conftest import House, deadlines, her, journaled, who
from tests.plugins.confidentiality.her_consents import browser_of, sent

pytestmark = pytest.mark.usefixtures("english")

POLICE = "Police Démo"
FACTS = "Menace entendue ce matin."
DECIDED: dict[str, Any] = {
    "ground": "danger",
    "facts": FACTS,
    "recipient": POLICE,
    "capacity": "police",
    "items": ["identity", "situation"],
    "told": "no",
    "why_not": "Cela la mettrait en danger.",
}
HOUR = timedelta(hours=1)


def decided(house: House, by: str = "worker", second: str = "coordinator", **values: Any) -> str:
    with house.writing():
        colleague = who(getattr(house, second))
        return actions.decide(who(getattr(house, by)), her(house.code), second=colleague, **{**DECIDED, **values}).uid


def confirmed(house: House, by: str = "coordinator", **values: Any) -> str:
    uid = decided(house, **values)
    answered(house, uid, by)
    return uid


def answered(house: House, uid: str, by: str, **values: Any) -> None:
    with house.writing():
        user = who(getattr(house, by))
        actions.confirm(user, queries.exception_or_404(uid, user), **values)


def tells(house: House, *items: str, recipient: str = POLICE, purpose: str = "safety") -> Disclosure:
    with transaction():
        return sent(who(house.worker), house.code, recipient, purpose, *items or ("situation",))


def row() -> WithoutConsent:
    return db.session.scalars(select(WithoutConsent)).one()


@pytest.fixture(autouse=True)
def _inside(request: pytest.FixtureRequest) -> None:
    """Tests of use cases run in the app's context; those of pages have none, so that each request has its own."""
    if "signed_in" not in request.fixturenames:
        request.getfixturevalue("context")


def test_d_conf_4_decided_by_one_and_confirmed_by_another_it_permits_for_a_day(house: House) -> None:
    uid = confirmed(house)
    with reading():
        [permit] = permits(her(house.code), who(house.worker))
        assert (permit.ground, permit.uid, permit.recipient) == ("danger", uid, POLICE)
        assert permit.items == {"identity", "situation"}
    tells(house)
    with reading():
        entry = db.session.scalars(select(Disclosure)).one()
        assert (entry.ground, entry.permit) == ("danger", uid)
        assert "confidentiality.exception_confirmed" in journaled()


def test_d_conf_4_before_the_second_person_confirms_nothing_leaves(house: House) -> None:
    decided(house)
    with pytest.raises(NothingPermits):
        tells(house)
    with reading():
        assert permits(her(house.code), who(house.worker)) == []


def test_d_conf_4_nobody_confirms_what_she_decided_herself(house: House) -> None:
    with transaction():
        both = add_user("Intervenante et coordonnatrice", "support_worker", "coordinator").id
        vault.grant(her(house.code).safe_id, who(both), why="assigned", by=None)
    house.worker = both
    with pytest.raises(actions.TwoPeople):
        decided(house, second="worker")  # nor asks herself
    uid = decided(house)
    with pytest.raises(actions.TwoPeople):
        answered(house, uid, "worker")
    with reading():
        assert "confidentiality.second_refused" in journaled()
        assert row().confirmed_at is None
    with pytest.raises(actions.TwoPeople), transaction():
        actions.ask_another(who(both), queries.exception_or_404(uid, who(both)), who(both))


def test_d_conf_4_the_database_refuses_it_too(house: House) -> None:
    from sqlalchemy.exc import IntegrityError

    decided(house)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(WithoutConsent.__table__.update().values(answered_by=house.worker, confirmed_at=now()))


@pytest.mark.parametrize("role", ["worker", "other", "administrator", "peer", "chair"])
def test_d_conf_4_who_is_no_second_person_confirms_nothing(house: House, role: str) -> None:
    uid = decided(house)
    with pytest.raises((NotAllowed, NotGranted, NotFound)):
        answered(house, uid, role)


def test_d_conf_4_a_second_person_who_was_not_asked_does_not_see_it(house: House) -> None:
    with transaction():
        house.chair = add_user("Coordonnatrice Deux", "coordinator").id
    uid = decided(house)
    with pytest.raises(NotFound):
        answered(house, uid, "chair")
    answered(house, uid, "officer")  # who keeps the registers may answer


def test_d_conf_4_only_who_may_confirm_is_asked(house: House) -> None:
    for second in ("other", "administrator", "peer"):
        with pytest.raises(actions.TwoPeople):
            decided(house, second=second)


def test_the_record_is_open_to_the_second_person_for_a_week(house: House) -> None:
    uid = decided(house)
    with reading():
        assert queries.exception_or_404(uid, who(house.coordinator)).facts == FACTS
        with pytest.raises(NotGranted):
            vault.open_safes(who(house.coordinator), [her(house.code).safe_id], why="test")
    with time_machine.travel(now() + timedelta(days=7, minutes=1), tick=False), reading(), pytest.raises(NotFound):
        queries.exception_or_404(uid, who(house.coordinator))


def test_another_is_asked_when_the_first_cannot_be_reached(house: House) -> None:
    with transaction():
        house.chair = add_user("Coordonnatrice Deux", "coordinator").id
    uid = decided(house)
    with transaction():
        user = who(house.worker)
        actions.ask_another(user, queries.exception_or_404(uid, user), who(house.chair))
    with pytest.raises(NotFound):
        answered(house, uid, "coordinator")  # it is closed to her again
    answered(house, uid, "chair")


@pytest.mark.parametrize(
    "asked",
    [
        {"recipient": "Hôpital Démo"},
        {"purpose": "health"},
        {"items": ("situation", "life_history")},
        {"items": ("documents",)},
    ],
)
def test_d_conf_4_only_that_recipient_and_only_the_necessary_items(house: House, asked: dict[str, Any]) -> None:
    confirmed(house)
    items = asked.pop("items", ("situation",))
    with pytest.raises(NothingPermits):
        tells(house, *items, **asked)


def test_d_conf_4_after_a_day_it_permits_nothing(house: House) -> None:
    confirmed(house)
    with time_machine.travel(now() + 23 * HOUR, tick=False):
        tells(house)
    with time_machine.travel(now() + 24 * HOUR, tick=False):
        with pytest.raises(NothingPermits):
            tells(house)
        with reading():
            assert permits(her(house.code), who(house.worker)) == []
            assert queries.exception_state(row()) == "over"


def test_what_the_second_person_refuses_permits_nothing_and_is_not_asked_twice(house: House) -> None:
    uid = decided(house)
    with transaction():
        user = who(house.coordinator)
        actions.refuse(user, queries.exception_or_404(uid, user), answer="Le danger n’est pas urgent.")
    with pytest.raises(NothingPermits):
        tells(house)
    with pytest.raises(actions.Answered):
        answered(house, uid, "officer")


@pytest.mark.parametrize("role", ["other", "coordinator", "administrator", "peer"])
def test_d_conf_1_only_her_workers_and_the_privacy_officer_decide(house: House, role: str) -> None:
    with pytest.raises((NotAllowed, NotGranted)):
        decided(house, by=role, second="officer")


def test_the_privacy_officer_decides_and_her_worker_tells(house: House) -> None:
    confirmed(house, by="coordinator")
    with transaction():
        db.session.execute(WithoutConsent.__table__.delete())
    with transaction():
        uid = actions.decide(who(house.officer), her(house.code), second=who(house.coordinator), **DECIDED).uid
    answered(house, uid, "coordinator")
    with transaction(), pytest.raises((NotAllowed, NotGranted)):
        user = who(house.officer)
        found = queries.exception_or_404(uid, user)
        actions.tell(user, found, parts=[Part("situation", "x", ["y"])], way="spoken", title="x", language="fr")
    tells(house)


def test_it_may_be_recorded_as_spoken(house: House) -> None:
    uid = confirmed(house)
    with transaction():
        user = who(house.worker)
        found = queries.exception_or_404(uid, user)
        entry = actions.tell(user, found, parts=[Part("situation", "x", [])], way="spoken", title="x", language="fr")
        assert (entry.way, entry.paper, entry.subject) == ("spoken", None, uid)


def test_two_people_answer_at_one_moment_and_one_is_kept(house: House) -> None:
    from tests.plugins.confidentiality.test_gate import together

    uid = decided(house)

    def refuse() -> None:
        user = who(house.officer)
        actions.refuse(user, queries.exception_or_404(uid, user), answer=None)

    def confirm() -> None:
        user = who(house.coordinator)
        actions.confirm(user, queries.exception_or_404(uid, user))

    found = together(house, refuse, confirm)
    assert sorted(type(error).__name__ for error in found) == ["Answered", "NoneType"]
    with reading():
        assert (row().confirmed_at is None) != (row().refused_at is None)


def test_law_8_facts_are_sealed(house: House) -> None:
    decided(house)
    with reading():
        values = db.session.execute(select(WithoutConsent.__table__)).one()
        clear = b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in values)
        for words in (FACTS, POLICE, DECIDED["why_not"]):
            assert words.encode() not in clear


def test_d_conf_8_it_is_in_her_whole_file(house: House) -> None:
    from plugins.confidentiality.keeping import export_person

    confirmed(house)
    with reading():
        person = her(house.code)
        vault.open_safes(who(house.worker), [person.register_safe_id], why="test")  # type: ignore[list-item]
        [told] = export_person(person)["without_consent"]
        assert (told["facts"], told["recipient"]) == (FACTS, POLICE)


def test_it_is_on_the_second_persons_desk_at_once_by_the_code(house: House) -> None:
    decided(house, told="later", why_not=None)
    with house.app.test_request_context(), reading():
        [due] = deadlines(who(house.coordinator), rules_day())
        assert house.code in str(due.title) and POLICE not in str(due.title)
        assert list(deadlines(who(house.worker), rules_day())) == []
    answered(house, uid := only_uid(), "coordinator")
    with house.app.test_request_context(), reading():
        assert list(deadlines(who(house.coordinator), rules_day())) == []
        [due] = deadlines(who(house.worker), rules_day())
        assert due.url.endswith(uid) and "May be told now" in str(due.title)
        assert list(deadlines(who(house.other), rules_day())) == []
    tells(house)
    with house.app.test_request_context(), reading():
        [due] = deadlines(who(house.worker), rules_day())
        assert "Tell her what was told" in str(due.title)
    with house.writing():
        user = who(house.worker)
        actions.note_told(user, queries.exception_or_404(uid, user), told="yes", why_not=None)
    with house.app.test_request_context(), reading():
        assert list(deadlines(who(house.worker), rules_day())) == []


def rules_day() -> Any:
    from app.web.times import today

    return today() + timedelta(days=14)


def only_uid() -> str:
    with reading():
        return str(db.session.scalar(select(WithoutConsent.uid)))


# --- pages -----------------------------------------------------------------------------------------------------------


def form_of(house: House, **values: Any) -> dict[str, Any]:
    with house.reading():
        second = who(house.coordinator).uid
    return {**DECIDED, "second": second, "article": "", **values}


def test_the_path_from_the_decision_to_the_register(house: House, signed_in: SignIn) -> None:
    worker, second = browser_of(house, signed_in, "worker"), browser_of(house, signed_in, "coordinator")
    new = f"/confidentiality/persons/{house.code}/without-consent"
    at = worker.send(new, form_of(house)).location
    assert at is not None and "Nothing is permitted yet" in worker.get(at).text
    assert house.code in second.get("/").text
    assert FACTS in second.get(at).text
    assert second.send(f"{at}/confirm", {"answer": "D’accord."}, seen=at).status_code == 303
    empty = worker.send(f"{at}/tell", {"way": "handed"}, seen=at)
    assert empty.status_code == 422 and "one item at least" in empty.text
    typed = {"way": "handed", "text-situation": "Elle est en danger ce soir."}
    assert worker.send(f"{at}/tell", typed, seen=at).status_code == 303
    assert "/papers/" in worker.get(at).text
    officer = browser_of(house, signed_in, "officer")
    assert POLICE in officer.get("/confidentiality/registers/without_consent").text
    assert POLICE in officer.get("/confidentiality/registers/disclosures").text


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"ground": "other"}, "Write the article"),
        ({"ground": ""}, "Choose one of these"),
        ({"facts": " "}, "Write the facts"),
        ({"items": []}, "Tick at least one thing"),
        ({"why_not": ""}, "Write why she is not told"),
        ({"second": ""}, "It takes two people"),
        ({"recipient": "Une; Deux"}, "One recipient at a time"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    house: House, signed_in: SignIn, wrong: dict[str, Any], message: str
) -> None:
    worker = browser_of(house, signed_in, "worker")
    answer = worker.send(f"/confidentiality/persons/{house.code}/without-consent", form_of(house, **wrong))
    assert answer.status_code == 422
    assert message in answer.text
    assert DECIDED["capacity"] in answer.text


def test_before_it_is_confirmed_there_is_no_way_to_tell_on_the_page(house: House, signed_in: SignIn) -> None:
    uid = decided(house)
    worker = browser_of(house, signed_in, "worker")
    at = f"/confidentiality/without-consent/{uid}"
    assert "Tell it now" not in worker.get(at).text
    refused = worker.send(f"{at}/tell", {"way": "spoken", "said-situation": "1"}, seen=at)
    assert refused.status_code == 409


def test_two_people_is_enforced_on_the_page_too(house: House, signed_in: SignIn) -> None:
    uid = decided(house)
    worker = browser_of(house, signed_in, "worker")
    at = f"/confidentiality/without-consent/{uid}"
    assert worker.send(f"{at}/confirm", {}, seen=at).status_code == 403


def test_the_rules_of_a_day() -> None:
    moment = now()
    assert not rules.permits(None, moment)
    assert rules.permits(moment, moment) and rules.permits(moment, moment + 23 * HOUR)
    assert not rules.permits(moment, moment + 24 * HOUR)
    assert not rules.permits(moment + HOUR, moment)  # a clock that went back
