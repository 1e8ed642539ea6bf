"""A copy of her whole file closes with her own record: no stand-in, no former follower, nobody once it is sealed."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.accounts.actions import roles
from app.accounts.models import RoleGrant, User
from app.db import db
from app.errors import NotFound
from app.journal.models import JournalEntry
from app.papers.models import Paper
from app.papers.queries import paper_or_404
from app.testing import SignIn
from app.web.times import today
from plugins.confidentiality.actions import rights as rights_actions
from plugins.support import actions as support
from plugins.support.actions import life, own_file
from plugins.support.models import Assignment, CaseFile
from plugins.support.rules.life import When
from tests.plugins.confidentiality.conftest import House, her, who
from tests.plugins.confidentiality.test_whole_file import begun, made

SECRET = "À seize ans, elle est partie."


@pytest.fixture
def copied(house: House, signed_in: SignIn) -> str:
    """Her file with a life history, and copies of it that her worker made: the uid of her request."""
    with house.writing():
        worker = who(house.worker)
        file = support.open_file(worker, her(house.code))
        life.begin(worker, file)
        life.add_event(worker, file, kind="other", moment=When(year=2001), line=SECRET)
    with house.writing():
        asked = {"received_on": today(), "how": "spoken", "asked_by": "herself", "asker": None, "asked": "Mon dossier."}
        uid = rights_actions.receive(who(house.worker), her(house.code), kind="access", **asked).uid
    begun(house, uid)
    _pdf, told, _names = made(house, uid, signed_in)
    assert SECRET in told
    return uid


def the_file() -> CaseFile:
    return db.session.scalars(select(CaseFile)).one()


def opened_by(house: House, number: int) -> list[str]:
    """Which copies an account can still download."""
    found = []
    with house.reading():
        for uid in db.session.scalars(select(Paper.uid).where(Paper.kind == "application/json")).all():
            try:
                found.append(paper_or_404(uid, who(number)).uid)
            except NotFound:
                continue
    return found


def test_d_file_5_who_stands_in_gets_no_copy_with_the_life_history(
    house: House, copied: str, signed_in: SignIn
) -> None:
    with house.writing():
        support.stand_in.stand_in(who(house.other), the_file(), why="absent", hours=24)
    browser = signed_in(User(id=house.other))
    here = f"/confidentiality/requests/{copied}/file"
    browser.send(here, seen=f"/confidentiality/requests/{copied}")
    assert not re.findall(r"/papers/", browser.get(here).text)
    assert opened_by(house, house.other) == []


def test_d_conf_1_a_copy_closes_when_she_follows_no_more(house: House, copied: str) -> None:
    assert opened_by(house, house.worker)
    with house.writing():
        for each in db.session.scalars(select(Assignment)).all():
            support.end_assignment(who(house.coordinator), each)
    assert opened_by(house, house.worker) == []


def test_d_file_6_a_copy_closes_when_her_file_is_sealed(house: House, copied: str) -> None:
    with house.writing():
        own_file.seal(who(house.coordinator), her(house.code))
    assert opened_by(house, house.worker) == []


def test_d_conf_1_a_copy_closes_when_the_role_is_over(house: House, copied: str) -> None:
    with house.writing():
        grant = db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == house.worker)).one()
        roles.end_role(grant.id, by=who(house.coordinator))
    assert opened_by(house, house.worker) == []


def test_d_conf_8_who_stands_in_is_not_offered_to_prepare_it(house: House, copied: str, signed_in: SignIn) -> None:
    with house.writing():
        support.stand_in.stand_in(who(house.other), the_file(), why="absent", hours=24)
    browser = signed_in(User(id=house.other))
    page = browser.get(f"/confidentiality/requests/{copied}")
    assert page.status_code == 200 and f"/requests/{copied}/file" not in page.text
    assert browser.get(f"/confidentiality/requests/{copied}/file").status_code == 404


def test_d_conf_10_a_copy_that_is_downloaded_is_journaled_with_her_code(
    house: House, copied: str, signed_in: SignIn
) -> None:
    with house.reading():
        opened = db.session.scalars(select(JournalEntry.codes).where(JournalEntry.action == "papers.downloaded")).all()
    assert opened and all(house.code in codes for codes in opened)
