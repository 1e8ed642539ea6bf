"""A worker leaves: nothing of hers is lost from sight, and all of it can be handed on by codes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from app import vault
from app.accounts import actions as accounts
from app.accounts.models import RoleGrant
from app.db import db, reading, transaction
from app.errors import NotAllowed, NotFound
from app.people.actions import register
from app.people.models import Person
from app.testing import SignIn, add_user
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.models import Assignment, CaseFile
from tests.plugins.support.conftest import House, who
from tests.plugins.support.test_views import client


def leaves(house: House, worker: int, how: str) -> None:
    """Her account is closed, or her role is over."""
    with house.writing():
        if how == "disabled":
            accounts.disable(who(worker), by=None)
        elif how == "ended":
            db.session.execute(update(RoleGrant).where(RoleGrant.user_id == worker).values(approved_at=None))
        else:
            before = today() - timedelta(days=1)
            db.session.execute(update(RoleGrant).where(RoleGrant.user_id == worker).values(since=before, until=before))


def without_a_worker() -> list[str]:
    rows = [row.code for row in queries.caseload(waiting=True).rows]
    assert queries.count_waiting() == len(rows)
    return rows


@pytest.fixture
def unfiled(house: House) -> str:
    """The code of a person whom the worker registered, without a file."""
    with house.writing():
        return register(who(house.worker), kind="woman", pseudonym="Sarcelle", first_contact=date(2026, 3, 2)).code


@pytest.mark.parametrize("how", ["disabled", "ended", "over"])
def test_a_leavers_file_waits_for_a_worker(house: House, how: str) -> None:
    with house.reading():
        assert without_a_worker() == []
    leaves(house, house.worker, how)
    with house.reading():
        assert without_a_worker() == [house.code]
    with house.writing():
        actions.assign(who(house.coordinator), queries.file_by_code(house.code), who(house.other))
    with house.reading():
        assert without_a_worker() == []


def test_a_worker_who_is_a_peer_from_now_on_follows_no_more(house: House) -> None:
    with house.writing():
        db.session.execute(update(RoleGrant).where(RoleGrant.user_id == house.worker).values(role="peer_supporter"))
    with house.reading():
        assert without_a_worker() == [house.code]


def test_the_page_says_that_it_waits_beside_the_name_of_who_left(house: House, signed_in: SignIn) -> None:
    leaves(house, house.worker, "disabled")
    browser = client(house, signed_in, "coordinator")
    page = browser.get("/support/assignments?waiting=1").text
    assert house.code in page and "Intervenante Une" in page and "(has left)" in page and "Waits for a worker" in page
    assert "file waits for a worker" in browser.get("/").text


def test_a_person_without_a_file_is_assigned_by_her_code(house: House, unfiled: str) -> None:
    leaves(house, house.worker, "disabled")
    with house.reading():
        assert queries.adrift().codes == [unfiled]
    with house.writing():
        actions.assign_person(who(house.coordinator), queries.person_by_code(unfiled), who(house.other))
    with house.reading():
        assert queries.adrift().codes == []
        file, coordinator = queries.file_or_404(unfiled, who(house.other)), who(house.coordinator)
        assert file.person.pseudonym == "Sarcelle"
        for safe in (file.safe_id, file.person.safe_id):
            assert not vault.is_granted(coordinator, safe)
    with house.reading(), pytest.raises(NotFound):
        queries.file_or_404(unfiled, who(house.coordinator))


def test_who_left_has_nothing_of_a_person_who_was_handed_on(house: House, unfiled: str) -> None:
    leaves(house, house.worker, "ended")
    with house.writing():
        person = queries.person_by_code(unfiled)
        actions.assign_person(who(house.coordinator), person, who(house.other))
        assert not vault.is_granted(who(house.worker), person.safe_id)


def test_who_registered_her_and_is_still_here_follows_beside_until_it_is_ended(house: House, unfiled: str) -> None:
    with house.reading():
        assert queries.adrift().codes == []
    with house.writing():
        actions.assign_person(who(house.coordinator), queries.person_by_code(unfiled), who(house.other))
        file = queries.file_by_code(unfiled)
        assert {f.user.id for f in queries.followers([file.id])[file.id]} == {house.worker, house.other}
        [hers] = db.session.scalars(
            select(Assignment).where(Assignment.file_id == file.id, Assignment.user_id == house.worker)
        )
        actions.end_assignment(who(house.coordinator), hers)
        assert not vault.is_granted(who(house.worker), file.person.safe_id)


def test_a_person_who_has_a_file_keeps_that_one(house: House) -> None:
    for _twice in range(2):
        with house.writing():
            actions.assign_person(who(house.coordinator), queries.person_by_code(house.code), who(house.other))
    with house.reading():
        assert db.session.scalar(select(func.count(CaseFile.id))) == 1


@pytest.mark.parametrize("role", ["worker", "peer", "administrator"])
def test_only_the_coordinator_assigns_by_a_code(house: House, unfiled: str, role: str) -> None:
    with house.app.app_context(), pytest.raises(NotAllowed), transaction():
        actions.assign_person(who(getattr(house, role)), queries.person_by_code(unfiled), who(house.other))
    with house.reading():
        assert db.session.scalar(select(func.count(CaseFile.id))) == 1


def test_she_can_not_hand_a_person_to_herself_even_as_a_worker(house: House) -> None:
    """Not even one whom she registered: as coordinator she opens nothing."""
    with house.writing():
        both = add_user("Coordonnatrice Intervenante", "coordinator", "support_worker")
        db.session.refresh(both, ["roles"])
        code = register(both, kind="woman", first_contact=date(2026, 3, 2)).code
        number = both.id
    with house.app.app_context(), pytest.raises(NotAllowed), transaction():
        actions.assign_person(who(number), queries.person_by_code(code), who(number))
    with house.writing():
        person = queries.person_by_code(code)
        actions.assign_person(who(number), person, who(house.other))
        assert not vault.is_granted(who(number), person.safe_id)


def test_a_person_whose_safe_is_destroyed_is_not_brought_back(house: House, unfiled: str) -> None:
    with house.writing():
        person = queries.person_by_code(unfiled)
        vault.destroy(db.session.get_one(vault.Safe, person.safe_id), by=None)
    leaves(house, house.worker, "disabled")
    with house.app.app_context(), reading():
        assert queries.adrift().codes == []
        with pytest.raises(NotFound):
            queries.person_by_code(unfiled)


def test_the_page_shows_and_hands_on_persons_without_a_file(house: House, signed_in: SignIn, unfiled: str) -> None:
    leaves(house, house.worker, "disabled")
    browser = client(house, signed_in, "coordinator")
    assert "person without a file waits for a worker" in browser.get("/").text
    assert unfiled in (page := browser.get("/support/assignments").text) and "Sarcelle" not in page
    with house.reading():
        to = who(house.other).uid
    sent = browser.send("/support/assignments", {"code": "ZZZZZ", "to": to})
    assert sent.status_code == 422 and 'value="ZZZZZ"' in sent.text and 'id="by-code-err"' in sent.text
    assert browser.send("/support/assignments", {"code": f" {unfiled.lower()} ", "to": to}).status_code == 303
    assert "without a file" not in browser.get("/").text
    assert client(house, signed_in, "other").get(f"/support/files/{unfiled}").status_code == 200
    with house.reading():
        assert db.session.scalar(select(func.count(Person.id))) == 2
