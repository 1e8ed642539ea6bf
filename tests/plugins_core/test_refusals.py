"""A plugin that is not in order does not load; the rest starts, and the page says why."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import configure_mappers

from app import schema
from app.db import db
from app.hookspecs import PluginInfo
from app.plugins import plugins_of
from app.plugins.loading import MisnamedPlugin, check_name
from app.plugins.state import _able
from tests.plugins_core.conftest import Install, MakeApp, sign_in_to

MODEL = """
from app.db import Model
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

class Thing(Model):
    __tablename__ = "{table}"
    id: Mapped[int] = mapped_column(primary_key=True)
    {more}
"""
PAGE = """
bp = Blueprint("{name}", __name__)

@bp.get("/sample")
{need}
def sample():
    return "a page of the sample"

@hookimpl
def register_blueprints(app):
    yield bp
"""
REFUSED = {
    "does not import": ("import nothing_of_the_kind", "ModuleNotFoundError"),
    "raises on import": ("1 / 0", "ZeroDivisionError"),
    "leaves on import": ("raise SystemExit(3)", "SystemExit"),
    "another name": ('from app.hookspecs import PluginInfo\nINFO = PluginInfo("other", "Other")', "INFO.name"),
    "INFO is none": ("INFO = None", "AttributeError"),
    "a table of nobody": (MODEL.format(table="thing", more=""), "should begin with bad_"),
    "a table of the core": (MODEL.format(table="core_thing", more=""), "should begin with bad_"),
    "a table that points to another plugin": (
        MODEL.format(
            table="bad_thing", more='file_id: Mapped[int] = mapped_column(ForeignKey("support_case_file.id"))'
        ),
        "points to support_case_file.id",
    ),
    "a mapping that fails": (
        MODEL.format(table="bad_thing", more='other: Mapped["Nobody"] = relationship("Nobody")'),
        "InvalidRequestError",
    ),
    "a permission": ("@hookimpl\ndef register_permissions():\n    yield Permission('people.open', 'x', ())", "bad."),
    "a setting": ("@hookimpl\ndef register_settings():\n    yield SettingSpec('core.x', 'x', 1)", "bad."),
    "a retention": ("@hookimpl\ndef register_retention():\n    yield RetentionCategory(*'xxx', None, None)", "bad."),
    "a wrong answer": ("@hookimpl\ndef register_permissions():\n    yield 'bad.x'", "MisnamedPlugin"),
    "a register hook that raises": ("@hookimpl\ndef register_permissions():\n    1 / 0", "ZeroDivisionError"),
    "a hook with other arguments": ("@hookimpl\ndef menu_items(nobody):\n    yield 1", "PluginValidationError"),
    "a blueprint": (PAGE.format(name="people", need="@needs(SIGNED_IN)"), "blueprint 'people'"),
    "a page without permission": (PAGE.format(name="bad", need=""), "UndeclaredPermission"),
    "a page with another's permission": (PAGE.format(name="bad", need="@needs('bad.nobody')"), "UndeclaredPermission"),
    "a command that is none": ("@hookimpl\ndef register_commands():\n    yield 7", "MisnamedPlugin"),
    "needs what is absent": (
        'from app.hookspecs import PluginInfo\nINFO = PluginInfo("bad", "Bad", requires=("absent",))',
        "needs absent",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_does_not_load_the_rest_starts_and_the_page_says_why(install: Install, start: MakeApp, what: str) -> None:
    source, why = REFUSED[what]
    install("bad", source)
    install("good", PAGE.format(name="good", need="@needs(SIGNED_IN)").replace("/sample", "/good"))
    app = start("bad", "good")
    found = plugins_of(app).found
    assert why in (found["bad"].error or "")
    assert found["good"].error is None
    browser = sign_in_to(app, "administrator")
    assert browser.get("/good").status_code == 200
    assert browser.get("/sample").status_code == 404
    page = browser.get("/plugins")
    assert page.status_code == 200
    assert found["bad"].error.split(":")[0] in page.text
    configure_mappers()
    assert "bad_thing" not in db.metadata.tables
    with app.app_context():
        assert not schema.differences(schema.history_of("core"))


def test_an_entry_point_with_the_name_of_another_module(install: Install, start: MakeApp) -> None:
    install("bad", entry="wrong")
    assert "INFO.name" in (plugins_of(start()).found["wrong"].error or "")


def test_a_broken_plugin_cannot_be_switched_on(install: Install, start: MakeApp) -> None:
    install("bad", "1 / 0")
    result = start().test_cli_runner().invoke(args=["plugins", "enable", "bad"])
    assert result.exit_code == 2
    listed = start().test_cli_runner().invoke(args=["plugins", "list"]).output
    assert "ZeroDivisionError" in listed


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "others"), [("fund_x", ["fund"]), ("fund", ["fund_x"]), ("people", []), ("core_y", [])]
)
def test_tables_of_two_plugins_can_always_be_told_apart(name: str, others: list[str]) -> None:
    with pytest.raises(MisnamedPlugin):
        check_name(name, others)
    check_name("peer_support", ["support"])


@pytest.mark.once
def test_one_whose_required_plugin_is_off_counts_as_off() -> None:
    infos = {n: PluginInfo(n, n, requires=r) for n, r in {"a": ("b",), "b": ("c",), "c": ()}.items()}
    assert _able({"a", "b", "c"}, infos) == {"a", "b", "c"}
    assert _able({"a", "b"}, infos) == frozenset()
    assert _able({"a", "c"}, infos) == {"c"}
