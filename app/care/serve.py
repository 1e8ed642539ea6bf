"""flask serve: the web server and the background work of one instance, together until one of them ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from app.care.startup import Refused, hold_instance, start
from app.config import Settings
from app.schema import behind

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 0.2  # seconds between two looks


def serve(host: str, port: int, workers: int) -> None:
    """Both children hold the instance's lock while they live. Raises Refused; ends with SystemExit, both stopped."""
    app = start()
    settings: Settings = app.config["SETTINGS"]
    if owners := behind(app):
        raise Refused(f"The tables of {', '.join(owners)} are behind. Make a backup, then: flask db upgrade")
    granian = ["granian", "--interface", "wsgi", "--workers", str(workers), "--blocking-threads", "1", "wsgi:app"]
    granian += ["--host", host, "--port", str(port), "--log-level", "warning", "--workers-kill-timeout", "5"]
    with hold_instance(settings) as lock:
        if _answers(host, port):
            raise Refused(f"Port {port} is taken: choose another with --port (bin/run: PORT).")
        _on_stop(lambda *_: sys.exit(0))
        children: list[subprocess.Popen[bytes]] = []
        try:
            for command in (granian, ["flask", "--app", "wsgi", "work"]):
                children.append(subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, pass_fds=[lock]))  # noqa: S603
            _watch(children, host, port)
        finally:
            _on_stop(signal.SIG_IGN)  # a second Ctrl-C does not leave the children behind
            for child in children:
                child.terminate()
            for child in children:
                child.wait()


def _on_stop(act: Any) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, act)


def _watch(children: list[subprocess.Popen[bytes]], host: str, port: int) -> None:
    """Say when the pages answer; wait until one of the children ends."""
    said = False
    while all(child.poll() is None for child in children):
        if not said and (said := _answers(host, port)):
            click.echo(f"==> http://{host}:{port}  (Ctrl-C stops it)")
        time.sleep(PATIENCE)
    raise SystemExit(1)


def _answers(host: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False
