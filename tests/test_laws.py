"""The laws of the house that no single room can prove: see also tests/access, tests/canary, tests/plugins_core."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select

import app as core
from app import create_app, demo
from app.accounts.models import RoleGrant
from app.accounts.permissions import PUBLIC, ROLES, UndeclaredPermission, needs
from app.config import Settings
from app.db import db, reading, transaction
from app.people.models import Person
from app.plugins import plugins_of
from app.testing import _dispose, copied
from plugins.support.models import Assignment, CaseFile
from tests.access.world import Visitor, World

ROOT = Path(__file__).parent.parent
QUERIES_A_PAGE = 12
FEW, MANY = 40, 1000  # with ten, the lists of the desk show the same few persons, whose safes are opened once


# --- law 1: the core names no plugin ---------------------------------------------------------------------------------


@pytest.mark.once
def test_law_1_nothing_in_the_core_names_a_plugin(context: Flask) -> None:
    """Its modules are watched by the import contracts; this looks at addresses, templates, scripts and styles too."""
    names = "|".join(plugins_of(context).found)
    telling = re.compile(rf"""["'/]({names})[./"']|\bplugins\.({names})\b""")
    files = [path for path in (ROOT / "app").rglob("*") if path.suffix in {".py", ".html", ".js", ".css", ".toml"}]
    assert len(files) > 100
    assert [(path.name, found[0]) for path in files for found in telling.finditer(path.read_text("utf-8"))] == []


# --- law 4: each plugin works alone, and the core without any --------------------------------------------------------

WITHOUT_PLUGINS = """
import importlib.metadata as metadata, sys, tempfile
from pathlib import Path
ours = metadata.entry_points
metadata.entry_points = lambda **wanted: () if wanted.get("group") == "intranet.plugins" else ours(**wanted)

from app import create_app, schema
from app.accounts.permissions import ROLES
from app.accounts.sessions import cookie_name, fingerprint, new_session_row
from app.config import Settings
from app.db import Model, db, transaction
from app.people.actions import register
from app.testing import add_user
from app.web.times import today

app = create_app(Settings(instance=Path(tempfile.mkdtemp())))
app.testing = True
schema.upgrade(app)
with app.app_context(), transaction():
    users = {role: add_user(role, role) for role in ROLES}
    code = register(users["support_worker"], kind="woman", pseudonym="Grive", first_contact=today()).code
    db.session.add_all(new_session_row(fingerprint(role), user.id) for role, user in users.items())
assert not app.extensions["plugins"].found
assert not [name for name in sys.modules if name.startswith("plugins.")]
assert not [name for name in Model.metadata.tables if not name.startswith("core_")]
paths = [rule.rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in rule.methods]
seen = 0
for role in ROLES:
    browser = app.test_client()
    browser.set_cookie(cookie_name(app), role)
    for path in (*paths, f"/people/{code}", f"/people/{code}/edit"):
        status = browser.get(path).status_code
        assert status in (200, 302, 403, 404), (role, path, status)
        seen += status == 200
    assert browser.get("/support/files").status_code == 404
    assert browser.get("/").status_code == 200
assert browser.get("/plugins").status_code == 200
print("pages", seen)
"""


@pytest.mark.once
def test_law_4_the_core_works_with_no_plugin_installed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WITHOUT_PLUGINS]
    alone = {"PATH": "", "TMPDIR": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, env=alone)
    assert done.returncode == 0, done.stderr[-4000:]
    assert int(done.stdout.split("pages ")[1]) > 11 * 10
    assert '"ERROR"' not in done.stderr


# --- law 6: default deny ---------------------------------------------------------------------------------------------


def with_page(monkeypatch: pytest.MonkeyPatch, view: Callable[[], str]) -> None:
    """The core as if somebody had added a page to it."""
    rooms = core.register_rooms

    def rooms_and_one_more(app: Flask) -> None:
        rooms(app)
        app.add_url_rule("/one-more", "one_more", view)

    monkeypatch.setattr(core, "register_rooms", rooms_and_one_more)


@pytest.mark.once
def test_law_6_a_page_that_declares_nothing_keeps_the_house_closed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_page(monkeypatch, lambda: "open to whom?")
    with pytest.raises(UndeclaredPermission, match="/one-more"):
        create_app(settings)


@pytest.mark.once
def test_law_6_nor_does_one_whose_permission_nobody_declared(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_page(monkeypatch, needs("core.people.all")(lambda: "open to whom?"))
    with pytest.raises(UndeclaredPermission, match="one_more"):
        create_app(settings)


@pytest.mark.once
def test_law_6_one_that_says_so_opens(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with_page(monkeypatch, needs(PUBLIC)(lambda: "open to all"))
    app = create_app(settings)
    assert app.test_client().get("/one-more").text == "open to all"
    _dispose(app)


@pytest.mark.once
def test_law_6_what_lost_its_declaration_later_is_not_found(app: Flask) -> None:
    app.view_functions["desk.keys"] = lambda: "open to whom?"
    assert app.test_client().get("/help/keys").status_code == 404


# --- law 9: a list costs the same for many rows as for few -----------------------------------------------------------


@contextmanager
def counting(*engines: Engine) -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def queries(sent: list[str]) -> int:
    return sum(statement.lstrip("( ").startswith(("SELECT", "WITH")) for statement in sent)


Costs = dict[tuple[str, str], list[str]]


def costs(app: Flask) -> Costs:
    """For each role and each page that it opens to, what it sends to the database; the second time it is seen."""
    found: Costs = {}
    with app.app_context(), reading():
        users = {
            role: db.session.scalars(select(RoleGrant.user_id).where(RoleGrant.role == role)).first() for role in ROLES
        }
        hers = (
            select(Person.code).join(CaseFile).join(Assignment).where(Assignment.until.is_(None)).order_by(CaseFile.id)
        )
        codes = {role: db.session.scalars(hers.where(Assignment.user_id == users[role])).first() for role in users}
        engine = db.engine
    world = World(app, {role: number for role, number in users.items() if number})
    fixed = [rule.rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())]
    for role in world.users:
        visitor = Visitor(world, role)
        own = [f"/people/{codes[role]}", f"/people/{codes[role]}/edit", f"/support/files/{codes[role]}"]
        for path, name in [*zip(fixed, fixed, strict=True), *zip(own, ("person", "edit", "file"), strict=True)]:
            if visitor.send("GET", path).status_code != 200:
                continue
            with counting(engine) as sent:
                visitor.client.get(path, base_url=visitor.base_url)
            found[role, name] = list(sent)
    return found


@pytest.fixture(scope="module")
def both(_model_instance: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Costs, Costs]:
    """The same house with few persons and with many."""
    measured = []
    for number in (FEW, MANY):
        with copied(_model_instance, tmp_path_factory.mktemp("house") / "instance") as settings:
            app = create_app(replace(settings, demo=True))
            app.testing = True
            with app.app_context(), transaction():
                demo.fill(app, number)
            measured.append(costs(app))
            _dispose(app)
    return measured[0], measured[1]


def test_law_9_every_page_costs_the_same_for_few_rows_and_for_a_thousand(both: tuple[Costs, Costs]) -> None:
    few, many = both
    assert few.keys() == many.keys() >= {("support_worker", "file"), ("peer_supporter", "person")}
    assert len(few) > 11 * 10
    dearer = {
        page: (queries(few[page]), queries(many[page])) for page in few if queries(many[page]) > queries(few[page])
    }
    assert dearer == {}


def test_law_9_no_page_asks_more_than_twelve_times(both: tuple[Costs, Costs]) -> None:
    many = both[1]
    dear = {page: "\n".join(sent) for page, sent in many.items() if queries(sent) > QUERIES_A_PAGE}
    assert {page: queries(many[page]) for page in dear} == {}, dear
