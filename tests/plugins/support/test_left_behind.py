"""What nobody finished, and what a role that changed leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app import vault
from app.accounts.actions import roles
from app.accounts.models import RoleGrant, User
from app.db import db, now
from app.errors import SafeDestroyed
from app.plugins import plugins_of
from app.testing import SignIn
from app.web.times import today
from plugins.support import actions
from plugins.support.actions import imports, life
from plugins.support.models import Assignment, CaseFile, Import
from tests.plugins.support.conftest import House, who

ROW = {
    "kind": "woman", "pseudonym": "Roitelet", "name": None, "languages": ["fr"], "age_band": None,
    "first_contact": "2026-03-02", "channel": "phone", "address": None,
}  # fmt: skip


def prepared(house: House, days_ago: int, done: int = 0) -> str:
    """A table of two rows that waits since some days, of which some were written."""
    with house.writing():
        uid = imports.prepare(who(house.worker), "persons", [("a", ROW), ("b", ROW)]).uid
    with house.writing():
        db.session.execute(
            update(Import).where(Import.uid == uid).values(at=now() - timedelta(days=days_ago), done=done)
        )
    return uid


def the_import(uid: str) -> Import | None:
    found: Import | None = db.session.scalar(select(Import).where(Import.uid == uid))
    return found


@pytest.mark.parametrize("done", [0, 1])
def test_d_conf_9_a_table_that_nobody_finishes_is_destroyed_after_a_week(house: House, done: int) -> None:
    """Else the names in it would outlive the persons who were written from it."""
    old, new = prepared(house, 8, done), prepared(house, 6, done)
    with house.reading():
        left, kept = the_import(old), the_import(new)
        assert left and kept
        safes = left.safe_id, kept.safe_id
    with house.writing():
        imports.sweep(today())
    with house.writing():
        imports.sweep(today())  # twice is once
    with house.reading():
        assert db.session.get_one(vault.Safe, safes[0]).destroyed_at
        with pytest.raises(SafeDestroyed):
            vault.open_safes(who(house.worker), [safes[0]], why="test")
        vault.open_safes(who(house.worker), [safes[1]], why="test")
        left = the_import(old)
        assert left is None if not done else left is not None and left.done == left.rows == 1


def test_d_conf_9_its_page_says_what_was_written_of_it(house: House, signed_in: SignIn) -> None:
    uid = prepared(house, 8, 1)
    with house.writing():
        imports.sweep(today())
    browser = signed_in(User(id=house.worker))
    assert browser.get(f"/support/imports/{uid}").status_code == 200
    assert browser.get("/support/imports").status_code == 200


def test_d_conf_9_the_daily_work_does_it(house: House) -> None:
    uid = prepared(house, 8)
    with house.writing():
        plugins_of(house.app).run("support", "run_daily", limit=10, today=today())
    with house.reading():
        assert the_import(uid) is None


def _becomes(house: House, number: int, role: str) -> None:
    """Her role ends, she is given another."""
    with house.writing():
        held = db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == number)).one()
        roles.end_role(held.id, by=who(house.coordinator))
        given = RoleGrant(role=role, since=today(), until=today() + timedelta(days=30), approved_at=now())
        given.user_id = number
        db.session.add(given)


def test_d_file_5_a_worker_who_becomes_a_peer_keeps_no_grant_when_she_is_assigned_as_one(house: House) -> None:
    with house.writing():
        life.begin(who(house.worker), db.session.scalars(select(CaseFile)).one())
    _becomes(house, house.worker, "peer_supporter")
    with house.writing():
        file = db.session.scalars(select(CaseFile)).one()
        made = actions.assign(who(house.coordinator), file, who(house.worker))
        assert made.peer
    with house.reading():
        file, her = db.session.scalars(select(CaseFile)).one(), who(house.worker)
        history = life.current_of(file)
        assert history
        assert [vault.is_granted(her, safe) for safe in (file.safe_id, history.safe_id)] == [False, False]
        assert vault.is_granted(her, file.person.safe_id)
        under_way = db.session.scalars(select(Assignment).where(Assignment.until.is_(None))).all()
        assert [each.peer for each in under_way] == [True]


def test_a_peer_who_becomes_a_worker_follows_when_she_is_assigned_as_one(house: House) -> None:
    with house.writing():
        actions.assign(who(house.coordinator), db.session.scalars(select(CaseFile)).one(), who(house.peer))
    _becomes(house, house.peer, "support_worker")
    with house.writing():
        file = db.session.scalars(select(CaseFile)).one()
        assert not actions.assign(who(house.coordinator), file, who(house.peer)).peer
        assert vault.is_granted(who(house.peer), file.safe_id)


def test_d_file_5_a_life_history_opens_to_none_whose_role_is_over(house: House) -> None:
    with house.writing():
        actions.assign(who(house.coordinator), db.session.scalars(select(CaseFile)).one(), who(house.other))
    _becomes(house, house.other, "peer_supporter")
    with house.writing():
        begun = life.begin(who(house.worker), db.session.scalars(select(CaseFile)).one())
        assert vault.is_granted(who(house.worker), begun.safe_id)
        assert not vault.is_granted(who(house.other), begun.safe_id)
