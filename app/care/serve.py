"""flask serve: the web server and the background work of one instance, together until one of them ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from app.care.startup import Refused, hold_instance, start
from app.config import Settings
from app.schema import behind

ROOT = Path(__file__).parent.parent.parent


def serve(host: str, port: int, workers: int) -> None:
    """Raises Refused when another run holds the instance. Ends with SystemExit, both children stopped."""
    app = start()
    settings: Settings = app.config["SETTINGS"]
    if owners := behind(app):
        raise Refused(f"The tables of {', '.join(owners)} are behind. Make a backup, then: flask db upgrade")
    granian = ["granian", "--interface", "wsgi", "--workers", str(workers), "--blocking-threads", "1"]
    granian += ["--host", host, "--port", str(port), "--log-level", "warning", "wsgi:app"]
    with hold_instance(settings) as lock:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        children: list[subprocess.Popen[bytes]] = []
        try:
            for command in (granian, ["flask", "--app", "wsgi", "work"]):  # they hold the lock as long as they live
                children.append(subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, pass_fds=[lock]))  # noqa: S603
            while all(child.poll() is None for child in children):
                time.sleep(0.2)
            raise SystemExit(1)
        except KeyboardInterrupt:
            raise SystemExit(0) from None
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait()
