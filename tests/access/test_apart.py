"""Each of the two plugins without the other: every page of whoever signs in answers, and no page fails (law 3)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.db import db
from app.plugins import PluginState
from tests.access.expected import EXPECTED
from tests.access.test_matrix import ask
from tests.access.world import ACTORS, World

PAGES = sorted(line for line in EXPECTED if line.startswith("GET "))


@pytest.fixture(params=["support", "confidentiality"])
def without(request: pytest.FixtureRequest, world: World) -> Iterator[str]:
    """The house with one of the two switched off; its name."""
    _switch(world, request.param, on=False)
    yield request.param
    _switch(world, request.param, on=True)


def _switch(world: World, name: str, *, on: bool) -> None:
    with world.writing():
        db.session.get_one(PluginState, name).enabled = on


@pytest.mark.parametrize("actor", ACTORS)
def test_law_3_no_page_fails_when_one_of_the_two_is_off(world: World, without: str, actor: str) -> None:
    wrong = []
    for line in PAGES:
        for her in (world.own, world.foreign):
            answer = ask(world, line, actor, her, acts=False)
            if answer.status_code >= 500 and not (
                answer.status_code == 503 and line.startswith(f"GET {without}.")  # it says that it is switched off
            ):
                wrong.append(f"{line}: {answer.status_code}")
            elif line.startswith(f"GET {without}.") and answer.status_code == 200:
                wrong.append(f"{line}: answers though it is off")
    assert wrong == []
