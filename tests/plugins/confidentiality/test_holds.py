"""A legal hold: placed by whoever hears of an order, lifted by the privacy officer alone (D-CONF-9)."""

from __future__ import annotations

import pytest

from app import vault
from app.db import reading, transaction
from app.errors import Conflict, NotAllowed, NotGranted
from plugins.confidentiality import actions, queries
from tests.plugins.confidentiality.conftest import House, her, journaled, who

pytestmark = pytest.mark.usefixtures("context")
WHY = "Ordonnance reçue le 2 mars."


def held(house: House, by: int) -> None:
    with transaction():
        actions.place_hold(who(by), her(house.code), why=WHY, source="court_order")


def test_d_conf_9_a_hold_is_placed_without_opening_her_file(house: House) -> None:
    held(house, house.coordinator)
    with reading():
        assert queries.is_held(her(house.code))
        assert queries.held_codes([house.code, "22222"]) == {house.code}
        assert journaled()[-1] == "confidentiality.hold_placed"
        assert "vault.opened" not in journaled()


def test_d_conf_9_a_peer_or_the_chair_places_none(house: House) -> None:
    for by in (house.chair, house.administrator):
        with pytest.raises(NotAllowed):
            held(house, by)


def test_why_is_read_by_her_workers_and_the_privacy_officer_only(house: House) -> None:
    held(house, house.officer)
    for by in (house.worker, house.officer):
        with reading():
            [hold] = queries.holds_of(her(house.code))
            vault.open_safes(who(by), [hold.safe_id], why="test")
            assert hold.why == WHY
    for by in (house.coordinator, house.other):
        with reading(), pytest.raises(NotGranted):
            [hold] = queries.holds_of(her(house.code))
            vault.open_safes(who(by), [hold.safe_id], why="test")


def test_d_conf_9_the_privacy_officer_alone_lifts_it_with_a_reason(house: House) -> None:
    held(house, house.worker)
    for by in (house.worker, house.coordinator, house.chair):
        with transaction(), pytest.raises(NotAllowed):
            actions.lift_hold(who(by), queries.holds_of(her(house.code))[0], why="x")
    with transaction():
        actions.lift_hold(who(house.officer), queries.holds_of(her(house.code))[0], why="Affaire close.")
    with transaction(), pytest.raises(Conflict):
        actions.lift_hold(who(house.officer), queries.holds_of(her(house.code))[0], why="Encore.")
    with reading():
        assert not queries.is_held(her(house.code))
        [hold] = queries.holds_of(her(house.code))
        vault.open_safes(who(house.officer), [hold.safe_id], why="test")
        assert hold.lifted_why == "Affaire close."


def test_one_hold_that_is_left_is_enough(house: House) -> None:
    held(house, house.worker)
    held(house, house.officer)
    with transaction():
        actions.lift_hold(who(house.officer), queries.holds_of(her(house.code))[0], why="x")
    with reading():
        assert queries.is_held(her(house.code))
