"""What docs/ says of settings, commands, screens, code and tests is so."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from flask import Flask

from app.care.doctor import CHECKS
from app.config import Settings
from app.plugins.loading import PluginCommands

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
ADMINISTRATION, SECURITY, STAFF = (DOCS / f"{name}.md" for name in ("administration", "security", "personnel"))
SECTIONS = (5, 4, 7, 4, 4, 8, 6, 4, 2, 7, 7, 3, 4, 3, 4, 5, 3)  # of each chapter of ASVS 5.0
STATES = {"met", "partly", "not met", "n/a"}


def rows(page: Path, cells: int) -> Iterator[list[str]]:
    """The rows of a page's tables that have so many cells, without their heads."""
    for line in page.read_text("utf-8").splitlines():
        found = [cell.strip() for cell in line[1:-1].split("|")]
        if line.startswith("| ") and len(found) == cells:
            yield found


def test_each_setting_is_documented_with_its_default_and_no_other() -> None:
    told = {row[0]: row[1] for row in rows(ADMINISTRATION, 3) if row[0].startswith("`INTRANET_")}
    assert told == {f"`INTRANET_{field.name.upper()}`": _default(field.default) for field in fields(Settings)}
    mentioned = set(re.findall(r"INTRANET_[A-Z_]+", ADMINISTRATION.read_text("utf-8")))
    assert {f"`{name}`" for name in mentioned} == set(told)


def _default(value: object) -> str:
    return "empty" if value in ("", None) else f"`{int(value) if isinstance(value, bool) else value}`"


def commands(app: Flask) -> dict[str, click.Command]:
    """Our commands by what is typed after `flask`; those of plugins are documented by their plugins."""
    groups: dict[str, click.Command] = dict(app.cli.commands)
    groups |= {entry.name: entry.load() for entry in entry_points(group="flask.commands")}
    return dict(_leaves("", groups))


def _leaves(before: str, group: dict[str, click.Command]) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.items():
        if isinstance(command, click.Group) and not isinstance(command, PluginCommands):
            yield from _leaves(f"{before}{name} ", command.commands)
        elif not isinstance(command, PluginCommands):
            yield f"{before}{name}", command


def test_each_command_is_documented_and_no_other(app: Flask) -> None:
    told = {row[0] for row in rows(ADMINISTRATION, 2) if row[0].startswith("`flask ")}
    assert told == {f"`flask {name}`" for name in commands(app)}


def _typed(page: Path) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("flask ")]


@pytest.mark.parametrize("line", _typed(ADMINISTRATION))
def test_each_command_line_is_understood(app: Flask, line: str) -> None:
    known, words = commands(app), shlex.split(line)[1:]
    name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
    known[name].make_context(name, words[len(name.split()) :]).close()  # raises UsageError for what it does not take


def test_each_check_of_the_doctor_is_explained() -> None:
    told = {row[0] for row in rows(ADMINISTRATION, 2)}
    assert {check.title for check in CHECKS} | {"journal"} <= told


def test_each_label_in_the_staff_guide_is_on_screen() -> None:
    catalogues = [*ROOT.glob("app/translations/fr/**/*.po"), *ROOT.glob("plugins/*/translations/fr/**/*.po")]
    shown = {_spaces(text) for path in catalogues for text in _texts(path)}
    labels = re.findall(r"\*\*(.+?)\*\*", _spaces(STAFF.read_text("utf-8")))
    assert len(labels) > 40
    assert [label for label in labels if label not in shown] == []


def _texts(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for message in read_po(file, locale="fr"):
            yield from [message.string] if isinstance(message.string, str) else message.string


def _spaces(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


def test_every_section_of_asvs_has_one_line_and_a_known_state() -> None:
    lines = [row for row in rows(SECURITY, 4) if re.match(r"V\d+\.\d+ ", row[0])]
    expected = [f"V{chapter}.{n}" for chapter, count in enumerate(SECTIONS, 1) for n in range(1, count + 1)]
    assert [row[0].split()[0] for row in lines] == expected
    assert {row[1] for row in lines} <= STATES


@pytest.mark.parametrize("page", [ADMINISTRATION, SECURITY, STAFF], ids=lambda page: page.stem)
def test_every_file_and_test_that_is_named_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    named = re.findall(r"`((?:app|plugins|tests|docs|bin|migrations)/[\w./*-]+)(?:::(\w+))?`", text)
    linked = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    lost = [name for name, _test in named if not list(ROOT.glob(name.rstrip("/")))]
    lost += [f"{name}::{test}" for name, test in named if test and f"def {test}(" not in (ROOT / name).read_text()]
    lost += [target for target in linked if not (DOCS / target).exists()]
    assert lost == []
