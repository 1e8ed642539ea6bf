"""The journal: append-only, and whoever keeps a head can prove a later change (D-CONF-10)."""

import random
import string
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.db import db, reading, transaction
from app.journal import head, record, verify
from app.journal.chain import _COLUMNS, ContentInJournal, canonical, link
from app.journal.models import JournalEntry

ENTRIES = 40


@pytest.fixture
def chain(context: Flask) -> None:
    with transaction():
        for number in range(ENTRIES):
            record("test.done", subject=f"s{number}", by=None, codes=["K7M2Q", "V2P6"][: number % 3], n=number)


class _Undo(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """A unit of work that leaves everything as it was."""
    try:
        with transaction():
            yield
            raise _Undo
    except _Undo:
        pass


def run(statement: str, **values: object) -> None:
    db.session.execute(text(statement), values)


def test_the_chain_holds(chain: None) -> None:
    with reading():
        assert verify() == (ENTRIES, None, None)
        assert verify(head().hash) == (ENTRIES, None, True)


def test_an_empty_chain_holds(context: Flask) -> None:
    with reading():
        assert verify(head().hash) == (0, None, True)


def edit(chance: random.Random, n: int) -> int:
    word = "".join(chance.choices(string.ascii_lowercase, k=8))
    column = chance.choice(("actor", "action", "subject", "codes", "detail", "hash"))
    run(f"UPDATE core_journal SET {column} = :word WHERE seq = :n", word=word, n=n)
    return n


def edit_time(chance: random.Random, n: int) -> int:
    later = db.session.scalar(select(JournalEntry.at).where(JournalEntry.seq == n))
    assert later is not None
    db.session.execute(
        JournalEntry.__table__.update()  # type: ignore[attr-defined]
        .where(JournalEntry.seq == n)
        .values(at=later.replace(microsecond=(later.microsecond + chance.randint(1, 999)) % 1_000_000))
    )
    return n


def erase_who(_chance: random.Random, n: int) -> int:
    run("UPDATE core_journal SET subject = NULL WHERE seq = :n", n=n)
    return n


def delete(_chance: random.Random, n: int) -> int:
    run("DELETE FROM core_journal WHERE seq = :n", n=n)
    return n


def delete_and_close_the_gap(_chance: random.Random, n: int) -> int:
    run("DELETE FROM core_journal WHERE seq = :n", n=n)
    run("UPDATE core_journal SET seq = -seq WHERE seq > :n", n=n)
    run("UPDATE core_journal SET seq = -seq - 1 WHERE seq < 0")
    return n


def reorder(chance: random.Random, n: int) -> int:
    other = chance.choice([number for number in range(1, ENTRIES + 1) if number != n])
    run("UPDATE core_journal SET seq = -1 WHERE seq = :n", n=n)
    run("UPDATE core_journal SET seq = :n WHERE seq = :other", n=n, other=other)
    run("UPDATE core_journal SET seq = :other WHERE seq = -1", other=other)
    return min(n, other)


def truncate(_chance: random.Random, n: int) -> int:
    run("DELETE FROM core_journal WHERE seq >= :n", n=n)
    return n


def truncate_with_head(_chance: random.Random, n: int) -> int:
    run("DELETE FROM core_journal WHERE seq >= :n", n=n)
    kept = db.session.scalar(select(JournalEntry.hash).where(JournalEntry.seq == n - 1)) or "0" * 64
    run("UPDATE core_journal_head SET seq = :n, hash = :kept", n=n - 1, kept=kept)
    return n


def append_by_hand(chance: random.Random, n: int) -> int:
    run(
        "INSERT INTO core_journal SELECT :next, at, actor, action, subject, codes, detail, hash"
        " FROM core_journal WHERE seq = :n",
        next=ENTRIES + 1,
        n=n,
    )
    return ENTRIES + 1


def write_again(chance: random.Random, n: int) -> int:
    """Change an entry, then forge every hash after it and the head: only an earlier head tells."""
    run("UPDATE core_journal SET action = :word WHERE seq = :n", word=f"forged.{chance.random()}", n=n)
    columns = [getattr(JournalEntry, name) for name in _COLUMNS]
    last = "0" * 64
    for seq, *told, _kept in db.session.execute(select(*columns).order_by(JournalEntry.seq)).all():
        last = link(last, canonical(seq, *told))
        run("UPDATE core_journal SET hash = :last WHERE seq = :seq", last=last, seq=seq)
    run("UPDATE core_journal_head SET hash = :last", last=last)
    return n


MUTATIONS: list[Callable[[random.Random, int], int]] = [
    edit, edit_time, erase_who, delete, delete_and_close_the_gap, reorder, truncate, truncate_with_head,
    append_by_hand, write_again,
]  # fmt: skip


@pytest.mark.parametrize("mutate", MUTATIONS)
def test_d_conf_10_a_hundred_random_mutations_of_each_kind_are_all_detected(
    chain: None, mutate: Callable[[random.Random, int], int]
) -> None:
    chance = random.Random(2026)
    with reading():
        kept = head().hash
    for _again in range(100):
        with undone():
            first_wrong = mutate(chance, chance.randint(1, ENTRIES))
            db.session.flush()
            verdict = verify(kept)
        assert not verdict.holds
        if mutate not in (truncate_with_head, write_again):
            assert verdict.broken_at == first_wrong
    with reading():
        assert verify(kept).holds


def test_content_is_refused(context: Flask) -> None:
    with transaction(), pytest.raises(ContentInJournal):
        record("test.done", by=None, why="Elle a dit que")


def test_the_first_entries_ever_may_come_at_the_same_time(app: Flask) -> None:
    failures: list[BaseException] = []
    together = threading.Barrier(6)

    def write() -> None:
        try:
            together.wait()
            with app.app_context(), transaction():
                record("test.done", by=None)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with app.app_context(), reading():
        assert verify().entries == 6
