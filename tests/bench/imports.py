"""Bringing in 10,000 persons: from the file to the last row, and how long a colleague would wait behind a batch.

python -m tests.bench.imports [ROWS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from app import create_app, schema
from app.config import Settings
from app.db import reading, transaction
from app.papers import read_table, xlsx
from app.plugins import switch
from app.testing import add_user
from app.web.times import today
from plugins.support import actions, queries
from tests.plugins.support.conftest import who


def main(count: int) -> None:
    app = create_app(Settings(instance=Path(tempfile.mkdtemp())))
    schema.upgrade(app)
    with app.app_context(), transaction():
        user_id = add_user("Démo", "support_worker").id
        switch("support", on=True, by=None, why="bench")
    head = ["Référence", "Pseudonyme", "Langues", "Âge", "Premier contact", "Moyen", "Joindre"]
    rows = [[f"R{n}", f"Mésange Démo{n}", "français", "25-34", today(), "texto", "514 555-0100"] for n in range(count)]
    content = xlsx("Personnes", head, rows)
    times = {}
    for turn in ("first time", "same file again"):
        started = time.perf_counter()
        table = read_table(content, "personnes.xlsx")
        parsed = time.perf_counter()
        with app.app_context(), reading():
            found, problems = queries.imports.looked_at(who(user_id), "persons", table)
        assert not problems
        with app.app_context(), transaction():
            uid = actions.imports.prepare(who(user_id), "persons", found).uid
        checked, batches = time.perf_counter(), []
        while True:
            began = time.perf_counter()
            with app.app_context(), transaction():
                waiting = actions.imports.go_on(who(user_id), uid)
                done = waiting.done >= waiting.rows
                added = waiting.added
            batches.append(time.perf_counter() - began)
            if done:
                break
        times[turn] = (parsed - started, checked - parsed, sum(batches), max(batches), added)
    print(f"{count} rows         read   check   write   longest batch   added   (seconds)")
    for turn, (read, check, wrote, longest, added) in times.items():
        print(f"{turn:16} {read:7.2f} {check:7.2f} {wrote:7.2f} {longest:15.3f} {added:7}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
