"""The lock files hold what pyproject.toml asks for, exactly, with hashes, and say nothing of where it came from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
ASKED = {
    "requirements.txt": PROJECT["dependencies"] + EXTRAS["build"],
    "requirements-dev.txt": PROJECT["dependencies"] + EXTRAS["build"] + EXTRAS["dev"],
}


def pins(lock: str) -> dict[str, str]:
    """The exact version of each library in a lock file, by canonical name."""
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", (ROOT / lock).read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


@pytest.mark.parametrize("lock", ASKED)
def test_lock_holds_what_the_project_asks_for(lock: str) -> None:
    locked = pins(lock)
    for line in ASKED[lock]:
        asked = Requirement(line)
        version = locked.get(canonicalize_name(asked.name))
        assert version is not None, f"{line} is not in {lock}: run bin/lock"
        assert asked.specifier.contains(version), f"{line}, but {lock} has {version}: run bin/lock"


def test_tests_run_on_the_versions_that_are_served() -> None:
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


@pytest.mark.parametrize("lock", ASKED)
def test_every_line_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    for block in re.split(r"\n(?=[A-Za-z0-9])", text)[1:]:
        assert "--hash=sha256:" in block, block
    assert not re.search(r"://|file:|--index|--find-links|^\s*#.*\s/", text, re.MULTILINE)
