"""Service 8: a relative's file is apart, and neither file reveals the other (DOMAIN section 1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select, text

from app import vault
from app.catalogue.models import Service
from app.db import db
from app.errors import NotGranted
from app.people.actions import register
from app.testing import SignIn
from app.web.times import today
from plugins.support import actions, queries
from plugins.support import models as m
from plugins.support.actions import relatives
from plugins.support.queries.relatives import tied_to
from tests.plugins.support.conftest import House, who
from tests.plugins.support.test_views import client


@pytest.fixture
def relative(house: House) -> str:
    """The code of a relative whom the same worker follows."""
    with house.writing():
        person = register(who(house.worker), kind="relative", pseudonym="Sarcelle", first_contact=today())
        actions.open_file(who(house.worker), person)
        return person.code


@pytest.fixture
def tied(house: House, relative: str) -> str:
    with house.writing():
        relatives.tie(who(house.worker), queries.file_or_404(house.code, who(house.worker)), relative)
    return relative


def pages(house: House, code: str) -> Iterator[str]:
    yield from ("/", "/support/files", f"/people/{code}", f"/support/files/{code}", f"/support/files/{code}/relatives")


def lend(house: House, code: str) -> None:
    """Another worker follows this one file too."""
    with house.writing():
        actions.assign(who(house.coordinator), queries.file_by_code(code), who(house.other))


def test_a_tie_is_shown_in_both_files_to_who_may_open_both(house: House, tied: str, signed_in: SignIn) -> None:
    browser = client(house, signed_in, "worker")
    assert tied in browser.get(f"/support/files/{house.code}/relatives").text
    assert house.code in browser.get(f"/support/files/{tied}/relatives").text


@pytest.mark.parametrize("side", ["woman", "relative"])
def test_who_may_open_one_sees_nothing_of_the_other(house: House, tied: str, signed_in: SignIn, side: str) -> None:
    hers, its = (house.code, tied) if side == "woman" else (tied, house.code)
    lend(house, hers)
    browser = client(house, signed_in, "other")
    untied = f"/support/files/{hers}/relatives"
    for page in pages(house, hers):
        answer = browser.get(page)
        assert answer.status_code == 200 and its not in answer.text
    with_tie = browser.get(untied).text
    with house.writing():
        relatives.untie(who(house.worker), queries.file_or_404(house.code, who(house.worker)), tied)
    assert _main(browser.get(untied).text) == _main(with_tie)  # no count, no gap: the page is the same without it


def _main(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page[page.index("<main") : page.index("</main")])


def test_who_loses_one_file_loses_the_tie(house: House, tied: str) -> None:
    lend(house, house.code)
    lend(house, tied)
    with house.reading():
        file = queries.file_or_404(house.code, who(house.other))
        assert tied_to(file, who(house.other)) == [tied]
    with house.writing():
        file = queries.file_by_code(tied)
        [hers] = [f.assignment for f in queries.followers([file.id])[file.id] if f.user.id == house.other]
        actions.end_assignment(who(house.coordinator), hers)
    with house.reading():
        file = queries.file_or_404(house.code, who(house.other))
        assert tied_to(file, who(house.other)) == []


def test_nobody_ties_a_file_that_is_not_open_to_her(house: House, relative: str, signed_in: SignIn) -> None:
    lend(house, house.code)
    browser, page = client(house, signed_in, "other"), f"/support/files/{house.code}/relatives"
    refused, unknown = (browser.send(page, {"other": code}) for code in (relative, "ZZZZZ"))
    assert refused.status_code == unknown.status_code == 422
    assert _main(refused.text).replace(relative, "ZZZZZ") == _main(unknown.text)
    for code in (house.code, ""):
        assert browser.send(page, {"other": code}).status_code == 422
    with house.reading():
        assert not db.session.scalars(select(m.Tie)).all()


def test_removing_keeps_nothing_in_either_file(house: House, tied: str, signed_in: SignIn) -> None:
    browser, page = client(house, signed_in, "worker"), f"/support/files/{tied}/relatives"
    assert browser.send(f"{page}/remove", {"other": house.code}, seen=page).status_code == 303
    with house.reading():
        assert not db.session.scalars(select(m.Tie)).all()


def test_a_tie_noted_twice_is_there_once(house: House, tied: str) -> None:
    with house.writing():
        relatives.tie(who(house.worker), queries.file_or_404(tied, who(house.worker)), house.code)
    with house.reading():
        assert len(db.session.scalars(select(m.Tie)).all()) == 2


def test_no_entry_of_the_journal_and_no_column_joins_the_two(house: House, tied: str) -> None:
    with house.reading():
        entries = db.session.execute(text("SELECT action, codes, detail, subject FROM core_journal")).all()
        assert not [row for row in entries if house.code in row.codes and tied in row.codes]
        [noted] = [row for row in entries if row.action == "support.relatives_changed"]
        assert noted.codes == house.code and noted.detail == '{"untold":true}' and noted.subject is None
        one, other = db.session.scalars(select(m.Tie)).all()
        assert one.mark != other.mark and abs(one.id - other.id) > 1 and one.uid != other.uid
        raw = db.session.execute(text("SELECT other FROM support_tie")).scalars().all()
        assert not any(code.encode() in bytes(each) for each in raw for code in (house.code, tied))


def test_the_other_side_is_sealed_in_the_other_file(house: House, tied: str) -> None:
    lend(house, tied)
    with house.reading():
        queries.file_or_404(tied, who(house.other))
        hers, its = (
            db.session.scalars(select(m.Tie).where(m.Tie.file_id == queries.file_by_code(code).id)).one()
            for code in (house.code, tied)
        )
        assert its.other == house.code
        with pytest.raises(NotGranted):
            _ = hers.other


def test_d_conf_9_a_destroyed_file_is_named_in_no_other(house: House, tied: str) -> None:
    with house.writing():
        actions.erase(queries.file_by_code(house.code).person)
    with house.reading():
        assert not db.session.scalars(select(m.Tie)).all()


# --- the service -----------------------------------------------------------------------------------------------------


def switch(house: House, number: int, on: bool) -> None:
    with house.writing():
        db.session.get_one(Service, number).enabled = on


@pytest.mark.parametrize(("off", "gone"), [(8, "relative"), (1, "woman")])
def test_a_relatives_file_is_of_service_8_and_a_womans_of_service_1(
    house: House, tied: str, signed_in: SignIn, off: int, gone: str
) -> None:
    browser = client(house, signed_in, "worker")
    away, stays = (tied, house.code) if gone == "relative" else (house.code, tied)
    switch(house, off, on=False)
    assert browser.get(f"/support/files/{away}").status_code == 404
    assert browser.get(f"/support/files/{stays}").status_code == 200
    for page in ("/support/files", "/support/contact"):
        text_ = browser.get(page).text
        assert away not in text_ and stays in text_
    assert f"Log a contact with {away}" not in browser.send("/palette", {"q": away}, seen="/").text
    coordinator = client(house, signed_in, "coordinator").get("/support/assignments").text
    assert away not in coordinator and stays in coordinator
    assert f"/support/files/{away}" not in browser.get(f"/people/{away}").text
    contact = {"how": "phone", "kind": "news", "line": "Une ligne.", "day": today().isoformat()}
    assert browser.send(f"/support/files/{away}/contacts", contact, seen="/support/files").status_code == 404
    switch(house, off, on=True)
    assert browser.get(f"/support/files/{away}").status_code == 200


def test_ties_go_with_service_8(house: House, tied: str, signed_in: SignIn) -> None:
    browser = client(house, signed_in, "worker")
    switch(house, 8, on=False)
    assert browser.get(f"/support/files/{house.code}/relatives").status_code == 404
    assert "/relatives" not in browser.get(f"/support/files/{house.code}/hand-over").text


def test_a_relatives_safes_are_her_own(house: House, tied: str) -> None:
    with house.reading():
        hers, its = queries.file_by_code(house.code), queries.file_by_code(tied)
        assert len({hers.safe_id, its.safe_id, hers.person.safe_id, its.person.safe_id}) == 4
        assert vault.is_granted(who(house.worker), its.safe_id)
