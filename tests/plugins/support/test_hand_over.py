"""A file goes from a worker to another: by codes, all or none, with what is open and a note (DOMAIN section 8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from app import vault
from app.accounts import actions as accounts
from app.db import db
from app.errors import NotAllowed, NotFound
from app.testing import SignIn
from app.web.times import today
from plugins.support import actions, queries
from plugins.support import models as m
from plugins.support.actions import hand_over
from plugins.support.queries import hand_over as reads
from tests.plugins.support.conftest import LINE, House, opened, who
from tests.plugins.support.test_lists import cost
from tests.plugins.support.test_views import client

NOTE = "Elle préfère qu’on l’appelle le matin."


@pytest.fixture
def codes(house: House) -> list[str]:
    """Three files of the first worker."""
    with house.writing():
        return [house.code, opened(who(house.worker), "Sarcelle"), opened(who(house.worker), "Mésange")]


def hands_over(house: House, codes: list[str], **people: int) -> None:
    people = {"by": house.coordinator, "former": house.worker, "to": house.other} | people
    with house.writing():
        files = [queries.file_by_code(code) for code in codes]
        hand_over.hand_over(who(people["by"]), files, former=who(people["former"]), to=who(people["to"]))


def test_d_conf_1_the_formers_grants_end_and_the_others_begin_together(house: House, codes: list[str]) -> None:
    hands_over(house, codes[:2])
    with house.reading():
        for code in codes:
            file = queries.file_by_code(code)
            safes = (file.safe_id, file.person.safe_id)
            moved = code in codes[:2]
            assert [vault.is_granted(who(house.worker), safe) for safe in safes] == [not moved] * 2
            assert [vault.is_granted(who(house.other), safe) for safe in safes] == [moved] * 2
            assert not any(vault.is_granted(who(house.coordinator), safe) for safe in safes)
    with house.reading(), pytest.raises(NotFound):
        queries.file_or_404(codes[0], who(house.worker))


def test_all_are_handed_over_or_none(house: House, codes: list[str]) -> None:
    with house.writing():
        file = queries.file_by_code(codes[2])
        [hers] = db.session.scalars(select(m.Assignment).where(m.Assignment.file_id == file.id))
        actions.end_assignment(who(house.coordinator), hers)
    with pytest.raises(hand_over.NotHers):
        hands_over(house, codes)
    with house.reading():
        assert vault.is_granted(who(house.worker), queries.file_by_code(codes[0]).safe_id)
        assert not db.session.scalar(select(func.count(m.HandOver.id)))


def test_d_file_5_the_life_history_follows_the_file(house: House) -> None:
    with house.writing():
        file = queries.file_by_code(house.code)
        safe = vault.create_safe("support.life").id
        db.session.add(m.LifeHistory(file=file, safe_id=safe, agreed_on=today(), by=house.worker))
        vault.grant(safe, who(house.worker), why="support.follow", by=None)
    hands_over(house, [house.code])
    with house.reading():
        assert vault.is_granted(who(house.other), safe) and not vault.is_granted(who(house.worker), safe)


@pytest.mark.parametrize(
    ("by", "former", "to"),
    [
        ("worker", "worker", "other"),  # no worker hands over by herself
        ("peer", "worker", "other"),
        ("administrator", "worker", "other"),
        ("coordinator", "worker", "worker"),
        ("coordinator", "worker", "peer"),  # a peer opens no file
        ("coordinator", "worker", "administrator"),
        ("coordinator", "worker", "coordinator"),  # nor does who hands over receive
    ],
)
def test_who_hands_over_to_whom(house: House, by: str, former: str, to: str) -> None:
    people = {name: getattr(house, role) for name, role in (("by", by), ("former", former), ("to", to))}
    with pytest.raises(NotAllowed):
        hands_over(house, [house.code], **people)
    with house.reading():
        assert vault.is_granted(who(house.worker), queries.file_by_code(house.code).safe_id)


def test_who_follows_already_goes_on_following(house: House) -> None:
    with house.writing():
        actions.assign(who(house.coordinator), queries.file_by_code(house.code), who(house.other))
    hands_over(house, [house.code])
    with house.reading():
        file = queries.file_by_code(house.code)
        assert [f.user.id for f in queries.followers([file.id])[file.id]] == [house.other]


def test_the_note_waits_in_the_file_for_who_comes(house: House, signed_in: SignIn) -> None:
    page = f"/support/files/{house.code}/hand-over"
    browser = client(house, signed_in, "worker")
    assert browser.send(page, {"note": "NAS 046 454 286"}).status_code == 422
    assert browser.send(page, {"note": "x" * 2001}).status_code == 422
    assert browser.send(page, {"note": "Un début."}).status_code == 303
    assert browser.send(page, {"note": NOTE}).status_code == 303
    assert NOTE in browser.get(page).text
    hands_over(house, [house.code])
    assert browser.get(page).status_code == 404
    with house.reading():
        sealed = db.session.execute(text("SELECT note FROM support_hand_over")).scalars().all()
        assert len(sealed) == 1 and NOTE.encode() not in bytes(sealed[0])
        uid = db.session.scalars(select(m.HandOver)).one().uid
    receives = client(house, signed_in, "other")
    desk = receives.get("/").text
    assert "Handed over to you" in desk and NOTE not in desk
    assert NOTE in receives.get(page).text
    assert receives.send(f"/support/hand-overs/{uid}/read", seen=page).status_code == 303
    assert "Handed over to you" not in receives.get("/").text and NOTE in receives.get(page).text


def test_only_who_received_it_says_that_she_read_it(house: House, signed_in: SignIn) -> None:
    hands_over(house, [house.code])
    with house.reading():
        uid = db.session.scalars(select(m.HandOver)).one().uid
    assert client(house, signed_in, "worker").send(f"/support/hand-overs/{uid}/read", seen="/").status_code == 404
    with pytest.raises(NotAllowed), house.writing():
        hand_over.acknowledge(who(house.worker), db.session.scalars(select(m.HandOver)).one())


def test_the_coordinator_sees_codes_kinds_and_days_only(house: House, codes: list[str], signed_in: SignIn) -> None:
    with house.writing():
        file, worker = queries.file_by_code(house.code), who(house.worker)
        on = today() + timedelta(days=3)
        actions.set_next_step(worker, file, step="call", on=on, line=LINE, version=file.version)
        db.session.flush()
        hand_over.leave_note(worker, file, note=NOTE)
        common = {"file_id": file.id, "safe_id": file.safe_id, "by": worker.id}
        db.session.add(m.Step(**common, kind="legal", state="todo", open=True, sort_on=on, day=on, what=LINE))
        former = worker.uid
    page = client(house, signed_in, "coordinator").get(f"/support/hand-over?of={former}").text
    assert all(code in page for code in codes)
    assert "Call her" in page and "Steps to do · 1" in page
    for hidden in (LINE, NOTE, "Hirondelle", "Sarcelle"):
        assert hidden not in page


def test_handing_over_by_the_form(house: House, codes: list[str], signed_in: SignIn) -> None:
    browser = client(house, signed_in, "coordinator")
    with house.reading():
        former, to, peer = (who(each).uid for each in (house.worker, house.other, house.peer))
    seen = f"/support/hand-over?of={former}"
    sent = {"of": former, "to": to, "ids": codes[:2]}
    assert browser.send("/support/hand-over", sent | {"ids": []}, seen=seen).status_code == 303
    assert browser.send("/support/hand-over", sent | {"to": peer}, seen=seen).status_code == 403
    assert browser.send("/support/hand-over", sent | {"of": "nobody"}, seen=seen).status_code == 404
    assert browser.send("/support/hand-over", sent, seen=seen).status_code == 303
    assert codes[0] not in browser.get(seen).text and codes[2] in browser.get(seen).text
    assert browser.send("/support/hand-over", sent, seen=seen).status_code == 409
    assert client(house, signed_in, "other").get(f"/support/files/{codes[0]}").status_code == 200


@pytest.mark.parametrize("role", ["worker", "other", "peer", "administrator"])
def test_nobody_else_reaches_the_page(house: House, signed_in: SignIn, role: str) -> None:
    browser = client(house, signed_in, role)
    assert browser.get("/support/hand-over").status_code == 403
    assert browser.send("/support/hand-over", {"ids": house.code}, seen="/").status_code == 403


def test_what_she_who_left_carried_can_be_handed_over(house: House, codes: list[str], signed_in: SignIn) -> None:
    with house.writing():
        accounts.disable(who(house.worker), by=None)
        former = who(house.worker).uid
    assert codes[0] in client(house, signed_in, "coordinator").get(f"/support/hand-over?of={former}").text
    hands_over(house, codes)
    with house.reading():
        assert queries.count_waiting() == 0


def test_law_9_the_page_costs_the_same_for_one_file_and_for_many(house: House, signed_in: SignIn) -> None:
    with house.reading():
        path = f"/support/hand-over?of={who(house.worker).uid}"
    browser = client(house, signed_in, "coordinator")
    browser.get(path)
    few = cost(house.app, browser, path)
    with house.writing():
        for _each in range(20):
            opened(who(house.worker))
    assert cost(house.app, browser, path) == few <= 12
    with house.reading():
        assert len(reads.carried_by(who(house.worker))) == 21


def test_the_workload_counts_open_files_steps_due_and_contacts(house: House, codes: list[str]) -> None:
    with house.writing():
        file = queries.file_by_code(house.code)
        common = {"file_id": file.id, "safe_id": file.safe_id, "by": house.worker, "kind": "legal", "state": "todo"}
        for ahead, still in ((-2, True), (6, True), (8, True), (1, False)):
            day = today() + timedelta(days=ahead)
            db.session.add(m.Step(**common, open=still, sort_on=day, day=day, what="Une démarche."))
        actions.log_contact(
            who(house.worker), file, kind="news", how="text", day=today(), minutes=None, line="Une ligne."
        )
    with house.reading():
        [load] = [load for load in queries.workloads() if load.user.id == house.worker]
        assert (load.files, load.late, load.contacts, load.steps) == (3, 0, 1, 2)
