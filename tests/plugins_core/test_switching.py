"""On and off while people work; commands, jobs and pages keep to it at once, in every process (law 3)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from flask import Flask

from app import create_app, schema
from app.accounts.models import User
from app.config import Settings
from app.db import db, reading, transaction
from app.errors import NotAllowed, NotFound
from app.journal.models import JournalEntry
from app.plugins import CannotSwitch, PluginState, switch, switches
from app.testing import add_user
from tests.plugins_core.conftest import ROOT, Install, MakeApp, sign_in_to

PAGE = """
bp = Blueprint("sample", __name__)

@bp.get("/sample")
@needs(PUBLIC)
def sample():
    return "the page of the sample"

@hookimpl
def register_blueprints(app):
    yield bp

@hookimpl
def register_permissions():
    yield Permission("sample.use", "Use it", ("coordinator",))

@hookimpl
def menu_items(user):
    if user.can("sample.use"):
        yield MenuItem("The sample", "/sample", "heart")

import click

@hookimpl
def register_commands():
    @click.command("hello")
    def hello():
        click.echo("hello from the sample")
    yield hello
"""

NESTED = """
outer, inner = Blueprint("sample", __name__), Blueprint("inner", __name__)

@inner.get("/sample/inner")
@needs(PUBLIC)
def page():
    return "a page within"

outer.register_blueprint(inner)

@hookimpl
def register_blueprints(app):
    yield outer
"""


def test_a_blueprint_within_a_blueprint_is_off_with_its_plugin(install: Install, start: MakeApp) -> None:
    install("sample", NESTED)
    app = start("sample")
    assert app.test_client().get("/sample/inner").status_code == 200
    turn(app, "sample", on=False)
    assert app.test_client().get("/sample/inner").status_code == 404


def turn(app: Flask, name: str, on: bool) -> None:
    with app.app_context(), transaction():
        switch(name, on=on, by=None)


def flask(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=arguments)
    return result.exit_code, result.output


def test_off_in_one_browser_while_another_works_and_on_again(install: Install, start: MakeApp) -> None:
    install("sample", PAGE)
    app = start("sample")
    worker, administrator = sign_in_to(app), sign_in_to(app, "administrator")
    assert worker.get("/sample").text == "the page of the sample"
    assert "The sample" in worker.get("/").text
    assert administrator.send("/plugins/sample/off", seen="/plugins").status_code == 302
    off = worker.get("/sample")
    assert off.status_code == 404
    assert "<html" in off.text
    assert "the page of the sample" not in off.text
    assert "The sample" not in worker.get("/").text
    assert administrator.send("/plugins/sample/on", seen="/plugins").status_code == 302
    assert worker.get("/sample").text == "the page of the sample"
    assert "The sample" in worker.get("/").text


def test_a_plugin_without_a_row_is_off(install: Install, start: MakeApp) -> None:
    install("sample", PAGE)
    app = start()
    assert app.test_client().get("/sample").status_code == 404
    with app.app_context(), reading():
        assert "sample" not in switches().plugins


def test_commands_of_a_plugin_that_is_off_are_refused_in_one_line(install: Install, start: MakeApp) -> None:
    install("sample", PAGE)
    app = start("sample")
    assert flask(app, "sample", "hello") == (0, "hello from the sample\n")
    turn(app, "sample", False)
    assert flask(app, "sample", "hello") == (
        2,
        "sample is switched off. Switch it on with: flask plugins enable sample\n",
    )


def test_the_permissions_of_a_plugin_that_is_off_are_nobody_s(install: Install, start: MakeApp) -> None:
    from sqlalchemy.orm import joinedload

    install("sample", PAGE)
    app = start("sample")
    with app.app_context(), transaction():
        uid = add_user("Démo", "coordinator").id
    for on in (True, False):
        turn(app, "sample", on)
        with app.app_context(), reading():
            assert db.session.get_one(User, uid, options=[joinedload(User.roles)]).can("sample.use") is on


def test_daily_work_is_asked_of_plugins_that_are_on(install: Install, start: MakeApp, tmp_path: Path) -> None:
    from app.work.daily import sweep

    done = tmp_path / "done"
    for name in ("diligent", "idle"):
        install(name, f"@hookimpl\ndef run_daily(today):\n    open({str(done)!r}, 'a').write('{name} ')\n")
    install("faulty", "@hookimpl\ndef run_daily(today):\n    raise ValueError\n")
    app = start("diligent", "faulty")
    with app.app_context():
        outcomes = sweep()
    assert done.read_text() == "diligent "
    assert outcomes["plugin:faulty"] == "failed"


def requiring(name: str, *others: str) -> str:
    return f"from app.hookspecs import PluginInfo\nINFO = PluginInfo({name!r}, {name!r}, requires={others!r})\n"


def test_one_that_needs_another_is_switched_on_after_it_and_off_before_it(install: Install, start: MakeApp) -> None:
    install("base")
    install("tower", requiring("tower", "base"))
    app = start()
    code, said = flask(app, "plugins", "enable", "tower")
    assert (code, "base" in said) == (2, True)
    assert flask(app, "plugins", "enable", "base")[0] == 0
    assert flask(app, "plugins", "enable", "tower")[0] == 0
    code, said = flask(app, "plugins", "disable", "base")
    assert (code, "tower" in said) == (2, True)
    page = sign_in_to(app, "administrator").send("/plugins/base/off", seen="/plugins")
    assert page.status_code == 302
    with app.app_context(), reading():
        assert {"base", "tower"} <= switches().plugins
    assert flask(app, "plugins", "disable", "tower")[0] == 0
    assert flask(app, "plugins", "disable", "base")[0] == 0


def test_one_that_falls_takes_along_what_needs_it_until_it_is_back(install: Install, start: MakeApp) -> None:
    install("base")
    install("tower", requiring("tower", "base"))
    app = start("base", "tower")
    with app.app_context(), transaction():
        switch("base", on=False, by=None, why="faults")
    with app.app_context(), reading():
        assert "tower" not in switches().plugins
    assert "waiting" in flask(app, "plugins", "list")[1]
    turn(app, "base", True)
    with app.app_context(), reading():
        assert {"base", "tower"} <= switches().plugins


def test_without_its_tables_it_is_not_switched_on(context: Flask) -> None:
    from sqlalchemy import text

    with transaction():
        db.session.execute(text("DELETE FROM support_alembic_version"))
    with pytest.raises(CannotSwitch, match="flask db upgrade"), transaction():
        switch("support", on=True, by=None)


def test_only_who_may_switches_and_only_what_is_installed(context: Flask) -> None:
    with transaction():
        coordinator = add_user("Coordonnatrice Démo", "coordinator")
        with pytest.raises(NotAllowed):
            switch("support", on=False, by=coordinator)
        with pytest.raises(NotFound):
            switch("nothing", on=True, by=None)


def test_the_switch_is_journaled_with_who_did_it(app: Flask) -> None:
    sign_in_to(app, "administrator").send("/plugins/support/off", seen="/plugins")
    with app.app_context(), reading():
        from sqlalchemy import select

        entry = db.session.execute(select(JournalEntry).order_by(JournalEntry.seq.desc())).scalars().first()
        row = db.session.get_one(PluginState, "support")
        assert entry is not None
        assert (entry.action, entry.subject, row.enabled) == ("plugins.disabled", "support", False)
        assert entry.actor == row.by is not None
    assert "Démo Plugins" in sign_in_to(app, "administrator").get("/plugins").text


@pytest.mark.parametrize("role", ["coordinator", "support_worker", "privacy_officer", "board_chair"])
def test_the_page_is_the_administrator_s(app: Flask, role: str) -> None:
    browser = sign_in_to(app, role)
    assert browser.get("/plugins").status_code == 403
    assert browser.send("/plugins/support/off", seen="/").status_code == 403


def test_the_switch_asks_her_to_confirm_that_it_is_she(app: Flask) -> None:
    from datetime import timedelta

    from sqlalchemy import update

    from app.accounts.models import UserSession
    from app.db import now

    browser = sign_in_to(app, "administrator")
    with app.app_context(), transaction():
        db.session.execute(update(UserSession).values(confirmed_at=now() - timedelta(minutes=6)))
    browser.send("/plugins/support/off", seen="/plugins")
    with app.app_context(), reading():
        assert "support" in switches().plugins


def test_list_has_its_columns(app: Flask) -> None:
    code, output = flask(app, "plugins", "list")
    assert code == 0
    assert output.splitlines()[0].split() == ["NAME", "STATE", "VERSION", "SERVICES", "TITLE"]
    assert [line for line in output.splitlines() if line.startswith("support") and " on " in line]


def test_an_unknown_name_is_said_plainly(app: Flask) -> None:
    code, output = flask(app, "plugins", "enable", "nothing")
    assert (code, len(output.splitlines())) == (2, 1)


# --- several processes ------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_no_process_shows_a_stale_state(install: Install, start: MakeApp, settings: Settings, tmp_path: Path) -> None:
    """Four worker processes of the real server; each switch is seen by all of them at the very next request."""
    install("sample", PAGE.replace('"the page of the sample"', "str(__import__('os').getpid())"))
    app, port = start("sample"), free_port()
    url = f"http://127.0.0.1:{port}/sample"
    environ = {key: value for key, value in os.environ.items() if not key.startswith("INTRANET_")}
    environ |= {"INTRANET_INSTANCE": str(settings.instance), "INTRANET_DATABASE_URL": settings.database_url}
    environ |= {"PYTHONPATH": f"{tmp_path / 'site'}{os.pathsep}{ROOT}"}
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--workers",
        "4",
        "--port",
        str(port),
        "wsgi:app",
    ]
    log = (tmp_path / "log").open("w")
    server = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        wait_for(url, tmp_path / "log")
        pids = set()
        for round_ in range(6):
            turn(app, "sample", True)
            pids |= {body_of(url) for _ in range(25)}
            turn(app, "sample", False)
            assert [status(url) for _ in range(25)] == [404] * 25, round_
        assert len(pids) > 1
    finally:
        server.terminate()
        server.wait(20)


def body_of(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


def wait_for(url: str, log: Path) -> None:
    for _ in range(300):
        try:
            if status(url) == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail("the server did not start in 30 seconds: " + log.read_text()[-2000:])


# --- the core alone, and with everything off --------------------------------------------------------------------------


def pages_of(app: Flask) -> list[str]:
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and not rule.rule.startswith("/static")
    )


ROLES = ("support_worker", "coordinator", "privacy_officer", "administrator")


def test_the_core_works_with_no_plugin_installed(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr("app.plugins.loading.entry_points", lambda group: [])
    app = create_app(settings)
    app.testing = True
    assert [history.owner for history in schema.histories(app)] == ["core"]
    for role in ROLES:
        browser = sign_in_to(app, role)
        seen = {path: browser.get(path).status_code for path in pages_of(app)}
        assert seen["/"] == 200
        assert not {path: code for path, code in seen.items() if code >= 500}, role


def test_with_every_plugin_off_the_core_s_pages_answer_and_theirs_do_not(app: Flask) -> None:
    turn(app, "support", False)
    hers = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("support.")}
    for role in ROLES:
        browser = sign_in_to(app, role)
        seen = {path: browser.get(path).status_code for path in pages_of(app)}
        assert {path for path, code in seen.items() if path in hers and code != 404} == set(), role
        assert not {path: code for path, code in seen.items() if code >= 500}, role


def test_each_owner_has_a_history_and_a_version_table_of_its_own(context: Flask) -> None:
    from sqlalchemy import inspect

    owners = [history.owner for history in schema.histories(context)]
    assert {"core", "support"} <= set(owners)
    tables = set(inspect(db.engine).get_table_names())
    assert {f"{owner}_alembic_version" for owner in owners} <= tables
    assert {table.split("_")[0] for table in tables} == set(owners)
    for history in schema.histories(context):
        assert schema.differences(history) == []
