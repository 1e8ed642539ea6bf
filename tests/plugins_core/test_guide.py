"""docs/plugins.md says what is: its commands run, its code is that of the skeleton and of the example (law 10)."""

from __future__ import annotations

import inspect
import os
import re
import shlex
import sys
from pathlib import Path

import pytest

from app.hookspecs import Hooks
from app.plugins.skeleton import write
from tests.plugins_core.conftest import ROOT, pip_install, run_with

GUIDE = (ROOT / "docs" / "plugins.md").read_text("utf-8")
EXAMPLE = ROOT / "tests" / "example_plugin"
HOOKS = [name for name in vars(Hooks) if not name.startswith("_")]
REAL = (EXAMPLE / "intranet_library" / "__init__.py", ROOT / "plugins" / "support" / "__init__.py")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.M | re.S)


def signature(hook: str) -> str:
    """As an author writes it: without self, annotations as they stand."""
    found = inspect.signature(getattr(Hooks, hook))
    shown = found.replace(parameters=[p for name, p in found.parameters.items() if name != "self"])
    return f"{hook}{shown}".replace("'", "")


@pytest.mark.once
@pytest.mark.parametrize("hook", HOOKS)
def test_each_hook_is_documented_with_its_signature_and_shown_in_use(hook: str) -> None:
    assert f"\n#### `{signature(hook)}`\n" in GUIDE
    assert [block for block in blocks("python") if f"@hookimpl\ndef {hook}(" in block]


@pytest.mark.once
@pytest.mark.parametrize("hook", HOOKS)
def test_each_hook_is_used_by_a_real_plugin(hook: str) -> None:
    assert [path for path in REAL if f"@hookimpl\ndef {hook}(" in path.read_text("utf-8")]


@pytest.mark.once
def test_no_hook_is_documented_that_does_not_exist() -> None:
    assert set(re.findall(r"^#### `(\w+)\(", GUIDE, re.M)) == set(HOOKS)


@pytest.mark.once
def test_each_piece_of_code_is_that_of_the_skeleton_or_of_the_example(tmp_path: Path) -> None:
    folders = [write("plants", tmp_path / "plants"), EXAMPLE]
    sources = [path.read_text("utf-8") for folder in folders for path in sorted(folder.rglob("*.py"))]
    pieces = blocks("python")
    assert len(pieces) > len(HOOKS)
    assert not [piece for piece in pieces if not any(piece.rstrip() in source for source in sources)]


@pytest.mark.once
def test_the_template_of_a_paper_is_that_of_the_example() -> None:
    assert blocks("typst") == [path.read_text("utf-8") for path in EXAMPLE.rglob("*.typ")]


@pytest.mark.once
def test_the_commands_run_as_they_stand(tmp_path: Path) -> None:
    """`pip install` alone goes to a folder of its own, and not to our environment."""
    here, target = tmp_path / "intranet", tmp_path / "target"
    here.mkdir()
    target.mkdir()
    environ = {"INTRANET_INSTANCE": str(tmp_path / "instance"), "FLASK_APP": "wsgi"}
    environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) == 10
    for line in lines:
        words = shlex.split(line)
        if words[:2] == ["pip", "install"]:
            target = pip_install(here / words[-1], tmp_path)
            assert words[2:-1] == ["--no-build-isolation", "--no-deps", "-e"]
            continue
        done = run_with(target, here, *words, **environ)
        assert done.returncode == 0, line + done.stdout[-3000:] + done.stderr[-3000:]
    listed = run_with(target, here, "flask", "plugins", "list", **environ).stdout
    assert re.search(r"^plants +on +0\.1\.0", listed, re.M)


@pytest.mark.once
def test_the_limits_that_it_names_are_those_of_the_code() -> None:
    from app.plugins import ANSWERS, FAULTS_ALLOWED
    from app.plugins.guard import TIME_LIMIT
    from app.plugins.registry import FAULT_WINDOW

    assert (TIME_LIMIT, ANSWERS, FAULTS_ALLOWED, FAULT_WINDOW.total_seconds()) == (2.0, 40, 5, 600)
    for words in ("two seconds", "forty answers", "five faults in ten minutes"):
        assert words in GUIDE
