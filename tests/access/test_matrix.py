"""The authorisation matrix: every route of the URL map, for somebody in every role and for who has none.

Each asks for what is hers, for what is somebody else's, for what does not exist, and for what is switched off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.accounts.permissions import ROLES
from tests.access import expected
from tests.access.expected import CONFIRMED_FIRST, EXPECTED, HERS, PLUGIN, SERVICE
from tests.access.world import ACTORS, FOREIGN, OWN, SIGNED_OUT, Her, Visitor, World

# A form that is let in may still find something to say about what was typed.
LET_IN = {200, 201, 204, 302, 303, 307, 400, 422}
AWAY = ("/sign-in", "/confirm")
NOWHERE = Her("ZZZZZ", "of-nobody", "of-nobody")


def lines(app: Flask) -> set[str]:
    """Every route and method of the URL map, as "GET people.person"."""
    return {
        f"{method} {rule.endpoint}" for rule in app.url_map.iter_rules() for method in rule.methods & {"GET", "POST"}
    }  # type: ignore[operator]


def is_let_in(line: str, answer: TestResponse) -> bool:
    if answer.status_code not in LET_IN:
        return False
    public = EXPECTED[line] == expected.ANYBODY
    return public or not (answer.location or "").startswith(AWAY) or line.endswith(".end_all")


def is_kept_out(answer: TestResponse, actor: str) -> bool:
    """403 or 404; to who is signed out, the way to sign in, or the public page."""
    if actor in SIGNED_OUT and answer.status_code == 302:
        return (answer.location or "").startswith(("/sign-in", "/bienvenue"))
    return answer.status_code in ({401, 404} if actor in SIGNED_OUT else {403, 404})


def ask(world: World, line: str, actor: str, her: Her, *, fresh: bool = False) -> TestResponse:
    method, endpoint = line.split()
    visitor = world.visitor(actor)
    arguments, form = world.arguments(endpoint, actor, her, fresh=fresh)
    return visitor.send(method, visitor.url(endpoint, arguments), form if method == "POST" else None)


# --- what an answer may not say --------------------------------------------------------------------------------------

ALL_WORDS = {*OWN.values(), *FOREIGN.values()}


def may_see(actor: str) -> set[str]:
    """The worker sees all of hers; the peer beside her, how to reach her (DOMAIN section 8)."""
    return {"support_worker": set(OWN.values()), "peer_supporter": {OWN["address"], OWN["name_to_use"]}}.get(
        actor, set()
    )


def leaks(world: World, actor: str, answer: TestResponse) -> Iterator[str]:
    """What she may not see; and names, for anybody, in a page's title or in an address (D-CONF-11)."""
    body, told = answer.text, " ".join(value for _name, value in answer.headers)
    for words in ALL_WORDS:
        for word in {words, *(part for part in words.split() if len(part) > 8)}:
            if word in body and words not in may_see(actor):
                yield f"shows {word}"
            if word in told:
                yield f"says {word} in a header"
    for public in [*re.findall(r"<title>.*?</title>", body, re.S), *re.findall(r'(?:href|action|src)="([^"]*)"', body)]:
        if any(part in public for words in ALL_WORDS for part in words.split() if len(part) > 5):
            yield f"a name in {public}"
    if actor not in {"support_worker", "peer_supporter", "coordinator", "privacy_officer"}:
        yield from (f"shows the code {her.code}" for her in (world.own, world.foreign) if _shows_code(answer, her))
    if actor in {"support_worker", "peer_supporter"} and _shows_code(answer, world.foreign):
        yield "shows a foreign code"


def _shows_code(answer: TestResponse, her: Her) -> bool:
    """Where it was not in what she sent herself."""
    sent = answer.request.path + answer.request.query_string.decode() if answer.request else ""
    return her.code in answer.text and her.code not in sent


# --- the matrix ------------------------------------------------------------------------------------------------------


def test_every_route_is_in_the_table_and_every_line_of_it_is_a_route(world: World) -> None:
    assert lines(world.app) - EXPECTED.keys() == set(), "not in tests/access/expected.py"
    assert EXPECTED.keys() - lines(world.app) == set(), "these routes are gone"
    assert EXPECTED.keys() >= (CONFIRMED_FIRST | HERS | PLUGIN)
    assert set(ROLES) == expected.ROLES
    assert set(ACTORS) == expected.ANYBODY


@pytest.mark.parametrize("actor", ACTORS)
def test_her_own_opens_to_the_roles_of_the_table_and_to_nobody_else(world: World, actor: str) -> None:
    wrong = []
    for line, roles in EXPECTED.items():
        answer = ask(world, line, actor, world.own, fresh=actor in roles and line.startswith("POST"))
        right = is_let_in(line, answer) if actor in roles else is_kept_out(answer, actor)
        found = [f"{answer.status_code} {answer.location or ''}"] if not right else []
        wrong += [f"{line}: {said}" for said in [*found, *leaks(world, actor, answer)]]
    assert wrong == []


@pytest.mark.parametrize("actor", ACTORS)
def test_d_conf_1_somebody_else_s_is_found_by_nobody(world: World, actor: str) -> None:
    wrong = []
    for line in sorted(HERS):
        answer = ask(world, line, actor, world.foreign)
        found = [] if is_kept_out(answer, actor) else [f"{answer.status_code} {answer.location or ''}"]
        wrong += [f"{line}: {said}" for said in [*found, *leaks(world, actor, answer)]]
    assert wrong == []


@pytest.mark.parametrize("actor", ACTORS)
def test_what_does_not_exist_is_not_found(world: World, actor: str) -> None:
    wrong = []
    nothing = {"code": "ZZZZZ", "uid": "of-nobody", "key": "core.nothing", "number": 999_999, "grant_id": 999_999}
    nothing |= {"token": "of-nobody", "name": "nothing", "state": "on", "step": "confirm", "filename": "nothing.css"}
    for rule in world.app.url_map.iter_rules():
        if not rule.arguments or rule.endpoint == "web.choose_language":
            continue
        visitor = world.visitor(actor)
        url = visitor.url(rule.endpoint, {name: nothing[name] for name in rule.arguments})
        for method in rule.methods & {"GET", "POST"}:  # type: ignore[operator]
            answer = visitor.send(method, url, {"value": "x", "on": "1", "role": "auditor"})
            if not is_kept_out(answer, actor):
                wrong.append(f"{method} {url}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("actor", ACTORS)
def test_law_3_a_plugin_that_is_off_has_no_pages_and_law_6_it_opens_nothing_else(world: World, actor: str) -> None:
    world.switch(plugin=False)
    wrong = []
    for line, roles in EXPECTED.items():
        there = actor in roles and line not in PLUGIN
        if there and line.startswith("POST"):
            continue  # what opens to her stays open: a look at the pages is enough
        answer = ask(world, line, actor, world.own)
        right = is_let_in(line, answer) if there else is_kept_out(answer, actor)
        right = right and (line not in PLUGIN or actor in SIGNED_OUT or answer.status_code == 404)
        found = [] if right else [f"{answer.status_code} {answer.location or ''}"]
        wrong += [f"{line}: {said}" for said in [*found, *leaks(world, actor, answer)]]
    world.switch()
    assert wrong == []


@pytest.mark.parametrize("off", [1, 9])
def test_a_service_that_is_off_has_no_pages_and_the_others_stay(world: World, off: int) -> None:
    world.switch(services={off: False})
    wrong = []
    for actor in ACTORS:
        for line in sorted(PLUGIN):
            there = actor in EXPECTED[line] and SERVICE[line] != off
            answer = ask(world, line, actor, world.own, fresh=there and line.startswith("POST"))
            right = is_let_in(line, answer) if there else is_kept_out(answer, actor)
            right = right and (SERVICE[line] != off or actor in SIGNED_OUT or answer.status_code == 404)
            wrong += [] if right else [f"{actor} {line}: {answer.status_code} {answer.location or ''}"]
    world.switch()
    assert wrong == []


@pytest.mark.parametrize("actor", [actor for actor in ACTORS if actor not in SIGNED_OUT])
def test_what_matters_asks_first_that_she_confirms_and_only_who_may_do_it(world: World, actor: str) -> None:
    world.browsers[actor] = visitor = Visitor(world, actor)
    visitor.begin(confirmed=False)
    wrong = []
    for line in sorted(CONFIRMED_FIRST):
        answer = ask(world, line, actor, world.own)
        asked = (answer.location or "").startswith("/confirm")
        right = asked if actor in EXPECTED[line] else is_kept_out(answer, actor)
        wrong += [] if right else [f"{line}: {answer.status_code} {answer.location or ''}"]
    del world.browsers[actor]
    assert wrong == []


def test_nothing_else_asks_her_to_confirm(world: World) -> None:
    views = world.app.view_functions
    assert {line for line in lines(world.app) if views[line.split()[1]].need.fresh} == CONFIRMED_FIRST  # type: ignore[attr-defined]


def test_without_the_token_nothing_is_written(world: World) -> None:
    """Every form of every role, sent by another site."""
    wrong = []
    for line, roles in EXPECTED.items():
        method, endpoint = line.split()
        for actor in sorted(roles) if method == "POST" and endpoint != "web.quit_now" else ():
            visitor = world.visitor(actor)
            arguments, form = world.arguments(endpoint, actor, world.own)
            for token in ("", "of-another-site"):
                answer = visitor.send("POST", visitor.url(endpoint, arguments), {**form, "csrf_token": token})
                if answer.status_code != 400:
                    wrong.append(f"{actor} {line}: {answer.status_code}")
    assert wrong == []
