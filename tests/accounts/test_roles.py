"""Two people grant a role, and the attempts to get round it (DOMAIN section 8)."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.accounts import actions, queries
from app.accounts.models import Invitation, RoleGrant
from app.db import db, now, reading, transaction
from app.errors import Conflict, NotAllowed, NotFound
from app.journal.models import JournalEntry
from app.testing import SignIn, add_user
from app.web.times import today

YEAR = timedelta(days=365)


def invite_people() -> dict[str, str]:
    with transaction():
        made = {
            "ada": add_user("Ada Exemple", "administrator"),
            "bea": add_user("Béa Exemple", "administrator"),
            "pia": add_user("Pia Exemple", "privacy_officer"),
            "neo": add_user("Néa Exemple"),
        }
        return {name: user.uid for name, user in made.items()}


@pytest.fixture
def people(context: Flask) -> dict[str, str]:
    """Two administrators, a privacy officer, somebody new, by their uids."""
    return invite_people()


def propose(people: dict[str, str], by: str = "ada", to: str = "neo", role: str = "support_worker") -> int:
    with transaction():
        proposer, holder = queries.by_uid(people[by]), queries.by_uid(people[to])
        return actions.propose_role(holder, role, today(), today() + YEAR, by=proposer).id


def approve(people: dict[str, str], grant: int, by: str) -> None:
    with transaction():
        actions.approve_role(grant, by=queries.by_uid(people[by]))


def holds(people: dict[str, str], who: str = "neo") -> frozenset[str]:
    with reading():
        return queries.by_uid(people[who]).role_names


def test_a_role_holds_once_a_second_person_approves(people: dict[str, str]) -> None:
    grant = propose(people)
    assert holds(people) == frozenset()
    approve(people, grant, "bea")
    assert holds(people) == {"support_worker"}
    with reading():
        told = db.session.execute(select(JournalEntry.action, JournalEntry.actor, JournalEntry.subject)).all()
    assert [tuple(row) for row in told if row.action.startswith("accounts.role_")] == [
        ("accounts.role_proposed", people["ada"], people["neo"]),
        ("accounts.role_approved", people["bea"], people["neo"]),
    ]


def test_never_the_proposer(people: dict[str, str]) -> None:
    grant = propose(people)
    with pytest.raises(NotAllowed):
        approve(people, grant, "ada")
    assert holds(people) == frozenset()
    with reading():
        assert db.session.scalar(select(JournalEntry.actor).where(JournalEntry.action == "accounts.refused"))


def test_never_herself(people: dict[str, str]) -> None:
    grant = propose(people, by="ada", to="bea", role="privacy_officer")
    with pytest.raises(NotAllowed):
        approve(people, grant, "bea")
    approve(people, grant, "pia")
    assert "privacy_officer" in holds(people, "bea")


def test_the_database_itself_refuses_it(people: dict[str, str]) -> None:
    """A way around the action meets the table's own checks."""
    grant = propose(people)
    with reading():
        ada, neo = queries.by_uid(people["ada"]).id, queries.by_uid(people["neo"]).id
    for approver in (ada, neo):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(update(RoleGrant).where(RoleGrant.id == grant).values(approved_by=approver))


def test_an_expired_proposal_cannot_be_approved(people: dict[str, str]) -> None:
    grant = propose(people)
    with transaction():
        db.session.execute(update(RoleGrant).where(RoleGrant.proposed_by.is_(None)).values(until=date(2099, 1, 1)))
    with time_machine.travel(now() + YEAR + timedelta(days=2)), pytest.raises(NotAllowed):
        approve(people, grant, "bea")


def test_two_approvals_at_once_count_once(people: dict[str, str], app: Flask) -> None:
    grant, outcomes, ready = propose(people), [], threading.Barrier(2)

    def second(name: str) -> None:
        with app.app_context():
            ready.wait()
            try:
                approve(people, grant, name)
                outcomes.append("approved")
            except Conflict:
                outcomes.append("late")

    threads = [threading.Thread(target=second, args=(name,)) for name in ("bea", "pia")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "late"]
    with reading():
        approvals = select(JournalEntry.seq).where(JournalEntry.action == "accounts.role_approved")
        assert len(db.session.scalars(approvals).all()) == 1


def test_nobody_sits_behind_both_accounts(people: dict[str, str]) -> None:
    """She makes herself a way into a colleague's account, then approves from there what she proposed."""
    grant = propose(people, by="ada")
    with transaction():
        bea = queries.by_uid(people["bea"])
        actions.new_link(bea, by=queries.by_uid(people["ada"]))  # she has not joined yet
        link = db.session.scalars(select(Invitation).where(Invitation.user_id == bea.id)).one()
        actions.choose_password(link, "not a real hash")
        actions.accept(link, bea)
    with pytest.raises(NotAllowed):
        approve(people, grant, "bea")
    approve(people, grant, "pia")


def test_nor_proposes_from_a_colleagues_account_what_she_approves_from_hers(people: dict[str, str]) -> None:
    with transaction():
        bea = queries.by_uid(people["bea"])
        actions.new_link(bea, by=queries.by_uid(people["ada"]))  # she has not joined yet
        link = db.session.scalars(select(Invitation).where(Invitation.user_id == bea.id)).one()
        actions.choose_password(link, "not a real hash")
        actions.accept(link, bea)
    grant = propose(people, by="bea")
    with pytest.raises(NotAllowed):
        approve(people, grant, "ada")
    with reading():
        last = db.session.scalar(select(JournalEntry).order_by(JournalEntry.seq.desc()).limit(1))
        assert (last.action, last.actor) == ("accounts.refused", people["ada"])
    approve(people, grant, "pia")


def test_a_proposal_set_aside_cannot_be_approved(people: dict[str, str]) -> None:
    grant = propose(people)
    with transaction():
        actions.end_role(grant, by=queries.by_uid(people["ada"]))
    with pytest.raises(Conflict):
        approve(people, grant, "bea")


def test_one_person_ends_a_role_at_once(people: dict[str, str]) -> None:
    grant = propose(people)
    approve(people, grant, "bea")
    with transaction():
        actions.end_role(grant, by=queries.by_uid(people["ada"]))
    assert holds(people) == frozenset()
    with pytest.raises(Conflict), transaction():
        actions.end_role(grant, by=queries.by_uid(people["bea"]))
    with reading():
        assert db.session.scalar(select(JournalEntry.actor).where(JournalEntry.action == "accounts.role_ended"))


def test_who_may_not_propose_approve_or_end(people: dict[str, str]) -> None:
    grant = propose(people)
    for attempt in (
        lambda: propose(people, by="pia"),
        lambda: propose(people, by="neo"),
        lambda: approve(people, grant, "neo"),
        lambda: _end(people, grant, "neo"),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def _end(people: dict[str, str], grant: int, by: str) -> None:
    with transaction():
        actions.end_role(grant, by=queries.by_uid(people[by]))


@pytest.mark.parametrize(("since", "until"), [(-1, 10), (5, 4), (0, 367)])
def test_a_role_begins_today_or_later_and_ends_within_a_year(people: dict[str, str], since: int, until: int) -> None:
    first, last = today() + timedelta(days=since), today() + timedelta(days=until)
    with pytest.raises(actions.WrongTerm), transaction():
        actions.propose_role(queries.by_uid(people["neo"]), "auditor", first, last, by=queries.by_uid(people["ada"]))


def test_no_role_that_does_not_exist_nor_for_a_disabled_account(people: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        propose(people, role="queen")
    with transaction():
        actions.disable(queries.by_uid(people["neo"]), by=queries.by_uid(people["ada"]))
    with pytest.raises(NotFound):
        propose(people)


def test_a_role_ends_by_itself(people: dict[str, str]) -> None:
    approve(people, propose(people), "bea")
    last = today() + YEAR
    with time_machine.travel(f"{last}T22:00-04:00"):
        assert holds(people) == {"support_worker"}
    with time_machine.travel(f"{last + timedelta(days=1)}T12:00-04:00"):
        assert holds(people) == frozenset()


def test_the_whole_journey_on_screen(app: Flask, signed_in: SignIn) -> None:
    with app.app_context():
        people = invite_people()
        with transaction():
            users = {name: queries.by_uid(uid) for name, uid in people.items()}
            db.session.expunge_all()
    ada, bea, pia = (signed_in(users[name]) for name in ("ada", "bea", "pia"))
    page, form = f"/accounts/{people['neo']}", {"role": "auditor", "since": today(), "until": today() + YEAR}
    wrong = ada.send(f"{page}/roles", form | {"until": today() + 2 * YEAR}, seen=page)
    assert wrong.status_code == 422 and str(today() + 2 * YEAR) in wrong.text
    assert ada.send(f"{page}/roles", form, seen=page).status_code == 302
    assert pia.send(f"{page}/roles", form, seen=page).status_code == 403
    with app.app_context(), reading():
        grant = db.session.scalars(select(RoleGrant.id).where(RoleGrant.proposed_by.is_not(None))).one()
    assert "/approve" not in ada.get("/accounts").text
    assert f"/roles/{grant}/approve" in bea.get("/accounts").text
    assert ada.send(f"/roles/{grant}/approve", seen="/accounts").status_code == 403
    assert bea.send(f"/roles/{grant}/approve", seen="/accounts").status_code == 302
    assert pia.send(f"/roles/{grant}/approve", seen="/accounts").status_code == 409
    assert pia.send(f"/roles/{grant}/end", seen="/accounts").status_code == 302
