"""What each use case does, who may, and the ways round that do not work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from flask import g
from sqlalchemy import func, select, text, update

from app import vault
from app.db import db, now, reading, transaction
from app.errors import NotAllowed, NotFound, NotGranted, SafeDestroyed
from app.people.actions import register
from app.people.models import Person
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.models import AnonymousContact, Assignment, CaseFile, Contact, Visit
from tests.plugins.support.conftest import LINE, House, journaled, opened, who

pytestmark = pytest.mark.usefixtures("context")
Fields = Callable[..., dict[str, object]]


def the_file(code: str) -> CaseFile:
    return queries.file_by_code(code)


def logged(house: House, fields: Fields, **values: object) -> str:
    with transaction():
        worker = who(house.worker)
        return actions.log_contact(worker, queries.file_or_404(house.code, worker), **fields(**values)).uid


# --- files ---------------------------------------------------------------------------------------------------------


def test_opening_a_file_gives_it_a_safe_apart_and_a_first_look_in_twelve_weeks(house: House) -> None:
    with reading():
        file = the_file(house.code)
        assert file.safe_id != file.person.safe_id
        assert file.reassess_on == file.due_on == today() + timedelta(weeks=12)
        assert db.session.get_one(vault.Safe, file.safe_id).kind == "support.file"
        assert [f.user.id for f in queries.followers([file.id])[file.id]] == [house.worker]
    assert "support.file_opened" in journaled()


def test_weeks_between_two_looks_are_the_organisations(house: House) -> None:
    from app.catalogue.models import SettingVersion

    with transaction():
        db.session.add(SettingVersion(number=1, key="support.reassess_weeks", value="4"))
    g.pop("settings", None)  # read once a request
    with transaction():
        code = opened(who(house.worker), None)
        assert the_file(code).reassess_on == today() + timedelta(weeks=4)


def test_a_person_has_one_file(house: House) -> None:
    with pytest.raises(actions.AlreadyOpen), transaction():
        actions.open_file(who(house.worker), the_file(house.code).person)


@pytest.mark.parametrize("role", ["other", "peer", "coordinator", "administrator"])
def test_d_conf_1_nobody_opens_a_file_for_a_person_who_is_not_hers(house: House, role: str) -> None:
    with transaction():
        code = register(who(house.worker), kind="woman", first_contact=today()).code
    with pytest.raises(NotAllowed), transaction():
        person = db.session.scalars(select(Person).where(Person.code == code)).one()
        actions.open_file(who(getattr(house, role)), person)
    assert journaled()[-1] in ("vault.refused", "accounts.refused")


@pytest.mark.parametrize("role", ["other", "peer", "coordinator", "administrator"])
def test_d_conf_1_a_file_of_somebody_else_is_not_found_and_the_try_is_journaled(house: House, role: str) -> None:
    with reading(), pytest.raises(NotFound):
        queries.file_or_404(house.code, who(getattr(house, role)))
    assert journaled()[-1] == "vault.refused"


@pytest.mark.parametrize("role", ["other", "peer", "coordinator", "administrator"])
def test_d_conf_1_no_action_on_a_file_without_its_grant(house: House, role: str, fields: Fields) -> None:
    uid = logged(house, fields)
    contact = select(Contact).where(Contact.uid == uid)
    tries = (
        lambda user, file: actions.log_contact(user, file, **fields()),
        lambda user, file: actions.set_next_step(user, file, step="call", on=today(), line="x", version=1),
        lambda user, file: actions.note_reassessment(user, file, version=1),
        lambda user, file: actions.close_file(user, file),
        lambda user, file: actions.reopen_file(user, file),
        lambda user, file: actions.correct_contact(user, db.session.scalars(contact).one(), version=1, line="x"),
    )
    for attempt in tries:
        with pytest.raises(NotAllowed), transaction():
            attempt(who(getattr(house, role)), the_file(house.code))
    with reading():
        assert db.session.scalar(select(func.count(Contact.id))) == 1


def test_a_grant_without_the_permission_opens_nothing_here(house: House, fields: Fields) -> None:
    with transaction():
        vault.grant(the_file(house.code).safe_id, who(house.administrator), why="mistake", by=None)
    with pytest.raises(NotAllowed), transaction():
        actions.log_contact(who(house.administrator), the_file(house.code), **fields())


def test_a_closed_file_takes_nothing_new_until_it_is_reopened(house: House, fields: Fields) -> None:
    uid = logged(house, fields)
    with transaction():
        actions.close_file(who(house.worker), the_file(house.code))
    with pytest.raises(actions.FileClosed), transaction():
        actions.log_contact(who(house.worker), the_file(house.code), **fields())
    with pytest.raises(actions.FileClosed), transaction():
        actions.set_next_step(who(house.worker), the_file(house.code), step="call", on=today(), line="", version=2)
    with pytest.raises(actions.FileClosed), transaction():
        contact = db.session.scalars(select(Contact).where(Contact.uid == uid)).one()
        actions.correct_contact(who(house.worker), contact, version=1, line="x")
    with transaction():
        actions.reopen_file(who(house.worker), the_file(house.code))
    logged(house, fields)
    assert {"support.file_closed", "support.file_reopened"} <= set(journaled())


# --- contacts ------------------------------------------------------------------------------------------------------


def test_d_file_1_a_contact_is_kept_with_its_line_sealed_in_the_files_safe(house: House, fields: Fields) -> None:
    logged(house, fields)
    with reading():
        raw = db.session.execute(text("SELECT line FROM support_contact")).scalar_one()
        assert LINE.encode() not in bytes(raw)
        worker = who(house.worker)
        file = queries.file_or_404(house.code, worker)
        [exchange] = queries.timeline(file, worker).exchanges
        assert (exchange.contact.line, exchange.by.id, file.last_contact_on) == (LINE, house.worker, today())


def test_a_line_is_not_read_with_the_persons_safe_alone(house: House, fields: Fields) -> None:
    logged(house, fields)
    with reading():
        contact = db.session.scalars(select(Contact)).one()
        vault.open_safes(who(house.worker), [the_file(house.code).person.safe_id], why="test")
        with pytest.raises(NotGranted):
            _ = contact.line


def test_an_older_contact_does_not_move_the_last_one_back(house: House, fields: Fields) -> None:
    logged(house, fields)
    logged(house, fields, day=today() - timedelta(days=9))
    with reading():
        assert the_file(house.code).last_contact_on == today()


def test_d_conf_10_the_journal_says_that_a_contact_was_noted_not_what(house: House, fields: Fields) -> None:
    logged(house, fields)
    with reading():
        told = db.session.execute(text("SELECT action, codes, detail FROM core_journal")).all()
    assert ("support.contact_logged", house.code) in {row[:2] for row in told}
    assert "logement" not in str(told) and "Hirondelle" not in str(told)


def correct(house: House, uid: str, user: int, **values: object) -> None:
    with transaction():
        contact = db.session.scalars(select(Contact).where(Contact.uid == uid)).one()
        actions.correct_contact(who(user), contact, **{"version": contact.version, **values})


def test_a_correction_is_never_silent(house: House, fields: Fields) -> None:
    uid = logged(house, fields)
    correct(house, uid, house.worker, line="Autre chose.", minutes=30, kind="support")
    with reading():
        vault.open_safes(who(house.worker), [db.session.scalars(select(Contact)).one().safe_id], why="test")
        contact = db.session.scalars(select(Contact)).one()
        assert (contact.line, contact.minutes, contact.version) == ("Autre chose.", 30, 2)
        assert contact.corrected_at is not None
        detail = db.session.execute(
            text("SELECT detail FROM core_journal WHERE action = 'support.contact_corrected'")
        ).scalar_one()
        assert detail == '{"fields":"line+minutes"}'


def test_a_correction_that_changes_nothing_is_none(house: House, fields: Fields) -> None:
    correct(house, logged(house, fields), house.worker, **fields())
    with reading():
        assert db.session.scalars(select(Contact)).one().corrected_at is None
    assert "support.contact_corrected" not in journaled()


def test_a_contact_is_not_corrected_after_a_day(house: House, fields: Fields) -> None:
    uid = logged(house, fields)
    with time_machine.travel(now() + timedelta(hours=24, seconds=1)), pytest.raises(actions.TooLate):
        correct(house, uid, house.worker, line="x")


def test_a_contact_is_not_corrected_by_a_colleague_who_follows_too(house: House, fields: Fields) -> None:
    uid = logged(house, fields)
    with transaction():
        actions.assign(who(house.coordinator), the_file(house.code), who(house.other))
    with pytest.raises(actions.TooLate):
        correct(house, uid, house.other, line="x")


def test_two_corrections_at_once_do_not_overwrite_each_other(house: House, fields: Fields) -> None:
    uid = logged(house, fields)
    correct(house, uid, house.worker, line="première", version=1)
    with pytest.raises(actions.SomeoneElseWrote):
        correct(house, uid, house.worker, line="seconde", version=1)


def test_two_workers_log_at_once_and_nothing_is_lost(house: House, fields: Fields) -> None:
    with transaction():
        actions.assign(who(house.coordinator), the_file(house.code), who(house.other))
    for user in (house.worker, house.other):
        with transaction():
            actions.log_contact(who(user), queries.file_or_404(house.code, who(user)), **fields())
    with reading():
        assert db.session.scalar(select(func.count(Contact.id))) == 2


def test_d_file_2_an_anonymous_contact_holds_no_words_at_all(house: House) -> None:
    with transaction():
        actions.log_anonymous_contact(
            who(house.peer), kind="listening", how="phone", day=today(), minutes=5, language="es"
        )
    columns = set(AnonymousContact.__table__.c.keys())
    assert columns == {"id", "kind", "how", "day", "minutes", "language", "by"}
    with pytest.raises(NotAllowed), transaction():
        actions.log_anonymous_contact(
            who(house.administrator), kind="listening", how="phone", day=today(), minutes=5, language="es"
        )


# --- next step -----------------------------------------------------------------------------------------------------


def step(house: House, on: date | None, version: int, line: str = "Savoir si le logement est libre.") -> None:
    with transaction():
        actions.set_next_step(who(house.worker), the_file(house.code), step="call", on=on, line=line, version=version)


def test_the_next_step_brings_the_file_back_in_time_then_goes(house: House) -> None:
    step(house, today() + timedelta(days=3), 1)
    with reading():
        file = queries.file_or_404(house.code, who(house.worker))
        assert (file.due_on, file.step_line) == (today() + timedelta(days=3), "Savoir si le logement est libre.")
        assert [w.what for w in queries.waiting_in(file)] == ["call", "reassess"]
        waits = queries.waiting.waiting(who(house.worker), today() + timedelta(days=3))
        assert [(row.kind, row.code, row.note) for row in waits] == [("next", house.code, "call")]
    step(house, None, 2)
    with reading():
        assert the_file(house.code).due_on == the_file(house.code).reassess_on


def test_two_workers_set_the_next_step_and_the_second_is_told(house: House) -> None:
    step(house, today(), 1)
    with pytest.raises(actions.SomeoneElseWrote):
        step(house, today() + timedelta(days=9), 1, "autre")
    with reading():
        assert the_file(house.code).step_on == today()


def test_logging_a_contact_does_not_spoil_a_colleagues_next_step(house: House, fields: Fields) -> None:
    logged(house, fields)
    step(house, today(), 1)


def test_commitment_6_the_next_look_is_counted_from_the_last(house: House) -> None:
    with time_machine.travel(now() + timedelta(weeks=13)), transaction():
        actions.note_reassessment(who(house.worker), the_file(house.code), version=1)
        assert the_file(house.code).reassess_on == today() + timedelta(weeks=12)


# --- visits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["worker", "peer", "coordinator"])
def test_visits_are_counted_and_ones_own_last_is_taken_back(house: House, role: str) -> None:
    user = getattr(house, role)
    with transaction():
        for number in (1, 4):
            actions.count_visit(who(user), day=today(), number=number)
        actions.count_visit(who(house.other), day=today())
    with transaction():
        assert actions.undo_visit(who(user), day=today()).number == 4
    with reading():
        assert queries.visits_today(who(user)) == (2, 1)
        assert queries.visits_by_day(today()) == [(today(), 2)]


def test_nobody_takes_back_the_visit_of_another_nor_one_twice(house: House) -> None:
    with transaction():
        actions.count_visit(who(house.worker), day=today())
    with pytest.raises(actions.NothingToUndo), transaction():
        actions.undo_visit(who(house.other), day=today())
    with transaction():
        actions.undo_visit(who(house.worker), day=today())
    with pytest.raises(actions.NothingToUndo), transaction():
        actions.undo_visit(who(house.worker), day=today())


def test_a_visit_holds_a_day_and_a_number_no_identity_no_hour(house: House) -> None:
    assert set(Visit.__table__.c.keys()) == {"id", "day", "number", "by", "undone"}
    with pytest.raises(NotAllowed), transaction():
        actions.count_visit(who(house.administrator), day=today())


# --- who follows ---------------------------------------------------------------------------------------------------


def test_assigning_gives_the_grants_and_ending_takes_them(house: House) -> None:
    with transaction():
        given = actions.assign(who(house.coordinator), the_file(house.code), who(house.other)).id
    with reading():
        queries.file_or_404(house.code, who(house.other))
    with transaction():
        actions.end_assignment(who(house.coordinator), queries.assignment_or_404(given))
    with reading(), pytest.raises(NotFound):
        queries.file_or_404(house.code, who(house.other))
    with reading():
        assert not queries.my_files(who(house.other)).rows


def test_ending_takes_what_was_given_to_follow_her_and_nothing_else(house: House) -> None:
    """She who registered her keeps nothing; what another service granted is that service's to end."""
    with transaction():
        file, worker, other = the_file(house.code), who(house.worker), who(house.other)
        actions.assign(who(house.coordinator), file, other)
        vault.grant(file.person.safe_id, other, why="another_service", by=worker)
        for given in list(db.session.scalars(select(Assignment))):
            actions.end_assignment(who(house.coordinator), given)
    with reading():
        safe_id = the_file(house.code).person.safe_id
        assert not vault.is_granted(who(house.worker), safe_id)
        assert vault.is_granted(who(house.other), safe_id)


def test_the_coordinator_assigns_but_never_opens(house: House) -> None:
    with transaction():
        actions.assign(who(house.coordinator), the_file(house.code), who(house.other))
    with reading():
        coordinator = who(house.coordinator)
        file = the_file(house.code)
        assert not vault.is_granted(coordinator, file.safe_id) and not vault.is_granted(
            coordinator, file.person.safe_id
        )
        with pytest.raises(NotFound):
            queries.file_or_404(house.code, coordinator)
        with pytest.raises(NotGranted):
            _ = file.step_line or file.person.pseudonym


def test_the_coordinator_can_not_assign_to_herself_even_as_a_worker(house: House) -> None:
    from app.testing import add_user

    with transaction():
        both = add_user("Coordonnatrice Intervenante", "coordinator", "support_worker").id
    for user in (house.coordinator, both):
        with pytest.raises(NotAllowed), transaction():
            actions.assign(who(user), the_file(house.code), who(user))
        assert journaled()[-1] == "support.assignment_refused"


@pytest.mark.parametrize("role", ["worker", "peer", "administrator"])
def test_only_the_coordinator_assigns_and_ends(house: House, role: str) -> None:
    with pytest.raises(NotAllowed), transaction():
        actions.assign(who(getattr(house, role)), the_file(house.code), who(house.other))
    with pytest.raises(NotAllowed), transaction():
        actions.end_assignment(who(getattr(house, role)), db.session.scalars(select(Assignment)).one())


def test_a_file_is_not_assigned_to_who_has_no_part_in_follow_up(house: House) -> None:
    with pytest.raises(NotAllowed), transaction():
        actions.assign(who(house.coordinator), the_file(house.code), who(house.administrator))


def test_assigning_twice_is_assigning_once(house: House) -> None:
    for _twice in range(2):
        with transaction():
            actions.assign(who(house.coordinator), the_file(house.code), who(house.other))
    with reading():
        assert db.session.scalar(select(func.count(Assignment.id))) == 2


def test_a_peer_has_the_persons_safe_and_not_the_files(house: House, fields: Fields) -> None:
    logged(house, fields)
    with transaction():
        actions.assign(who(house.coordinator), the_file(house.code), who(house.peer))
    with reading():
        peer, file = who(house.peer), the_file(house.code)
        assert vault.is_granted(peer, file.person.safe_id) and not vault.is_granted(peer, file.safe_id)
        assert [row.code for row in queries.accompanied(peer).rows] == [house.code]
        assert not queries.my_files(peer).rows
        with pytest.raises(NotFound):
            queries.file_or_404(house.code, peer)


def test_a_worker_whose_grant_has_ended_no_longer_has_the_file_in_her_list(house: House) -> None:
    with transaction():
        db.session.execute(update(vault.Grant).values(until=now() - timedelta(minutes=1)))
    with reading():
        assert not queries.my_files(who(house.worker)).rows


# --- her request, and the end --------------------------------------------------------------------------------------


def test_d_conf_8_her_file_as_plain_values_for_who_was_granted_it(house: House, fields: Fields) -> None:
    logged(house, fields)
    with reading():
        file = queries.file_or_404(house.code, who(house.worker))
        assert queries.everything_about(file.person)["contacts"][0]["line"] == LINE
    with reading(), pytest.raises(NotGranted):
        queries.everything_about(the_file(house.code).person)


def test_d_conf_9_an_erased_file_is_unreadable_and_the_counts_stay(house: House, fields: Fields) -> None:
    logged(house, fields)
    with transaction():
        actions.erase(the_file(house.code).person)
    with reading(), pytest.raises(SafeDestroyed):
        vault.open_safes(who(house.worker), [the_file(house.code).safe_id], why="test")
    with reading():
        worker = who(house.worker)
        assert not queries.my_files(worker).rows and not queries.my_files(worker, closed=True).rows
        assert queries.desk_figures(worker).month.contacts == 1
