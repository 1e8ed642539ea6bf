"""How far is our signed-in list of people from a bare Flask page with the same 25 rows on the same server?

    .venv/bin/python -m tests.bench.floor [--seconds 4] [--rounds 3] [--people 1000,50000]

Both apps run on granian (2 processes, 1 thread each), each behind its own port on loopback, and are measured in turn by
wrk (Debian: wrk). The bare page has Flask-Login, one SELECT and a plain template; ours has sealed names, grants, a
journal entry for each page and the whole frame. Prints one table; nothing is asserted.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import event, func, select

ROOT = Path(__file__).parent.parent.parent


class Load(NamedTuple):
    per_second: float
    p50: float  # ms
    p99: float
    errors: int


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(target: str, environment: dict[str, str], path: str) -> Iterator[str]:
    """A server on granian, stopped at the end; yields its address once `path` answers."""
    port = free_port()
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1",
               "--port", str(port), "--workers", "2", "--blocking-threads", "1", "--no-ws", target]  # fmt: skip
    server = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _try in range(100):
            try:
                urllib.request.urlopen(address + path, timeout=5)
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def measure(url: str, cookie: str, connections: int, seconds: int) -> Load:
    """wrk, one thread."""
    told = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-H", f"Cookie: {cookie}", url],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    factor = {"us": 0.001, "ms": 1.0, "s": 1000.0}

    def percentile(which: str) -> float:
        found = re.search(rf"{which}%\s+([\d.]+)(us|ms|s)", told)
        return float(found[1]) * factor[found[2]] if found else float("nan")

    errors = sum(int(n) for n in re.findall(r"Non-2xx or 3xx responses: (\d+)", told))
    per_second = re.search(r"Requests/sec:\s+([\d.]+)", told)
    return Load(float(per_second[1]) if per_second else 0.0, percentile("50"), percentile("99"), errors)


def build_house(folder: Path, people: int) -> tuple[str, int]:
    """A demo instance with so many people, all of them one worker's; her session's cookie, and queries a page."""
    environment = {**os.environ, "INTRANET_INSTANCE": str(folder), "INTRANET_DEMO": "1", "FLASK_APP": "wsgi"}
    flask = str(Path(sys.executable).parent / "flask")
    for command in (["db", "upgrade"], ["demo", "--people", str(people)]):
        subprocess.run([flask, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    from app import create_app
    from app.accounts.sessions import cookie_name, fingerprint, new_session_row
    from app.config import Settings
    from app.db import db, now, transaction
    from app.people.models import Person
    from app.vault import Grant, granted_to

    app = create_app(Settings(instance=folder, demo=True))
    token = secrets.token_urlsafe(32)
    with app.app_context(), transaction():
        from app.accounts.models import User

        worker = db.session.scalar(
            select(User).join(Grant, Grant.user_id == User.id).group_by(User.id).order_by(func.count().desc()).limit(1)
        )
        rest = db.session.scalars(select(Person.safe_id).where(Person.safe_id.not_in(granted_to(worker)))).all()
        if rest:
            rows = [{"safe_id": s, "user_id": worker.id, "since": now(), "why": "bench"} for s in rest]
            db.session.execute(Grant.__table__.insert(), rows)
        db.session.add(new_session_row(fingerprint(token), worker.id))
    return f"{cookie_name(app)}={token}", count_queries(app, f"{cookie_name(app)}={token}")


def count_queries(app, cookie: str) -> int:  # type: ignore[no-untyped-def]
    from app.db import db

    seen: list[str] = []
    with app.app_context():
        for engine in (db.engine, app.extensions["key_store"].engine):
            event.listen(engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    client = app.test_client()
    name, value = cookie.split("=", 1)
    client.set_cookie(name, value)
    client.get("/people")
    seen.clear()
    answer = client.get("/people")
    assert answer.status_code == 200 and answer.text.count("/people/") >= 25, answer.status
    return len([query for query in seen if not query.startswith(("BEGIN", "PRAGMA"))])


def build_bare(folder: Path, people: int) -> None:
    """The control's database: as many rows, in clear."""
    from tests.bench import bare

    bare.fill(folder / "bare.db", people)


def memory_and_start(folder: Path) -> tuple[float, float]:
    """Seconds to a ready app, and its resident MB at rest, in a process of its own."""
    code = (
        "import time, resource; t = time.perf_counter(); import wsgi; c = wsgi.app.test_client(); c.get('/healthz'); "
        "print(time.perf_counter() - t, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    environment = {**os.environ, "INTRANET_INSTANCE": str(folder), "INTRANET_DEMO": "1"}
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    start, memory = told.stdout.split()
    return float(start), float(memory)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--people", default="1000,50000")
    chosen = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is needed to measure (Debian: apt-get install wrk).")
    print("people connections | bare req/s  p50   p99 ms | ours req/s  p50   p99 ms | ratio (range)     queries errors")
    for people in (int(text) for text in chosen.people.split(",")):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            cookie, queries = build_house(folder / "house", people)
            build_bare(folder, people)
            ours_env = {"INTRANET_INSTANCE": str(folder / "house"), "INTRANET_DEMO": "1"}
            bare_env = {"BARE_DATABASE": str(folder / "bare.db")}
            with serve("wsgi:app", ours_env, "/healthz") as ours, serve("tests.bench.bare:app", bare_env, "/") as bare:
                for connections in (8, 32):
                    show(people, connections, queries, ours, bare, cookie, chosen)
            start, memory = memory_and_start(folder / "house")
            print(f"{people:6} start of a worker {start:.2f} s, memory at rest {memory:.0f} MB")


def show(
    people: int, connections: int, queries: int, ours: str, bare: str, cookie: str, chosen: argparse.Namespace
) -> None:
    with urllib.request.urlopen(bare + "/", timeout=5) as answer:
        signed_in = answer.headers["Set-Cookie"].split(";")[0]
    pairs = [
        (
            measure(bare + "/people", signed_in, connections, chosen.seconds),
            measure(ours + "/people", cookie, connections, chosen.seconds),
        )
        for _round in range(chosen.rounds)
    ]
    ratios = [mine.per_second / control.per_second for control, mine in pairs]

    def middle(which: int, field: str) -> float:
        return statistics.median(getattr(pair[which], field) for pair in pairs)

    b, o = ([middle(which, field) for field in ("per_second", "p50", "p99")] for which in (0, 1))
    errors = sum(pair[1].errors for pair in pairs)
    print(
        f"{people:6} {connections:11} | {b[0]:10.0f} {b[1]:5.1f} {b[2]:6.1f}   "
        f"| {o[0]:10.0f} {o[1]:5.1f} {o[2]:6.1f}   "
        f"| {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f}) {queries:8} {errors:6}",
        flush=True,
    )


if __name__ == "__main__":
    main()
