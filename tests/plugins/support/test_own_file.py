"""D-FILE-6: the file of a colleague who was once served is sealed from everybody, her own account included."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from app import vault
from app.db import db
from app.errors import NotAllowed, NotFound
from app.people import queries as people
from app.people.actions import register, register_safe
from app.testing import SignIn, add_user
from app.web.times import today
from plugins.support import actions, queries
from plugins.support import models as m
from plugins.support.actions import own_file, stand_in
from plugins.support.queries import own_file as reads
from tests.plugins.support.conftest import House, journaled, who
from tests.plugins.support.test_views import client


@pytest.fixture
def officer(house: House) -> int:
    with house.writing():
        return add_user("Responsable", "privacy_officer").id


@pytest.fixture
def sealed(house: House) -> str:
    """The file of somebody who is a worker and a peer now: it had a peer, a stand-in, a register and contacts."""
    with house.writing():
        file, coordinator = queries.file_by_code(house.code), who(house.coordinator)
        actions.log_contact(
            who(house.worker), file, kind="news", how="text", day=today(), minutes=None, line="Une phrase."
        )
        register_safe(file.person)
        actions.assign(coordinator, file, who(house.peer))
        stand_in.stand_in(who(house.other), file, why="danger", hours=24)
        return own_file.seal(coordinator, file.person).uid


def test_d_file_6_every_assignment_stand_in_and_grant_ends(house: House, sealed: str) -> None:
    with house.reading():
        file = db.session.scalars(select(m.CaseFile)).one()
        safes = {row.safe_id for row in db.session.scalars(select(m.Contact))}
        safes |= {file.safe_id, file.person.safe_id, file.person.register_safe_id}
        for user in (house.worker, house.other, house.peer, house.coordinator):
            assert not any(vault.is_granted(who(user), safe) for safe in safes if safe)
        assert not db.session.scalars(select(m.Assignment).where(m.Assignment.until.is_(None))).all()
        assert db.session.scalars(select(m.StandIn)).one().over


@pytest.mark.parametrize("role", ["worker", "other", "peer"])
def test_d_file_6_nobody_finds_or_opens_it(house: House, sealed: str, signed_in: SignIn, role: str) -> None:
    browser, code = client(house, signed_in, role), house.code
    for page in (
        "/",
        "/people",
        "/support/files",
        "/support/files?closed=1",
        "/support/accompanied",
        "/support/contact",
    ):
        assert code not in browser.get(page).text
    found = (
        browser.send("/palette", {"q": code}, seen="/").text + browser.send("/palette", {"q": "Hiron"}, seen="/").text
    )
    assert code not in found and "Hirondelle" not in found
    assert browser.get(f"/people/{code}").status_code == 404
    assert browser.get(f"/support/files/{code}").status_code in (403, 404)


def test_d_file_6_nobody_is_let_in(house: House, sealed: str, signed_in: SignIn) -> None:
    coordinator = client(house, signed_in, "coordinator")
    with house.reading():
        to = who(house.other).uid
    assert coordinator.send("/support/assignments", {"code": house.code, "to": to}).status_code == 422
    for page in ("/support/assignments", "/support/assignments?waiting=1", "/support/hand-over"):
        assert house.code not in coordinator.get(page).text
    assert coordinator.send("/support/assignments", {"ids": house.code, "to": to}).status_code == 422
    with house.writing():
        file = db.session.scalars(select(m.CaseFile)).one()
        with pytest.raises(NotFound):
            actions.assign(who(house.coordinator), file, who(house.other))
        with pytest.raises(NotFound):
            actions.assign_person(who(house.coordinator), file.person, who(house.other))
        with pytest.raises(NotFound):
            stand_in.stand_in(who(house.other), file, why="danger", hours=1)
        with pytest.raises(NotAllowed):  # her worker of yesterday reopens nothing
            actions.reopen_file(who(house.worker), file)
    with house.reading(), pytest.raises(NotFound):
        people.person_or_404(house.code, who(house.worker))


def test_d_file_6_a_person_without_a_file_can_be_sealed(house: House) -> None:
    with house.writing():
        person = register(who(house.worker), kind="woman", pseudonym="Sarcelle", first_contact=today())
        own_file.seal(who(house.coordinator), person)
        with pytest.raises(NotFound):
            actions.assign_person(who(house.coordinator), person, who(house.other))
        db.session.rollback()
    with house.reading():
        assert queries.adrift().codes == []


def test_d_file_6_the_code_alone_is_shown_as_sealed(house: House, sealed: str, officer: int, signed_in: SignIn) -> None:
    house.administrator, administrator = officer, house.administrator
    for role in ("coordinator", "administrator"):
        page = client(house, signed_in, role).get("/support/sealed").text
        assert house.code in page and "Hirondelle" not in page
    house.administrator = administrator
    for role in ("worker", "other", "peer", "administrator"):
        assert client(house, signed_in, role).get("/support/sealed").status_code == 403


def test_d_file_6_no_link_between_the_account_and_the_file_is_kept(house: House, sealed: str) -> None:
    with house.reading():
        row = db.session.execute(text("SELECT * FROM support_seal")).mappings().one()
    keys = {column.name for column in m.Seal.__table__.columns if column.foreign_keys}
    assert keys == {"person_id", "by", "asked_by", "lifted_by"}
    assert row["by"] == house.coordinator and row["asked_by"] is None


# --- lifting ---------------------------------------------------------------------------------------------------------


def test_d_file_6_lifting_takes_two(house: House, sealed: str, officer: int) -> None:
    with house.writing():
        with pytest.raises(own_file.AnotherConfirms):  # nobody asked
            own_file.lift(who(house.coordinator), reads.seal_or_404(sealed))
        own_file.ask_lifting(who(house.coordinator), reads.seal_or_404(sealed), why="she_asks")
        with pytest.raises(own_file.AnotherConfirms):  # her own asking
            own_file.lift(who(house.coordinator), reads.seal_or_404(sealed))
        with pytest.raises(NotAllowed):  # the privacy officer asks, and does not confirm
            own_file.lift(who(officer), reads.seal_or_404(sealed))
        own_file.ask_lifting(who(officer), reads.seal_or_404(sealed), why="error")
        own_file.lift(who(house.coordinator), reads.seal_or_404(sealed))
    with house.reading():
        assert {"support.lifting_asked", "support.lifting_refused", "support.seal_lifted"} <= set(journaled())
        file = queries.file_by_code(house.code)
        assert not any(vault.is_granted(who(each), file.safe_id) for each in (house.worker, house.coordinator))
    with house.writing():
        actions.assign(who(house.coordinator), queries.file_by_code(house.code), who(house.other))
    with house.reading():
        assert queries.file_or_404(house.code, who(house.other))


def test_d_file_6_the_database_itself_asks_for_two(house: House, sealed: str) -> None:
    with pytest.raises(IntegrityError), house.writing():
        both = {"asked_by": house.coordinator, "lifted_by": house.coordinator}
        db.session.execute(update(m.Seal).values(**both))


def test_d_file_6_the_chair_sees_only_what_waits_for_her_word(house: House, sealed: str, signed_in: SignIn) -> None:
    with house.writing():
        chair = add_user("Présidente", "board_chair").id
    house.administrator = chair
    browser = client(house, signed_in, "administrator")
    assert house.code not in browser.get("/support/sealed").text
    assert browser.send("/support/sealed", {"person": house.code}).status_code == 403
    with house.writing():
        own_file.ask_lifting(who(house.coordinator), reads.seal_or_404(sealed), why="left")
    assert house.code in browser.get("/support/sealed").text
    assert house.code in browser.get("/").text
    assert browser.send(f"/support/sealed/{sealed}/lift", seen="/support/sealed").status_code == 303
    assert browser.send(f"/support/sealed/{sealed}/lift", seen="/support/sealed").status_code == 404


@pytest.mark.parametrize("role", ["worker", "other", "peer", "administrator"])
def test_d_file_6_nobody_else_seals_or_lifts(house: House, sealed: str, signed_in: SignIn, role: str) -> None:
    browser = client(house, signed_in, role)
    for path in ("", f"/{sealed}/ask", f"/{sealed}/lift", f"/{sealed}/keep"):
        assert (
            browser.send(f"/support/sealed{path}", {"person": house.code, "why": "error"}, seen="/").status_code == 403
        )


def test_sealing_by_a_form(house: House, signed_in: SignIn) -> None:
    browser = client(house, signed_in, "coordinator")
    assert browser.send("/support/sealed", {"person": "ZZZZZ"}).status_code == 422
    assert browser.send("/support/sealed", {"person": ""}).status_code == 422
    assert browser.send("/support/sealed", {"person": house.code.lower()}).status_code == 303
    again = browser.send("/support/sealed", {"person": house.code})
    assert again.status_code == 422 and "sealed already" in again.text
    with house.reading():
        uid = db.session.scalars(select(m.Seal)).one().uid
    assert browser.send(f"/support/sealed/{uid}/ask", {"why": "curious"}, seen="/support/sealed").status_code == 422
    assert browser.send(f"/support/sealed/{uid}/ask", {"why": "error"}, seen="/support/sealed").status_code == 303
    assert browser.send(f"/support/sealed/{uid}/keep", seen="/support/sealed").status_code == 303
    with house.reading():
        assert db.session.scalars(select(m.Seal)).one().asked_by is None
