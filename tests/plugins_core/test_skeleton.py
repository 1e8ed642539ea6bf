"""`flask plugins new NAME`: what it writes works at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.plugins_core.conftest import pip_install, run_its_tests


def new(app: Flask, name: str, folder: Path) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["plugins", "new", name, "--folder", str(folder)])
    return result.exit_code, result.output


def test_what_is_written_passes_its_own_tests(app: Flask, tmp_path: Path) -> None:
    source = tmp_path / "intranet-plants"
    assert new(app, "plants_2", source)[0] == 0
    assert not [path for path in source.rglob("*") if "NAME" in path.name or path.suffix == ".tmpl"]
    assert not [path for path in source.rglob("*.*") if path.suffix != ".mo" and "NAME" in path.read_text("utf-8")]
    run_its_tests(pip_install(source, tmp_path), source, tmp_path)


def test_every_room_is_there(app: Flask, tmp_path: Path) -> None:
    new(app, "plants", tmp_path / "new")
    package = tmp_path / "new" / "intranet_plants"
    rooms = {path.relative_to(package).parts[0] for path in package.rglob("*")}
    assert rooms >= {f"{room}.py" for room in ("rules", "models", "actions", "queries", "forms", "views", "__init__")}
    assert rooms >= {"templates", "translations", "migrations"}


@pytest.mark.once
@pytest.mark.parametrize(
    "name", ["Plants", "2plants", "p", "../x", "plants-2", "core", "vault", "core_x", "x" * 32, ""]
)
def test_a_name_that_is_none_is_refused_and_nothing_is_written(app: Flask, tmp_path: Path, name: str) -> None:
    code, output = new(app, name, tmp_path / "new")
    assert code == 2
    assert "Traceback" not in output
    assert not (tmp_path / "new").exists()


@pytest.mark.once
def test_a_folder_with_something_in_it_is_left_alone(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    code, output = new(app, "plants", tmp_path)
    assert (code, [path.name for path in tmp_path.glob("*.*")]) == (2, ["mine.txt"])
    assert "--folder" in output
