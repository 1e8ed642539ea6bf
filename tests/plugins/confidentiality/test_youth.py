"""A girl of 16 or 17: what must be reported, and how it is decided (D-CONF-7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.db import db, reading, transaction
from app.errors import NotAllowed, NotFound, NotGranted
from app.people import actions as people
from app.people import rules as people_rules
from app.people.models import Disclosure
from app.testing import SignIn
from app.web.times import today
from plugins.confidentiality.actions import youth as actions
from plugins.confidentiality.actions.exceptions import TwoPeople
from plugins.confidentiality.models import YouthDecision
from plugins.confidentiality.queries import youth as queries
from plugins.confidentiality.rules import youth as rules
from plugins.confidentiality.slots import person_panels
from tests.plugins.confidentiality.conftest import House, deadlines, her, who
from tests.plugins.confidentiality.her_consents import browser_of

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(autouse=True)
def _inside(request: pytest.FixtureRequest) -> None:
    """Tests of use cases run in the app's context; those of pages have none, so that each request has its own."""
    if "signed_in" not in request.fixturenames:
        request.getfixturevalue("context")


FACTS = "Dit dormir dans une auto depuis lundi."
REASON = "Signalé hier par son école, déjà suivi."


@pytest.fixture
def girl(house: House) -> House:
    with house.writing():
        people.update(who(house.worker), her(house.code), age_band=people_rules.MINOR)
    return house


def decided(house: House, decision: str = "not_report", **values: Any) -> str:
    with house.writing():
        told = {"situations": ["neglect"], "facts": FACTS, "reason": REASON, "second": who(house.coordinator), **values}
        return actions.decide_youth(who(house.worker), her(house.code), decision=decision, **told).uid


def reviewed(house: House, uid: str, by: str = "coordinator", *, agreed: bool = True) -> None:
    with house.writing():
        user = who(getattr(house, by))
        actions.review_youth(user, queries.youth_or_404(uid, user), agreed=agreed, answer=None)


def panel(house: House) -> list[str]:
    with house.app.test_request_context(), reading():
        return [each.template for each in person_panels(her(house.code), who(house.worker))]


def test_rules_name_the_same_age_as_the_register() -> None:
    assert rules.MINOR == people_rules.MINOR


def test_d_conf_7_what_must_be_reported_is_shown_before_intake_and_for_her_age_only(house: House) -> None:
    assert "confidentiality/_youth_panel.html" not in panel(house)
    with transaction():
        people.update(who(house.worker), her(house.code), age_band=people_rules.MINOR)
    assert panel(house)[0] == "confidentiality/_youth_panel.html"


def test_d_conf_7_at_the_next_age_the_record_stays(girl: House, signed_in: SignIn) -> None:
    uid = decided(girl)
    with girl.writing():
        people.update(who(girl.worker), her(girl.code), age_band="18-24")
    assert uid in browser_of(girl, signed_in, "worker").get(f"/confidentiality/persons/{girl.code}").text


@pytest.mark.parametrize("missing", [{"reason": ""}, {"reason": " "}, {"second": None}])
def test_d_conf_7_not_reporting_needs_a_reason_and_a_second_person(girl: House, missing: dict[str, Any]) -> None:
    with pytest.raises(actions.ReasonNeeded):
        decided(girl, **missing)


def test_d_conf_7_it_waits_on_the_second_persons_desk_until_she_has_looked(girl: House) -> None:
    uid = decided(girl)
    with girl.app.test_request_context(), reading():
        [due] = deadlines(who(girl.coordinator), today() + timedelta(days=14))
        assert girl.code in str(due.title) and due.day == today()
        assert queries.youth_state(db.session.scalars(select(YouthDecision)).one()) == "waiting"
    reviewed(girl, uid)
    with girl.app.test_request_context(), reading():
        assert list(deadlines(who(girl.coordinator), today())) == []
        assert list(deadlines(who(girl.worker), today())) == []


def test_d_conf_7_when_the_second_person_does_not_agree_it_is_decided_again(girl: House) -> None:
    reviewed(girl, decided(girl), agreed=False)
    with girl.app.test_request_context(), reading():
        [due] = deadlines(who(girl.worker), today())
        assert "Decide again" in str(due.title)
    decided(girl, "report")
    with girl.app.test_request_context(), reading():
        assert list(deadlines(who(girl.worker), today())) == []


def test_nobody_looks_at_her_own_decision(girl: House) -> None:
    with pytest.raises(TwoPeople):
        _ask_herself(girl)
    uid = decided(girl)
    with pytest.raises((NotAllowed, NotGranted)):
        reviewed(girl, uid, "worker")
    reviewed(girl, uid)
    with pytest.raises(actions.Reviewed):
        reviewed(girl, uid)


def _ask_herself(house: House) -> None:
    with transaction():
        user = who(house.worker)
        told = {"situations": ["neglect"], "facts": FACTS, "reason": REASON, "second": user}
        actions.decide_youth(user, her(house.code), decision="not_report", **told)


@pytest.mark.parametrize("role", ["other", "coordinator", "officer", "peer", "administrator"])
def test_d_conf_1_only_her_workers_decide(girl: House, role: str) -> None:
    with pytest.raises((NotAllowed, NotGranted)), transaction():
        told = {"situations": ["neglect"], "facts": FACTS, "decision": "report"}
        actions.decide_youth(who(getattr(girl, role)), her(girl.code), **told)


def test_d_conf_7_nothing_is_ever_sent_by_itself(girl: House) -> None:
    decided(girl, "report")
    with reading():
        assert db.session.scalar(select(func.count(Disclosure.id))) == 0
        [found] = queries.youth_of(her(girl.code))
        assert (found.reason, found.second) == (None, None)


def test_law_8_what_was_seen_is_sealed(girl: House) -> None:
    decided(girl)
    with reading():
        values = db.session.execute(select(YouthDecision.__table__)).one()
        clear = b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in values)
        for words in (FACTS, REASON, "neglect"):
            assert words.encode() not in clear


def test_the_path_from_a_decision_to_telling(girl: House, signed_in: SignIn) -> None:
    worker = browser_of(girl, signed_in, "worker")
    her_page = worker.get(f"/people/{girl.code}").text
    assert f"/confidentiality/persons/{girl.code}/youth" in her_page and "Basic needs" in her_page
    new = f"/confidentiality/persons/{girl.code}/youth"
    assert worker.send(new, {"decision": "not_report", "facts": FACTS, "situations": ["neglect"]}).status_code == 422
    both = worker.send(new, {"decision": "report", "facts": FACTS, "situations": ["neglect", "nothing"]})
    assert both.status_code == 422 and "stands alone" in both.text
    at = worker.send(new, {"decision": "report", "facts": FACTS, "situations": ["neglect"]}).location
    page = worker.get(str(at)).text
    assert "ground=youth" in page and FACTS in page
    with girl.reading():
        uid = db.session.scalars(select(YouthDecision.uid)).one()
        second = who(girl.coordinator).uid
    tell = f"/confidentiality/persons/{girl.code}/without-consent?ground=youth&for={uid}"
    told = {"facts": FACTS, "recipient": "DPJ Démo", "capacity": "youth protection", "items": ["identity"]}
    made = worker.send(tell, {**told, "ground": "youth", "told": "yes", "second": second})
    assert made.status_code == 303
    assert "DPJ Démo" in worker.get(str(at)).text


def test_the_second_look_on_the_page(girl: House, signed_in: SignIn) -> None:
    uid = decided(girl)
    at = f"/confidentiality/youth/{uid}"
    coordinator = browser_of(girl, signed_in, "coordinator")
    assert REASON in coordinator.get(at).text
    assert coordinator.send(f"{at}/agree", {"answer": ""}, seen=at).status_code == 303
    assert "looked at by two" in coordinator.get(at).text
    with girl.reading(), pytest.raises(NotFound):
        queries.youth_or_404(uid, who(girl.other))
