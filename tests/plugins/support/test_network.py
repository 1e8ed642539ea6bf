"""Her support network: as she calls them, with a trace of what ended; a picture and a table that say the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.db import db
from app.errors import NotAllowed, NotFound
from app.testing import SignIn
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.actions import network
from plugins.support.actions.objectives import EnoughForNow
from plugins.support.models import NetworkTie
from plugins.support.queries import network as found_in
from plugins.support.rules import network as rules
from tests.plugins.support.conftest import House, journaled, who
from tests.plugins.support.test_objectives import damage
from tests.plugins.support.test_views import client

SENT = {"name": "Ma sœur", "kind": "person", "ring": "1", "quality": "strong", "helps": ["listening", "children"]}


def added(house: House, name: str = "Ma sœur", **values: Any) -> str:
    told = {"kind": "person", "ring": 1, "quality": "strong", "helps": ["listening"], **values}
    with house.writing():
        worker = who(house.worker)
        return network.add_tie(worker, queries.file_or_404(house.code, worker), name=name, **told).uid


def the(uid: str) -> NetworkTie:
    return db.session.scalars(select(NetworkTie).where(NetworkTie.uid == uid)).one()


def test_d_file_5_how_she_calls_them_is_sealed_and_stands_in_picture_and_table(house: House, signed_in: SignIn) -> None:
    browser, page = client(house, signed_in, "worker"), f"/support/files/{house.code}/network"
    assert browser.send(page, SENT).status_code == 303
    assert browser.send(page, {**SENT, "name": "Le CLSC", "kind": "organisation", "ring": "3"}).status_code == 303
    shown = browser.get(page).text
    pictures = re.findall(r"<svg class=\"picture.*?</svg>", shown, re.DOTALL)
    table = shown[shown.index("<table") : shown.index("</table>")]
    assert len(pictures) == 2
    for each in (*pictures, table):
        assert "Ma sœur" in each and "Le CLSC" in each
    for each in pictures:
        assert "<title" in each and "<desc" in each and "style=" not in each
    assert "Listening, Care of children" in table
    with house.reading():
        raw = db.session.scalars(text("SELECT name FROM support_network_tie")).all()
        assert all("sœur".encode() not in bytes(value) for value in raw)
    assert "Ma sœur" not in shown.split("</title>")[0]


def test_d_file_1_the_page_says_whose_name_is_never_written(house: House, signed_in: SignIn) -> None:
    page = client(house, signed_in, "worker").get(f"/support/files/{house.code}/network").text
    assert "Never the name of somebody who exploits her" in page


def test_who_leaves_the_picture_leaves_a_trace(house: House, signed_in: SignIn) -> None:
    uid = added(house)
    browser, page = client(house, signed_in, "worker"), f"/support/files/{house.code}/network"
    assert browser.send(f"/support/network/{uid}/end", seen=page).status_code == 303
    with house.reading():
        file = queries.file_or_404(house.code, who(house.worker))
        found = found_in.network(file)
        assert found.ties == [] and [(tie.name, tie.ended_on) for tie in found.ended] == [("Ma sœur", today())]
        assert queries.everything_about(file.person)["network"][0]["ended_on"] == today().isoformat()
    assert "Who was around her before" in browser.get(page).text
    assert "No longer in the picture" in browser.get(f"/support/network/{uid}").text


def test_bad_input_two_workers_change_one_tie_the_second_sees_both(house: House, signed_in: SignIn) -> None:
    uid = added(house)
    browser, page = client(house, signed_in, "worker"), f"/support/network/{uid}"
    assert browser.send(page, {**SENT, "name": "Sa sœur Anne", "version": "1"}).status_code == 303
    answer = browser.send(page, {**SENT, "name": "La grande", "quality": "tense", "version": "1"})
    assert answer.status_code == 409 and "Sa sœur Anne" in answer.text and "La grande" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert browser.send(page, {**SENT, "name": "La grande", "version": "2"}).status_code == 303
    with house.writing():
        network.end_tie(who(house.worker), the(uid))
    answer = browser.send(
        page, {**SENT, "name": "Encore elle", "version": "3"}, seen=f"/support/files/{house.code}/network"
    )
    assert answer.status_code == 409 and "Encore elle" in answer.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"kind": "pigeon"}, "kind"),
        ({"ring": "9"}, "ring"),
        ({"quality": "?"}, "quality"),
        ({"helps": ["?"]}, "helps"),
    ],
)
def test_a_refused_tie_keeps_what_was_typed(house: House, signed_in: SignIn, wrong: dict[str, Any], field: str) -> None:
    answer = client(house, signed_in, "worker").send(f"/support/files/{house.code}/network", {**SENT, **wrong})
    assert answer.status_code == 422 and f'id="{field}-err"' in answer.text
    if field != "name":
        assert 'value="Ma sœur"' in answer.text
    with house.reading():
        assert db.session.scalar(select(func.count(NetworkTie.id))) == 0


def test_the_picture_has_a_limit_and_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST", 1)
    uid = added(house)
    with pytest.raises(EnoughForNow):
        added(house)
    with house.writing():
        network.end_tie(who(house.worker), the(uid))
    added(house)


@pytest.mark.parametrize("role", ["other", "peer", "coordinator", "administrator"])
def test_d_conf_1_nobody_draws_in_a_file_that_is_not_hers(house: House, role: str) -> None:
    uid = added(house)
    with house.writing():
        actions.assign(who(house.coordinator), queries.file_by_code(house.code), who(house.peer))
    told = {"name": "x", "kind": "person", "ring": 1, "helps": (), "quality": "strong"}
    for attempt in (
        lambda u: network.add_tie(u, the(uid).file, **told),
        lambda u: network.change_tie(u, the(uid), version=1, **told),
        lambda u: network.end_tie(u, the(uid)),
    ):
        with pytest.raises(NotAllowed), house.writing():
            attempt(who(getattr(house, role)))
    with house.reading(), pytest.raises(NotFound):
        found_in.tie_or_404(uid, who(getattr(house, role)))


def test_bad_input_a_damaged_tie_is_said_and_left_out_of_the_picture(house: House, signed_in: SignIn) -> None:
    uid = added(house)
    added(house, "Mélodie")
    with house.writing():
        damage(NetworkTie, "name", uid)
    browser = client(house, signed_in, "worker")
    page = browser.get(f"/support/files/{house.code}/network")
    assert page.status_code == 200 and "damaged" in page.text and "Mélodie" in page.text
    assert browser.get(f"/support/network/{uid}").status_code == 200
    with house.reading():
        assert "vault.damaged" in journaled()


def test_kinds_of_help_are_kept_once_each_in_the_order_of_the_list() -> None:
    assert rules.known_helps(["safety", "pigeon", "listening", "safety"]) == "listening safety"
