"""Searching among 50,000 persons by the beginning of a name, a pseudonym or a code (goal: p95 of 100 ms).

    python -m tests.bench.search [PERSONS]

One unit of work a search, as a request has: grants looked up, names opened and journaled. Control: the same journaled
unit of work with nothing looked for.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from app import create_app, demo, schema
from app.accounts.models import User
from app.config import Settings
from app.db import db, reading, transaction
from app.journal import record
from app.people import queries
from app.people.models import Person
from app.plugins import plugins_of
from tests.plugins.support.conftest import who

TIMES = 300


def measured(app: object, act: Callable[[User], object], user_id: int) -> tuple[float, float, float]:
    """p50, p95 and the worst, in milliseconds."""
    took = []
    for _ in range(TIMES):
        with app.app_context():  # type: ignore[attr-defined]
            began = time.perf_counter()
            with reading():
                act(who(user_id))
            took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return statistics.median(took), took[int(TIMES * 0.95)], took[-1]


def main(count: int) -> None:
    app = create_app(replace(Settings(instance=Path(tempfile.mkdtemp())), demo=True))
    schema.upgrade(app)
    with app.app_context(), transaction():
        for info, _module in list(plugins_of(app).loaded()):
            plugins_of(app).found.pop(info.name)  # the persons alone: their files are not searched
        world = demo.fill(app, count)
        user_id = world.user("support_worker").id
    with app.app_context(), reading():
        codes = list(db.session.scalars(select(Person.code).limit(2000)))
    words = [word.lower() for names in (demo.BIRDS, demo.STONES, demo.TREES) for word in names.split()]
    rng = random.Random(1)
    searches: dict[str, Callable[[User], object]] = {
        "nothing looked for": lambda user: record("bench.nothing", by=user, survives=True),
        "two letters": lambda user: queries.find(user, rng.choice(words)[:2]),
        "a word": lambda user: queries.find(user, rng.choice(words)),
        "two words": lambda user: queries.find(user, " ".join(rng.sample(words, 2))),
        "a code's beginning": lambda user: queries.find(user, rng.choice(codes)[:3]),
        "nobody": lambda user: queries.find(user, "xylophone"),
    }
    print(f"{count} persons          p50     p95   worst   (ms, {TIMES} searches each)")
    for name, act in searches.items():
        print(f"{name:20}" + "".join(f"{value:8.1f}" for value in measured(app, act, user_id)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
