"""The authorisation matrix: every route of the URL map, for somebody in every role and for who has none.

Each asks for what is hers, for what is somebody else's, for what does not exist, and for what is switched off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter
from werkzeug.test import TestResponse

from app.accounts.permissions import ROLES
from tests.access import expected
from tests.access.expected import BY_OFFICE, CONFIRMED_FIRST, EXPECTED, HER_FILE, HERS, OFFICER, PLUGINS, SERVICE
from tests.access.world import ACCOUNTED, ACTORS, FOREIGN, OWN, SIGNED_OUT, Her, Visitor, World

# A form that is let in may still find something to say about what was typed.
LET_IN = {200, 201, 204, 302, 303, 307, 400, 422}
AWAY = ("/sign-in", "/confirm")


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


def ask(
    world: World, line: str, actor: str, her: Her, *, fresh: bool = False, acts: bool | None = None
) -> TestResponse:
    """`acts`: something may become of it; else the same things are named again and again."""
    method, endpoint = line.split()
    visitor = world.visitor(actor)
    acts = actor in EXPECTED[line] and her is world.own if acts is None else acts
    arguments, form = world.arguments(endpoint, actor, her, fresh=fresh) if acts else world.known(endpoint, her)
    return visitor.send(method, visitor.url(endpoint, arguments), form if method == "POST" else None)


# --- what an answer may not say --------------------------------------------------------------------------------------

ALL_WORDS = {*OWN.values(), *FOREIGN.values()}
_PARTS = {part for words in ALL_WORDS for part in (words, *words.split()) if len(part) > 8}
TELLING = re.compile("|".join(sorted(map(re.escape, _PARTS), key=len, reverse=True)))
NAMED = re.compile("|".join({re.escape(part) for words in ALL_WORDS for part in words.split() if len(part) > 5}))


def may_see(actor: str) -> set[str]:
    """The worker sees all of hers; the peer beside her, how to reach her and what she shares; the privacy officer, all
    registers; the coordinator whom her worker consulted, this one (DOMAIN section 8)."""
    return {
        "support_worker": set(OWN.values()),
        "peer_supporter": {OWN["address"], OWN["name_to_use"], OWN["objective"]},
        "coordinator": {OWN[what] for what in ACCOUNTED},
        "privacy_officer": {her[what] for her in (OWN, FOREIGN) for what in ACCOUNTED},
    }.get(actor, set())


def leaks(world: World, actor: str, answer: TestResponse) -> Iterator[str]:
    """What she may not see; and names, for anybody, in a page's title or in an address (D-CONF-11)."""
    body, told = answer.get_data().decode(errors="replace"), " ".join(value for _name, value in answer.headers)
    for word in set(TELLING.findall(body)):
        if not may_see(actor).intersection(words for words in ALL_WORDS if word in words):
            yield f"shows {word}"
    yield from (f"says {word} in a header" for word in TELLING.findall(told))
    for public in [*re.findall(r"<title>.*?</title>", body, re.S), *re.findall(r'(?:href|action|src)="([^"]*)"', body)]:
        if NAMED.search(public):
            yield f"a name in {public}"
    if actor not in {"support_worker", "peer_supporter", "coordinator", "privacy_officer"}:
        yield from (f"shows the code {her.code}" for her in (world.own, world.foreign) if _shows_code(answer, her))
    if actor in {"support_worker", "peer_supporter"} and _shows_code(answer, world.foreign):
        yield "shows a foreign code"


def _shows_code(answer: TestResponse, her: Her) -> bool:
    """Where it was not in what she sent herself."""
    sent = answer.request.path + answer.request.query_string.decode() if answer.request else ""
    return her.code in answer.get_data().decode(errors="replace") and her.code not in sent


# --- the matrix ------------------------------------------------------------------------------------------------------


def test_every_route_is_in_the_table_and_every_line_of_it_is_a_route(world: World) -> None:
    assert lines(world.app) - EXPECTED.keys() == set(), "not in tests/access/expected.py"
    assert EXPECTED.keys() - lines(world.app) == set(), "these routes are gone"
    assert EXPECTED.keys() >= (CONFIRMED_FIRST | HERS | BY_OFFICE | HER_FILE)
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
    """But for the privacy officer, whose office the registers are."""
    wrong = []
    for line in sorted(HERS - BY_OFFICE if actor == OFFICER else HERS):
        answer = ask(world, line, actor, world.foreign)
        found = [] if is_kept_out(answer, actor) else [f"{answer.status_code} {answer.location or ''}"]
        wrong += [f"{line}: {said}" for said in [*found, *leaks(world, actor, answer)]]
    assert wrong == []


@pytest.mark.parametrize("actor", ACTORS)
def test_what_does_not_exist_is_not_found(world: World, actor: str) -> None:
    wrong = []
    nothing = {"code": "ZZZZZ", "uid": "of-nobody", "key": "core.nothing", "number": 9_999, "grant_id": 999_999}
    nothing |= {"token": "of-nobody", "name": "nothing", "state": "on", "step": "confirm", "filename": "nothing.css"}
    nothing |= {"screen": "nothing", "what": "nothing"}
    for rule in world.app.url_map.iter_rules():
        if not rule.arguments or rule.endpoint == "web.choose_language":
            continue
        visitor = world.visitor(actor)
        known = {name: min(each.items) for name, each in rule._converters.items() if isinstance(each, AnyConverter)}
        url = visitor.url(rule.endpoint, {name: known.get(name) or nothing[name] for name in rule.arguments})
        for method in rule.methods & {"GET", "POST"}:  # type: ignore[operator]
            answer = visitor.send(method, url, {"value": "x", "on": "1", "role": "auditor", "answer": "keep"})
            if not is_kept_out(answer, actor):
                wrong.append(f"{method} {url}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("off", PLUGINS)
def test_law_3_a_plugin_that_is_off_has_no_pages_and_law_6_it_opens_nothing_else(world: World, off: str) -> None:
    for line in PLUGINS[off]:
        world.known(line.split()[1], world.own)  # while it is on
    world.switch(off)
    wrong = []
    for actor in ACTORS:
        for line, roles in EXPECTED.items():
            there = actor in roles and line not in PLUGINS[off]
            if there != line.startswith("GET") and line not in PLUGINS[off]:
                continue  # elsewhere: a look at the pages that open to her is enough
            answer = ask(world, line, actor, world.own, acts=there)
            right = is_let_in(line, answer) if there else is_kept_out(answer, actor)
            right = right and (line not in PLUGINS[off] or actor in SIGNED_OUT or answer.status_code == 404)
            found = [] if right else [f"{answer.status_code} {answer.location or ''}"]
            wrong += [f"{actor} {line}: {said}" for said in [*found, *leaks(world, actor, answer)]]
    world.switch()
    assert wrong == []


def is_gone(line: str, off: set[int]) -> bool:
    """Every service that it is of is off; or that of a woman's file, on whose pages it stands."""
    return SERVICE[line] <= off or (line in HER_FILE and 1 in off)


@pytest.mark.parametrize("off", [{1}, {1, 8}, {2}, {4}, {8}, {9}])
def test_a_service_that_is_off_has_no_pages_and_the_others_stay(world: World, off: set[int]) -> None:
    for line in SERVICE:
        world.known(line.split()[1], world.own)  # while it is on
    world.switch(services=dict.fromkeys(off, False))
    wrong = []
    for line in sorted(SERVICE):
        gone = is_gone(line, off)
        for actor in sorted(EXPECTED[line]) if gone or line.startswith("GET") else ():
            answer = ask(world, line, actor, world.own, acts=False)
            right = answer.status_code == 404 if gone else is_let_in(line, answer)
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
            arguments, form = world.known(endpoint, world.own)
            for token in ("", "of-another-site"):
                answer = visitor.send("POST", visitor.url(endpoint, arguments), {**form, "csrf_token": token})
                if answer.status_code != 400:
                    wrong.append(f"{actor} {line}: {answer.status_code}")
    assert wrong == []
