"""A word that occurs nowhere else is written into every sealed column, as people do; then looked for in all that stays.

In the database's own bytes and its log, the key store, the instance folder, logs, temporary files, backups as they are
and as they open, every column of every table: zero hits (law 8).
"""

from __future__ import annotations

import base64
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from app import create_app, vault
from app.accounts.models import User
from app.care import backup
from app.config import Settings
from app.db import db, reading
from app.errors import NotGranted
from app.journal.models import JournalEntry
from app.testing import _dispose
from app.vault.columns import Confidential
from tests.canary import day_confidentiality, day_core, day_endings, day_registers, day_support
from tests.canary.day import Day, sealed_models, sealed_places
from tests.canary.search import everything, hits, letters, new_canary
from tests.journal.recorded import recorded
from tests.journal.test_sentences import without_words

# A keyword, a code, a uid, or a text that everybody signs: no canary can stand there, and what it says of her is
# looked for in the rows beside it, and in what the journal says of her.
KEYWORDS = {
    *("support_first_meeting.place", "support_first_meeting.language", "support_first_meeting.interpreter"),
    *("support_answer.state", "support_answer.language", "support_meeting.orientation"),
    *("support_life_event.kind", "support_life_event.moment", "support_tie.other"),
    *("support_referral.partner", "support_referral.found", "support_referral.echo"),
    *("confidentiality_youth_decision.ground", "confidentiality_undertaking.text"),
}

DOCUMENTS = (b"%PDF-", b"xl/worksheets", b"\x89PNG\r\n")  # signs of what is compressed, so that no word is found in it


@pytest.mark.once
@pytest.mark.parametrize(
    "way", ["utf-8", "utf-16-le", "utf-16-be", "hex", "HEX", "base64", "begin", "end", "capitals", "json"]
)
@pytest.mark.parametrize("before", [b"", b"x", b"xy"])
@pytest.mark.parametrize("make", [new_canary, lambda: letters(24)])
def test_the_search_finds_it_in_clear_in_any_way(way: str, before: bytes, make: Any) -> None:
    word = make()
    written = {
        "hex": word.encode().hex().encode(), "HEX": word.encode().hex().upper().encode(), "begin": word[:8].encode(),
        "base64": base64.b64encode(before + word.encode() + b"zz"), "capitals": word.upper().encode(),
        "json": "".join(f"\\u{ord(letter):04x}" for letter in word).encode(), "end": word[-8:].encode(),
    }.get(way) or word.encode(way)  # fmt: skip
    assert list(hits({"it": word}, "here", b"\0\1" + before + written + b"\xff"))
    assert not list(hits({"it": word}, "here", before + letters(90).encode()))


def opened(day: Day) -> Iterator[tuple[str, Any, str]]:
    """Every sealed value, in its place and row, read by somebody to whom its safe is open."""
    readers = [day.world.who(name) for name in ("worker", "officer", "coordinator", "colleague")]
    for table, model in sealed_models().items():
        for row in db.session.scalars(select(model)).unique():
            if issubclass(model, Confidential):
                open_to_one_of(readers, row.safe_id)
            for name in model.sealed_attributes:
                if (value := getattr(row, name)) is not None:
                    yield f"{table}.{name}", row, value


def open_to_one_of(readers: list[User], safe_id: int) -> None:
    for reader in readers:
        try:
            return vault.open_safes(reader, [safe_id], why="export")
        except NotGranted:
            continue
    raise AssertionError(f"nobody opens safe {safe_id}")


def in_their_places(app: Flask, day: Day) -> tuple[set[str], set[str]]:
    """The places where each word really is, when its seal is opened; keywords that stand in clear elsewhere too."""
    found, beside = set(), set()
    keywords: dict[str, set[str]] = defaultdict(set)
    with app.app_context(), reading():
        for place, row, value in opened(day):
            if place in KEYWORDS:
                keywords[place].add(value)
                clear = {getattr(row, column.key) for column in inspect(type(row)).column_attrs}
                beside |= {f"{place} in its row"} if value in clear else set()
            if place in KEYWORDS or day.words[place] in value:
                found.add(place)
        for entry in db.session.scalars(select(JournalEntry).where(JournalEntry.codes == day.code)):
            said = {entry.subject, *(value for value in json.loads(entry.detail).values() if isinstance(value, str))}
            beside |= {f"{place} in {entry.action}" for place, values in keywords.items() if values & said}
    return found, beside


def journaled(app: Flask) -> tuple[set[str], set[str]]:
    """Actions; reasons for which safes were opened."""
    with app.app_context(), reading():
        entries = db.session.execute(select(JournalEntry.action, JournalEntry.detail)).all()
    reasons = {str(json.loads(entry.detail).get("why", "")) for entry in entries}
    return {entry.action for entry in entries}, reasons - {""}


def the_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Day:
    day_core.add_faulty_pages(app)
    day = Day(app)
    topics = (
        *(day_core.invite, day_core.register, *day_support.TOPICS, day_confidentiality.consent, day_support.letters),
        *(*day_confidentiality.TOPICS, *day_registers.TOPICS, day_core.search, day_core.session_runs_out),
        day_core.slips,
    )
    for topic in topics:
        topic(day)
    day_core.faults(day, monkeypatch)
    return day


def test_law_8_nothing_confidential_is_ever_in_clear_on_disk_in_a_log_in_a_temporary_file_or_in_a_backup(
    capfd: pytest.CaptureFixture[str], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, host = tmp_path / "temporary", letters(24)
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    mail = {"mail_host": "127.0.0.1", "mail_port": 9, "mail_from": "intranet@example.org"}  # where nobody answers
    settings = replace(settings, base_url=f"https://{host}.example.org", **mail)  # type: ignore[arg-type]
    app = create_app(settings)
    app.testing = True
    day = the_day(app, monkeypatch)
    day.words["core_outbox.text"] = host
    backup.create(settings, None)

    places, beside = in_their_places(app, day)
    assert sealed_places() - places == set()
    assert beside == set()
    for topic in day_endings.TOPICS:
        topic(day)
    actions, reasons = journaled(app)
    assert {action.partition(".")[0] for action in actions} >= {"people", "papers", "support", "confidentiality"}
    assert actions <= recorded() and without_words(app, actions | reasons) == set()
    assert "\n".join(day.said).count("/") > 50
    logs = "".join(capfd.readouterr())
    assert logs.count('"crash"') == 3 and '"plugin fault"' in logs and '"mail server"' in logs
    found = list(hits(day.hidden_from_addresses(), "addresses and titles", "\n".join(day.said).encode()))
    for where, hay in everything(app, settings, logs, temporary):
        found += hits(day.words, where, hay)
        found += [f"a document in {where}" for sign in DOCUMENTS if sign in hay]
    _dispose(app)
    assert found == []
