from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
Flask = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return tmp_path / "place"


@pytest.fixture
def flask(instance: Path) -> Flask:
    """Run `flask …` as a process of its own, on `instance`; settings are keywords: demo=1, base_url=…"""

    def run(*arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("INTRANET_")}
        given = {"instance": instance, **settings}
        environment = kept | {f"INTRANET_{name.upper()}": str(value) for name, value in given.items()}
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)

    return run
