"""flask serve: pages and background work together; one run an instance; a stop stops everything."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.care.conftest import ROOT, Flask

pytestmark = pytest.mark.once


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    mine = [int(line) for line in found.stdout.split()]
    return mine + [grandchild for child in mine for grandchild in children(child)]


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def served(flask: Flask, instance: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A demo that answers."""
    assert flask("demo", "--people", "5", demo=1).returncode == 0
    environment = os.environ | {"INTRANET_INSTANCE": str(instance), "INTRANET_DEMO": "1"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline().startswith(f"==> http://127.0.0.1:{port}")
        yield server
        server.terminate()


def test_it_answers_and_works_until_it_is_stopped(
    served: subprocess.Popen[str], flask: Flask, instance: Path, port: int
) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
        assert answer.read() == b"ok"
    again = flask("serve", "--port", str(free_port()), demo=1)
    assert again.returncode == 2 and f"process {served.pid}" in again.stderr
    restore = flask("backup", "restore", "any.age", demo=1)
    assert restore.returncode == 2 and "Another run holds" in restore.stderr
    running = children(served.pid)
    assert len(running) >= 4  # the web server with two workers, the background work
    deadline = time.monotonic() + 20
    while not (instance / "work" / "huey.db").exists():
        assert time.monotonic() < deadline, "no background work"
        time.sleep(0.1)
    served.send_signal(signal.SIGINT)
    assert served.wait(30) == 0
    assert [pid for pid in running if alive(pid)] == []


def test_a_child_that_ends_ends_the_run(served: subprocess.Popen[str]) -> None:
    running = children(served.pid)
    work = next(pid for pid in running if "work" in Path(f"/proc/{pid}/cmdline").read_text().split("\0"))
    os.kill(work, signal.SIGKILL)
    assert served.wait(30) == 1
    assert [pid for pid in running if alive(pid)] == []


def test_a_port_that_is_taken_is_said(served: subprocess.Popen[str], flask: Flask, tmp_path: Path, port: int) -> None:
    other = tmp_path / "other"
    assert flask("demo", "--people", "1", demo=1, instance=other).returncode == 0
    taken = flask("serve", "--port", str(port), demo=1, instance=other)
    assert taken.returncode == 2 and f"Port {port} is taken" in taken.stderr
