"""A third party's distribution, installed and run as its owner would (law 11)."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.plugins_core.conftest import ROOT, pip_install, run_its_tests, run_with

EXAMPLE = ROOT / "tests" / "example_plugin"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pip_install(EXAMPLE, tmp_path_factory.mktemp("library"))


def test_its_own_tests_pass(installed: Path, tmp_path: Path) -> None:
    run_its_tests(installed, EXAMPLE, tmp_path)


@pytest.mark.once
def test_it_is_installed_enabled_used_and_taken_away(installed: Path, tmp_path: Path) -> None:
    def flask(*arguments: str, target: Path = installed, code: int = 0) -> str:
        command = (sys.executable, "-m", "flask", "--app", "wsgi", *arguments)
        done = run_with(target, ROOT, *command, INTRANET_INSTANCE=str(tmp_path / "instance"))
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    assert "flask db upgrade" in flask("plugins", "enable", "library", code=2)
    flask("db", "upgrade")
    assert re.search(r"^library +off +1\.2\.0", flask("plugins", "list"), re.M)
    assert "flask plugins enable library" in flask("library", "add", "Le jardin de mars", code=2)
    flask("plugins", "enable", "library")
    assert "On the shelf" in flask("library", "add", "Le jardin de mars")
    assert re.search(r"^library +on +1\.2\.0", flask("plugins", "list"), re.M)
    flask("db", "check")
    # Its files vanish: the core goes on, its tables stay, and nothing wants to drop them.
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    assert "library" not in flask("plugins", "list", target=nothing)
    flask("db", "upgrade", target=nothing)
    assert "library" not in flask("db", "check", target=nothing)
    assert "No such command 'library'" in flask("library", "add", "x", target=nothing, code=2)
    assert re.search(r"^library +on +1\.2\.0", flask("plugins", "list"), re.M)
