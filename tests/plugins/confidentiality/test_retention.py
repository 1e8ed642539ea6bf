"""Destruction: proposed, approved by one, confirmed by another, certified; every way round it is shut (D-CONF-9)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app import create_app, vault
from app.accounts.models import User, UserSession
from app.care import backup as backups
from app.catalogue.actions import change_setting
from app.config import Settings
from app.db import db, now, reading
from app.errors import Conflict, NotAllowed, SafeDestroyed
from app.journal import verify
from app.people.retention import categories
from app.plugins import switch
from app.testing import SignIn
from app.web.times import today
from app.work import daily
from plugins.confidentiality.actions import destruction, lift_hold, place_hold
from plugins.confidentiality.actions import rights as rights_actions
from plugins.confidentiality.models import Certificate, Proposal, RightsRequest
from plugins.confidentiality.queries import holds_of
from plugins.confidentiality.queries import retention as queries
from plugins.confidentiality.queries import rights as rights_queries
from plugins.confidentiality.rules import retention as rules
from plugins.support import actions as support
from plugins.support.models import CaseFile, Contact
from tests.plugins.confidentiality.conftest import House, her, journaled, who

LINE = "Ligne à détruire."
FILES = "support.files"


@given(st.dates(date(2001, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_d_conf_9_months_are_counted_back_to_the_same_day_or_the_months_last(day: date, months: int) -> None:
    before = rules.kept_since(day, months)
    assert (day.year * 12 + day.month) - (before.year * 12 + before.month) == months
    assert before.day == day.day or (before.day < day.day and (before + timedelta(days=1)).day == 1)


@pytest.fixture
def due(house: House) -> Iterator[House]:
    """Her file, still for longer than the board decided, and proposed."""
    with house.writing():
        change_setting(who(house.coordinator), "support.keep_file_months", "1")
        file = support.open_file(who(house.worker), her(house.code))
        support.log_contact(who(house.worker), file, kind="support", how="phone", day=today(), minutes=5, line=LINE)
    with time_machine.travel(today() + timedelta(days=40), tick=False):
        proposed(house)
        yield house


def proposed(house: House) -> None:
    with house.writing():
        destruction.propose(today())


def the(house: House, category: str = FILES) -> Proposal:
    """The proposal of a category, in the unit of work under way."""
    query = select(Proposal).where(Proposal.category == category).order_by(Proposal.id.desc())
    found = db.session.scalars(query).first()
    assert found is not None
    return found


def approved(house: House, category: str = FILES, by: int | None = None) -> None:
    with house.writing():
        assert destruction.approve(who(by or house.officer), [the(house, category)]) == 1


def confirmed(house: House, category: str = FILES, by: int | None = None) -> list[str]:
    """The certificates' uids."""
    with house.writing():
        return [made.uid for made in destruction.confirm(who(by or house.chair), [the(house, category)])]


def state(house: House, category: str = FILES) -> str:
    with house.reading():
        return the(house, category).state


def stands(house: House) -> bool:
    """Whether her file can still be read."""
    with house.reading():
        file = db.session.scalars(select(CaseFile)).one()
        try:
            vault.open_safes(who(house.worker), [file.safe_id], why="test")
        except SafeDestroyed:
            return False
        return True


def test_d_conf_9_what_is_due_is_proposed_once_and_nothing_is_destroyed_by_itself(due: House) -> None:
    for _again in range(3):
        proposed(due)
    with due.reading():
        assert db.session.scalar(select(func.count(Proposal.id)).where(Proposal.category == FILES)) == 1
        found = the(due)
        assert (found.code, found.state, found.approved_by) == (due.code, "proposed", None)
    assert stands(due)


def test_d_conf_9_the_daily_sweep_proposes(house: House) -> None:
    with house.writing():
        support.open_file(who(house.worker), her(house.code))
        change_setting(who(house.coordinator), "support.keep_file_months", "1")
    with time_machine.travel(today() + timedelta(days=40), tick=False), house.app.app_context():
        assert daily.sweep()["plugin:confidentiality"] == "done"
    assert state(house) == "proposed"


def test_d_conf_9_two_people_and_it_is_destroyed_with_a_certificate(due: House) -> None:
    approved(due)
    [made] = confirmed(due)
    assert not stands(due) and state(due) == "destroyed"
    with due.reading():
        kept = queries.certificate_or_404(made)
        assert (kept.code, kept.category, kept.approved_by, kept.confirmed_by) == (
            due.code, FILES, due.officer, due.chair
        )  # fmt: skip
        assert (kept.destroyed_on, kept.number) == (today(), 1) and kept.method and kept.title
        assert {"confidentiality.destruction_approved", "confidentiality.destroyed", "vault.destroyed"} <= set(
            journaled()
        )
        assert db.session.scalar(select(func.count(Contact.id))) == 1, "the anonymous count stays"
        assert verify().holds


def test_d_conf_9_nobody_does_it_alone(due: House) -> None:
    """Even somebody who holds both roles."""
    with due.writing():
        from app.testing import add_user

        both = add_user("Les deux", "privacy_officer", "coordinator").id
    approved(due, by=both)
    with pytest.raises(destruction.SamePerson):
        confirmed(due, by=both)
    assert stands(due)
    confirmed(due, by=due.coordinator)
    assert not stands(due)


def test_d_conf_9_two_people_is_in_the_database_too(due: House) -> None:
    from sqlalchemy.exc import IntegrityError

    approved(due)
    with pytest.raises(IntegrityError), due.writing():
        found = the(due)
        alone = {"approved_by": due.officer, "confirmed_by": due.officer, "since": today(), "destroyed_on": today()}
        told = {"code": due.code, "category": FILES, "title": "x", "method": "x", "proposal_id": found.id}
        db.session.add(Certificate(year=2026, number=1, **alone, **told))


def test_d_conf_9_nothing_is_confirmed_that_was_not_approved(due: House) -> None:
    with pytest.raises(destruction.NotApproved):
        confirmed(due)
    assert stands(due)


@pytest.mark.parametrize("role", ["worker", "coordinator", "chair", "administrator"])
def test_d_conf_9_only_the_privacy_officer_approves(due: House, role: str) -> None:
    with pytest.raises(NotAllowed):
        approved(due, by=getattr(due, role))


@pytest.mark.parametrize("role", ["worker", "officer", "administrator"])
def test_d_conf_9_only_the_coordinator_or_the_chair_confirm(due: House, role: str) -> None:
    approved(due)
    with pytest.raises(NotAllowed):
        confirmed(due, by=getattr(due, role))
    assert stands(due)


def hold(house: House) -> None:
    with house.writing():
        place_hold(who(house.coordinator), her(house.code), why="Ordonnance.", source="court_order")


def test_d_conf_9_a_hold_blocks_at_every_step_until_it_is_lifted(due: House) -> None:
    hold(due)
    with pytest.raises(destruction.Held):
        approved(due)
    with due.writing():
        lift_hold(who(due.officer), holds_of(her(due.code))[0], why="Levée.")
    approved(due)
    hold(due)  # placed between the two
    with pytest.raises(destruction.Held):
        confirmed(due)
    assert stands(due) and state(due) == "approved"
    with due.writing():
        lift_hold(who(due.officer), holds_of(her(due.code))[0], why="Levée encore.")
    confirmed(due)
    assert not stands(due)


def test_d_conf_9_what_is_held_is_not_proposed(house: House) -> None:
    with house.writing():
        support.open_file(who(house.worker), her(house.code))
        change_setting(who(house.coordinator), "support.keep_file_months", "1")
    hold(house)
    with time_machine.travel(today() + timedelta(days=40), tick=False):
        proposed(house)
        with house.reading():
            assert db.session.scalar(select(Proposal).where(Proposal.category == FILES)) is None


def test_d_conf_9_what_became_active_again_is_not_destroyed(due: House) -> None:
    approved(due)
    with due.writing():
        file = db.session.scalars(select(CaseFile)).one()
        support.log_contact(
            who(due.worker), file, kind="support", how="phone", day=today(), minutes=5, line="Elle est revenue."
        )
    assert confirmed(due) == []
    assert stands(due) and state(due) == "lapsed"


def test_d_conf_9_a_longer_period_decided_meanwhile_holds(due: House) -> None:
    approved(due)
    with due.writing():
        change_setting(who(due.coordinator), "support.keep_file_months", "24")
    assert confirmed(due) == []
    assert stands(due)


def test_d_conf_9_kept_for_a_reason_it_comes_back_later_and_is_approved_anew(due: House) -> None:
    approved(due)
    with due.writing():
        assert destruction.keep_for_now(who(due.chair), [the(due)], why="in_touch", months=3) == 1
    with pytest.raises(destruction.NotApproved):
        confirmed(due)
    proposed(due)
    assert state(due) == "kept"
    with time_machine.travel(today() + timedelta(days=100), tick=False):
        proposed(due)
        assert state(due) == "proposed"
        with pytest.raises(destruction.NotApproved):
            confirmed(due)


def test_d_conf_9_the_same_is_not_destroyed_twice(due: House) -> None:
    approved(due)
    confirmed(due)
    with pytest.raises(destruction.NotApproved):
        confirmed(due)
    with due.reading():
        assert db.session.scalar(select(func.count(Certificate.id))) == 1


def test_d_conf_9_two_who_confirm_at_once_make_one_certificate(due: House) -> None:
    approved(due)
    ready, outcomes = threading.Barrier(2), []

    def confirm(by: int) -> None:
        ready.wait()
        try:
            outcomes.append(len(confirmed(due, by=by)))
        except Conflict:
            outcomes.append(0)

    threads = [threading.Thread(target=confirm, args=(by,)) for by in (due.chair, due.coordinator)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [0, 1]
    with due.reading():
        assert db.session.scalar(select(func.count(Certificate.id))) == 1
        assert journaled().count("confidentiality.destroyed") == 1


def test_d_conf_9_a_hold_and_a_destruction_at_once_never_both(due: House) -> None:
    approved(due)
    ready, outcomes = threading.Barrier(2), {}

    def run(name: str, act: Any) -> None:
        ready.wait()
        try:
            act()
            outcomes[name] = True
        except Conflict:
            outcomes[name] = False

    threads = [
        threading.Thread(target=run, args=("destroyed", lambda: confirmed(due))),
        threading.Thread(target=run, args=("held", lambda: hold(due))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes["held"]
    assert stands(due) is not outcomes["destroyed"]


def test_law_3_what_a_plugin_that_is_off_keeps_is_proposed_and_destroyed_too(house: House) -> None:
    with house.writing():
        change_setting(who(house.coordinator), "support.keep_file_months", "1")
        support.open_file(who(house.worker), her(house.code))
    with house.writing():
        switch("support", on=False, by=None)
    with time_machine.travel(today() + timedelta(days=40), tick=False):
        proposed(house)
        approved(house)
        assert len(confirmed(house)) == 1
        assert not stands(house)


def asked_to_destroy(house: House, answer: str = "granted") -> None:
    with house.writing():
        worker = who(house.worker)
        asked = {"received_on": today(), "how": "spoken", "asked_by": "herself", "asker": None, "asked": "Détruisez."}
        request = rights_actions.receive(worker, her(house.code), kind="destruction", **asked)
        rights_actions.check_identity(worker, request, "known")
        said = {"reasons": "Motif", "article": "art. 1", "recourse_told": True, "given": "spoken"}
        rights_actions.answer(worker, request, answer=answer, answered_on=today(), version=request.version, **said)


def test_d_conf_9_what_she_asked_to_destroy_and_was_granted_is_proposed(house: House) -> None:
    asked_to_destroy(house)
    with time_machine.travel(today() + timedelta(days=2), tick=False):
        proposed(house)
        approved(house, "confidentiality.asked")
        assert len(confirmed(house, "confidentiality.asked")) == 1
    with house.reading():
        assert db.session.get_one(vault.Safe, her(house.code).safe_id).destroyed_at
        [line] = rights_queries.requests(who(house.officer), answered=True).lines
        assert rights_queries.request_or_404(line.uid, who(house.officer)).asked == "Détruisez.", "accounted for"


def test_what_was_refused_is_not_proposed(house: House) -> None:
    asked_to_destroy(house, "refused")
    with time_machine.travel(today() + timedelta(days=2), tick=False):
        proposed(house)
        with house.reading():
            assert db.session.scalar(select(Proposal).where(Proposal.category == "confidentiality.asked")) is None


def test_d_conf_9_her_register_follows_once_its_own_time_has_come(house: House) -> None:
    """36 months after the rest, unless the board decides else; never while the rest stands."""
    asked_to_destroy(house)
    with house.writing():
        change_setting(who(house.coordinator), "core.keep_register_months", "2")
        with pytest.raises(Conflict):
            categories()["core.register"].destroy(her(house.code).uid)
    with time_machine.travel(today() + timedelta(days=2), tick=False):
        proposed(house)
        approved(house, "confidentiality.asked")
        confirmed(house, "confidentiality.asked")
    for days, there in ((40, False), (70, True)):
        with time_machine.travel(today() + timedelta(days=days), tick=False):
            proposed(house)
            with house.reading():
                waits = db.session.scalar(select(Proposal).where(Proposal.category == "core.register"))
                assert (waits is not None) is there
    with time_machine.travel(today() + timedelta(days=70), tick=False):
        approved(house, "core.register")
        assert len(confirmed(house, "core.register")) == 1
        with house.reading():
            uid = db.session.scalars(select(RightsRequest.uid)).one()
            assert rights_queries.requests(who(house.officer), answered=True).lines == []
            with pytest.raises(SafeDestroyed):
                rights_queries.request_or_404(uid, who(house.officer))
            assert db.session.scalar(select(func.count(Certificate.id))) == 2, "certificates survive"


def test_d_conf_9_unreadable_in_an_older_backup_too_and_the_journal_still_verifies(
    due: House, settings: Settings
) -> None:
    data, _keys = backups.create(settings, None)
    approved(due)
    confirmed(due)
    with due.app.app_context():
        with reading():
            assert verify().holds
        db.engine.dispose()
    due.app.extensions["key_store"].engine.dispose()
    backups.restore(settings, data, None, None)
    restored = create_app(settings)
    with restored.app_context(), reading():
        file = db.session.scalars(select(CaseFile)).one()
        contact = db.session.scalars(select(Contact)).one()
        for safe in (file.safe_id, contact.safe_id, file.person.safe_id):
            assert db.session.get_one(vault.Safe, safe).destroyed_at is None, "the older backup does not know"
            with pytest.raises(SafeDestroyed):
                vault.open_safes(who(due.worker), [safe], why="test")
        assert verify().holds
    with restored.app_context():
        db.engine.dispose()
    restored.extensions["key_store"].engine.dispose()


def test_the_pages_from_the_proposal_to_the_certificate(due: House, signed_in: SignIn) -> None:
    with due.reading():
        uid = the(due).uid
    officer = signed_in(User(id=due.officer))
    page = officer.get("/confidentiality/retention").text
    assert due.code in page and "Hirondelle" not in page and "Approve the chosen ones" in page
    assert officer.send("/confidentiality/retention/confirm", {"ids": uid}, seen="/").status_code == 403
    assert officer.send("/confidentiality/retention/keep", {"ids": uid}, seen="/").status_code == 422
    assert officer.send("/confidentiality/retention/approve", {"ids": uid}, seen="/").status_code == 303
    chair = signed_in(User(id=due.chair))
    assert "1 destruction to confirm" in chair.get("/").text
    assert "Confirm: destroy" in chair.get("/confidentiality/retention").text
    assert chair.send("/confidentiality/retention/confirm", {"ids": uid}, seen="/").status_code == 303
    assert not stands(due)
    with due.reading():
        made = db.session.scalars(select(Certificate)).one().uid
    here = f"/confidentiality/certificates/{made}"
    assert due.code in chair.get(here).text and "Présidente" in chair.get(here).text
    answer = officer.get(f"{here}/pdf")
    assert answer.mimetype == "application/pdf" and due.code not in answer.headers["Content-Disposition"]
    with pikepdf.open(BytesIO(answer.data)) as opened:
        assert len(opened.pages) == 1
    assert due.code in officer.get("/confidentiality/registers/destructions").text
    for number in (due.worker, due.administrator):
        assert signed_in(User(id=number)).get("/confidentiality/retention").status_code == 403


def test_to_confirm_takes_a_step_up(due: House, signed_in: SignIn) -> None:
    approved(due)
    with due.reading():
        uid = the(due).uid
    browser = signed_in(User(id=due.chair))
    with due.writing():
        for session in db.session.scalars(select(UserSession)):
            session.confirmed_at = now() - timedelta(minutes=6)
    sent = browser.send("/confidentiality/retention/confirm", {"ids": uid}, seen="/")
    assert sent.status_code == 307 and "/retention" not in sent.location.split("?")[0]
    assert stands(due)


def test_a_hold_by_her_code_from_the_page(house: House, signed_in: SignIn) -> None:
    browser = signed_in(User(id=house.coordinator))
    here = "/confidentiality/holds/new"
    told = {"source": "subpoena", "why": "Reçue ce matin."}
    assert browser.send(here, {**told, "code": "22222"}).status_code == 422
    assert browser.send(here, {**told, "code": house.code}).status_code == 303
    with house.reading():
        assert queries.is_held(her(house.code))
        uid = holds_of(her(house.code))[0].uid
    assert "Reçue ce matin." in signed_in(User(id=house.officer)).get(f"/confidentiality/holds/{uid}").text
    assert browser.get(f"/confidentiality/holds/{uid}").status_code == 403
    stranger = signed_in(User(id=house.other))
    assert stranger.send(here, {**told, "code": house.code}).status_code == 422, "a code is not to be guessed at"
