"""A copy of a whole file with 10 contacts, 10 meetings and 10 steps, and with 500, 50 and 40: gathering, PDF, JSON.

    .venv/bin/python -m tests.bench.whole_file [ROUNDS]

In one database of the demo's shape, by its worker; nothing is asserted.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app import create_app, schema
from app.config import Settings
from app.db import reading, transaction
from app.demo import fill
from app.journal import record
from app.web.times import today
from plugins.confidentiality.papers import whole_file as paper
from plugins.confidentiality.queries import whole_file as queries
from plugins.confidentiality.rules import whole_file as rules
from tests.bench.file_page import SIZES, filled
from tests.plugins.confidentiality.conftest import her, who

OPENINGS = 400  # days on which it was opened


def timed(act: Callable[[], Any], taken: list[float]) -> Any:
    started = time.perf_counter()
    made = act()
    taken.append((time.perf_counter() - started) * 1000)
    return made


def main(rounds: int) -> None:
    app = create_app(Settings(instance=Path(tempfile.mkdtemp()), demo=True))
    schema.upgrade(app)
    with app.app_context(), transaction():
        worker = fill(app, 200).user("support_worker").id
    with app.app_context(), transaction():
        codes = [filled(who(worker), size) for size in SIZES]
        for code in codes:
            for number in range(OPENINGS):
                record("vault.opened", by=who(worker), codes=[code], why=f"day.{number}", safes=1)
    steps = ("gather", "pdf", "json", "whole")
    times: list[dict[str, list[float]]] = [{step: [] for step in steps} for _size in SIZES]
    weights = []
    for _round in range(rounds):
        for code, taken in zip(codes, times, strict=True):
            with app.test_request_context(), reading():
                started = time.perf_counter()
                user, person = who(worker), her(code)
                sections = timed(lambda user=user, person=person: queries.gathered(user, person), taken["gather"])
                given = rules.given(sections, rules.Marks(words=("Éloïse Tremblé", "logement")), "[…]")
                told = {"code": code, "language": "fr", "made_on": today()}
                known = {section.key: section for section in sections}
                pdf = timed(lambda g=given, k=known, t=told: paper.as_pdf(g, k, **t), taken["pdf"])
                data = timed(lambda g=given, t=told: paper.as_json(g, **t), taken["json"])
                taken["whole"].append((time.perf_counter() - started) * 1000)
                weights.append((len(pdf) / 1024, len(data) / 1024))
    print("contacts meetings steps |" + "".join(f"{step + ' ms':>11}" for step in steps) + "   PDF kB  JSON kB")
    for size, taken, weight in zip(SIZES, times, weights[-len(SIZES) :], strict=True):
        shape = f"{size.contacts:8} {size.meetings:8} {size.steps:5}"
        said = "".join(f"{statistics.median(taken[step]):11.0f}" for step in steps)
        print(f"{shape} |{said} {weight[0]:8.0f} {weight[1]:8.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
