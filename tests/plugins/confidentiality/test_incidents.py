"""Incidents, even minor ones: reported by anyone, kept by the privacy officer, five years at least (D-CONF-6)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.permissions import ROLES
from app.db import db
from app.errors import NotAllowed, NotFound, NotGranted
from app.journal.models import JournalEntry
from app.testing import Browser, SignIn
from app.vault import Safe
from app.web.times import today
from plugins.confidentiality import waits
from plugins.confidentiality.actions import incidents as actions
from plugins.confidentiality.actions.kept import WrittenMeanwhile
from plugins.confidentiality.models import Incident, Revision
from plugins.confidentiality.queries import incidents as queries
from plugins.confidentiality.rules import incidents as rules
from tests.plugins.confidentiality.conftest import House, journaled, who

REPORT = "/confidentiality/incidents/report"
TOLD = "Une note oubliée dans la salle d’attente."
FACTORS = dict.fromkeys(rules.FACTORS, ("some", "Une autre personne l’a eue en main."))


@pytest.fixture
def officer(house: House, signed_in: SignIn) -> Browser:
    return signed_in("privacy_officer")


def reported(house: House, **more: object) -> str:
    with house.writing():
        told = {"circumstances": TOLD, "known_on": today(), **more}
        return actions.report(who(house.worker), **told).uid  # type: ignore[arg-type]


def incident(uid: str) -> Incident:
    return db.session.scalars(select(Incident).where(Incident.uid == uid)).one()


# --- reporting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(ROLES))
def test_d_conf_6_anyone_here_reports_an_incident(house: House, signed_in: SignIn, role: str) -> None:
    browser = signed_in(role)
    answer = browser.send(REPORT, {"circumstances": TOLD, "known_on": today().isoformat(), "persons": "2"})
    assert answer.status_code == 303
    with house.reading():
        assert db.session.scalars(select(Incident.persons)).one() == 2


def test_d_conf_6_who_reports_cannot_read_it_afterwards(house: House, signed_in: SignIn) -> None:
    uid = reported(house)
    with house.reading():
        worker = who(house.worker)
        with pytest.raises(NotGranted):
            _ = incident(uid).circumstances
        with pytest.raises(NotAllowed):
            queries.incident_or_404(uid, worker)
        db.session.expunge(worker)
    browser = signed_in(worker)
    for path in ("", "/facts", "/assess", "/follow-up"):
        assert browser.get(f"/confidentiality/incidents/{uid}{path}").status_code == 403
    assert TOLD not in browser.get("/confidentiality/incidents/reported").text


def test_nothing_typed_is_lost_when_a_report_is_refused(signed_in: SignIn) -> None:
    browser = signed_in("support_worker")
    to_come = (today() + timedelta(days=2)).isoformat()
    answer = browser.send(REPORT, {"circumstances": TOLD, "known_on": to_come, "codes": "Marie", "persons": "-1"})
    assert answer.status_code == 422 and TOLD in answer.text
    assert all(f'id="{name}-err"' in answer.text for name in ("known_on", "codes", "persons"))
    assert "MARIE" in answer.text


def test_the_officer_finds_it_on_her_desk_and_in_her_register(house: House, officer: Browser) -> None:
    uid = reported(house)
    with house.app.test_request_context(), house.reading():
        due = list(waits.deadlines(who(house.officer), today() + timedelta(days=14)))
    assert any(one.url.endswith(uid) and TOLD not in str(one.title) for one in due)
    assert TOLD in officer.get("/confidentiality/registers/incidents").text
    assert TOLD in officer.get(f"/confidentiality/incidents/{uid}").text


# --- assessing, telling, closing ------------------------------------------------------------------------------------


def assessed(uid: str, officer: Browser, conclusion: str = "retained", level: str = "some") -> None:
    path = f"/confidentiality/incidents/{uid}/assess"
    levels = dict.fromkeys(rules.FACTORS, level)
    whys = {f"{factor}_why": f"Parce que {factor}." for factor in rules.FACTORS}
    version = _version(officer.get(path).text)
    told = {**levels, **whys, "conclusion": conclusion, "why": "Elle peut être retrouvée.", "version": version}
    assert officer.send(path, told).status_code == 303


def _version(page: str) -> str:
    return page[page.index('name="version"') :].split('value="')[1].split('"')[0]


def test_d_conf_6_the_four_factors_each_with_words_and_a_reason(house: House, officer: Browser) -> None:
    uid = reported(house)
    path = f"/confidentiality/incidents/{uid}/assess"
    empty = officer.send(path, {"version": "1", "conclusion": "not_retained", "why": "Rien de grave."})
    assert empty.status_code == 422 and "Rien de grave." in empty.text
    assert all(f'id="{name}-err"' in empty.text for factor in rules.FACTORS for name in (factor, f"{factor}_why"))
    assessed(uid, officer)
    page = officer.get(f"/confidentiality/incidents/{uid}").text
    assert all(f"Parce que {factor}." in page for factor in rules.FACTORS) and "Elle peut être retrouvée." in page


def test_d_conf_6_a_serious_risk_is_not_closed_before_all_are_told(house: House, officer: Browser) -> None:
    uid = reported(house)
    here = f"/confidentiality/incidents/{uid}"
    close = lambda: officer.send(f"{here}/close", seen=f"{here}/facts").status_code  # noqa: E731
    assert close() == 409
    assessed(uid, officer)
    assert close() == 409
    told = {"commission_told_on": today().isoformat()}
    officer.send(f"{here}/follow-up", {**told, "version": _version(officer.get(f"{here}/follow-up").text)})
    assert close() == 409
    told["persons_told_on"] = today().isoformat()
    officer.send(f"{here}/follow-up", {**told, "version": _version(officer.get(f"{here}/follow-up").text)})
    assert close() == 303
    with house.reading():
        assert incident(uid).closed_on == today() and incident(uid).waits_on is None


def test_d_conf_6_not_telling_the_persons_needs_a_reason(house: House, officer: Browser) -> None:
    uid = reported(house)
    assessed(uid, officer)
    path = f"/confidentiality/incidents/{uid}/follow-up"
    told = {"persons_excused": "y", "version": _version(officer.get(path).text)}
    assert 'id="excuse-err"' in officer.send(path, told).text
    assert officer.send(path, {**told, "excuse": "Une enquête est en cours."}).status_code == 303


def test_no_serious_risk_is_closed_with_its_reason(house: House, officer: Browser) -> None:
    uid = reported(house)
    assessed(uid, officer, "not_retained", "low")
    here = f"/confidentiality/incidents/{uid}"
    assert officer.send(f"{here}/close", seen=f"{here}/facts").status_code == 303
    assert officer.send(f"{here}/reopen", seen=f"{here}/facts").status_code == 303
    with house.reading():
        assert incident(uid).closed_on is None and incident(uid).waits_on is not None


def test_d_conf_6_what_it_said_before_is_kept(house: House, officer: Browser) -> None:
    uid = reported(house)
    path = f"/confidentiality/incidents/{uid}/facts"
    told = {"circumstances": "Deux notes.", "known_on": today().isoformat(), "cause": "lost", "version": "1"}
    assert officer.send(path, told).status_code == 303
    page = officer.get(f"/confidentiality/incidents/{uid}").text
    assert "Deux notes." in page and TOLD in page
    with house.reading():
        assert len(db.session.scalars(select(Revision)).all()) == 1
        assert not any("notes" in detail for detail in db.session.scalars(select(JournalEntry.detail)))


def test_two_who_complete_one_incident_see_both_versions(house: House, officer: Browser) -> None:
    uid = reported(house)
    path = f"/confidentiality/incidents/{uid}/facts"
    mine = {"circumstances": "La mienne.", "known_on": today().isoformat(), "version": "1"}
    assert officer.send(path, {**mine, "circumstances": "La sienne."}).status_code == 303
    answer = officer.send(path, mine)
    assert answer.status_code == 409 and "La mienne." in answer.text and "La sienne." in answer.text
    assert officer.send(path, {**mine, "version": _version(answer.text)}).status_code == 303


def test_an_assessment_written_meanwhile_is_shown_beside_hers(house: House, officer: Browser) -> None:
    uid = reported(house)
    assessed(uid, officer)
    path = f"/confidentiality/incidents/{uid}/assess"
    whys = {f"{factor}_why": "Autrement." for factor in rules.FACTORS}
    mine = {**dict.fromkeys(rules.FACTORS, "low"), **whys, "conclusion": "not_retained", "why": "Vu.", "version": "1"}
    answer = officer.send(path, mine)
    assert answer.status_code == 409 and "Elle peut être retrouvée." in answer.text and "Autrement." in answer.text


def test_an_action_refuses_what_a_page_would(house: House) -> None:
    uid = reported(house)
    with house.reading(), pytest.raises(NotAllowed):
        actions.report(_nobody(house), circumstances=TOLD, known_on=today())
    for act in (
        lambda user, one: actions.complete(user, one, version=1, circumstances="Rien."),
        lambda user, one: actions.assess(user, one, version=1, factors=FACTORS, conclusion="not_retained", why="x"),
        lambda user, one: actions.follow_up(user, one, version=1, measures="x"),
        actions.close,
        actions.reopen,
    ):
        with pytest.raises(NotAllowed), house.writing():
            act(who(house.worker), incident(uid))
    with pytest.raises(WrittenMeanwhile), house.writing():
        actions.complete(who(house.officer), incident(uid), version=7, circumstances="Rien.")
    assert_untouched(house, uid)


def _nobody(house: House):  # type: ignore[no-untyped-def]
    user = who(house.worker)
    user.__dict__["permissions"] = frozenset()
    return user


def assert_untouched(house: House, uid: str) -> None:
    with house.reading():
        assert (queries.incident_or_404(uid, who(house.officer)).circumstances, incident(uid).version) == (TOLD, 1)


# --- five years -----------------------------------------------------------------------------------------------------


def test_d_conf_6_never_destroyed_before_five_years(house: House) -> None:
    uid = reported(house, known_on=today() - timedelta(days=365 * 6))
    for changed in (today(), today() - timedelta(days=365 * 5 - 1)):
        with house.writing():
            incident(uid).changed_on = changed
        with pytest.raises(actions.TooEarly), house.writing():
            actions.destroy(uid)
        with house.reading():
            assert list(queries.incidents_expired(today() + timedelta(days=1), 10)) == []
    assert "confidentiality.incident_destroyed" not in journals(house)


def journals(house: House) -> list[str]:
    with house.reading():
        return journaled()


def test_d_conf_6_after_five_years_it_is_proposed_and_can_be_destroyed(house: House, officer: Browser) -> None:
    uid = reported(house, known_on=today() - timedelta(days=365 * 6))
    with house.writing():
        incident(uid).changed_on = today() - timedelta(days=365 * 5 + 2)
    with house.reading():
        assert [one.uid for one in queries.incidents_expired(today(), 10)] == [uid]
    with house.writing():
        actions.destroy(uid)
    with house.reading():
        assert db.session.get_one(Safe, incident(uid).safe_id).destroyed_at is not None
        with pytest.raises(NotFound):
            queries.incident_or_404(uid, who(house.officer))
    assert officer.get(f"/confidentiality/incidents/{uid}").status_code == 404


@given(known=st.dates(date(2000, 1, 1), date(2100, 1, 1)), later=st.integers(-4000, 4000))
def test_d_conf_6_five_years_run_from_the_later_day(known: date, later: int) -> None:
    changed = known + timedelta(days=later)
    until, last = rules.keep_until(known, changed), max(known, changed)
    assert (until.year, last.replace(year=2000)) == (last.year + 5, until.replace(year=2000)) or last.day == 29
    assert (until - last).days >= 365 * 5 and until == rules.keep_until(changed, known)


# --- what waits -----------------------------------------------------------------------------------------------------


@given(
    st.builds(
        rules.Facts,
        known_on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        changed_on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        conclusion=st.sampled_from([None, "retained", "not_retained"]),
        assessed_on=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        commission_told_on=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        persons_told_on=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        persons_excused=st.booleans(),
        closed_on=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    )
)
def test_what_is_open_always_waits_for_something(facts: rules.Facts) -> None:
    waiting = rules.waiting(facts)
    assert (waiting is None) == (facts.closed_on is not None)
    if waiting and rules.missing(facts):
        assert waiting.what == rules.missing(facts)[0]
    if facts.conclusion == "retained" and not facts.commission_told_on:
        assert "commission" in rules.missing(facts)


@given(st.fixed_dictionaries({factor: st.sampled_from(rules.LEVELS) for factor in rules.FACTORS}))
def test_a_higher_answer_never_leans_to_less_risk(levels: dict[str, str]) -> None:
    order = {level: place for place, level in enumerate(rules.LEVELS)}
    for factor in rules.FACTORS:
        for level in rules.LEVELS:
            if order[level] > order[levels[factor]]:
                assert rules.leans_serious({**levels, factor: level}) >= rules.leans_serious(levels)
