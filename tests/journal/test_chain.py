"""The journal: append-only, and whoever keeps a head can prove a later change (D-CONF-10)."""

import random

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import db, reading, transaction
from app.journal import head, record, verify
from app.journal.chain import ContentInJournal


@pytest.fixture
def entries(context: Flask) -> int:
    for number in range(30):
        with transaction():
            record("test.done", subject=f"s{number}", by=None, codes=["K7M2Q"], n=number)
    return 30


def test_the_chain_holds(entries: int) -> None:
    with reading():
        assert verify() == (entries, None, None)
        assert verify(head().hash).knows_head


MUTATIONS = (
    "UPDATE core_journal SET actor = 'x' WHERE seq = {n}",
    "UPDATE core_journal SET detail = '{{}}' WHERE seq = {n}",
    "UPDATE core_journal SET codes = '' WHERE seq = {n}",
    "UPDATE core_journal SET seq = seq + 1000 WHERE seq = {n}",
    "DELETE FROM core_journal WHERE seq = {n}",
    "DELETE FROM core_journal WHERE seq >= {n}",
)


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_d_conf_10_every_mutation_is_detected(entries: int, mutation: str) -> None:
    chosen = random.randint(1, entries)
    with transaction():
        db.session.execute(text(mutation.format(n=chosen)))
    with reading():
        broken = verify().broken_at
    assert broken is not None and broken <= chosen


def test_truncation_with_its_head_is_shown_by_an_earlier_head(entries: int) -> None:
    with transaction():
        kept = head().hash
        db.session.execute(text("DELETE FROM core_journal WHERE seq > 20"))
        last = db.session.scalar(text("SELECT hash FROM core_journal WHERE seq = 20"))
        db.session.execute(text("UPDATE core_journal_head SET seq = 20, hash = :h"), {"h": last})
    with reading():
        verdict = verify(kept)
    assert verdict.broken_at is None and verdict.knows_head is False


def test_content_is_refused(context: Flask) -> None:
    with transaction(), pytest.raises(ContentInJournal):
        record("test.done", by=None, why="Elle a dit que")
