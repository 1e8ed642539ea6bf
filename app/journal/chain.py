"""The chain: each entry's hash covers the one before. Whoever keeps an earlier head can prove a later change."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Result, insert, select, update

from app import db as database
from app.db import db, now, unit
from app.journal.models import JournalAbout, JournalEntry, JournalHead

if TYPE_CHECKING:
    from app.accounts.models import User

START = "0" * 64
_IDENTIFIER = re.compile(r"[\w.:@+/-]{0,64}", re.ASCII)
_PAGE = 5000
_encode = json.JSONEncoder(separators=(",", ":")).encode
Detail = dict[str, int | str | bool | None]


class ContentInJournal(ValueError):
    """The journal holds identifiers and numbers only: put the text in a sealed column (D-CONF-10)."""


@dataclass(frozen=True)
class Entry:
    """One event, as it is recorded and as plugins are told of it after commit."""

    action: str
    actor: str | None
    subject: str | None = None
    codes: tuple[str, ...] = ()
    detail: Detail = field(default_factory=dict)
    survives: bool = False
    at: datetime = field(default_factory=now)


def record(
    action: str,
    subject: str | None = None,
    *,
    by: User | None,
    codes: Sequence[str] = (),
    survives: bool = False,
    **detail: int | str | bool | None,
) -> None:
    """Put an event in the journal, in the transaction of what it records.

    `subject` is an identifier, `codes` the persons it speaks of. `survives`: it is kept even when this unit of work
    is rolled back (openings and refusals). Raises ContentInJournal for a text that is no identifier.
    """
    for value in (subject, *codes, *detail.values()):
        if isinstance(value, str) and not _IDENTIFIER.fullmatch(value):
            raise ContentInJournal(action)
    unit().entries.append(Entry(action, by.uid if by else None, subject, tuple(codes), detail, survives))


def canonical(
    seq: int, at: datetime, actor: str | None, action: str, subject: str | None, codes: str, detail: str
) -> bytes:
    """An entry's bytes, the same on every database and machine."""
    moment = f"{at.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"
    return _encode([seq, moment, actor, action, subject, codes, detail]).encode()


def link(previous: str, entry: bytes) -> str:
    return hashlib.sha256(previous.encode() + entry).hexdigest()


def append(entries: list[Entry]) -> None:
    """Write entries at the end of the chain, holding the head's row lock until commit."""
    connection = db.session.connection()
    seq, last = connection.execute(_HEAD).one()
    rows, about = [], []
    for entry in entries:
        seq += 1
        codes = " ".join(entry.codes)
        detail = json.dumps(entry.detail, sort_keys=True, separators=(",", ":"))
        told = (entry.at, entry.actor, entry.action, entry.subject, codes, detail)
        last = link(last, canonical(seq, *told))
        rows.append(dict(zip(_COLUMNS, (seq, *told, last), strict=True)))
        about += [{"code": code, "seq": seq} for code in dict.fromkeys(entry.codes)]
    connection.execute(_ENTRY, rows)
    if about:
        connection.execute(_ABOUT, about)
    connection.execute(_NEW_HEAD, {"seq": seq, "hash": last})


_head, _entries, _about = (
    model.metadata.tables[model.__tablename__] for model in (JournalHead, JournalEntry, JournalAbout)
)
_HEAD = select(_head.c.seq, _head.c.hash).with_for_update()
_ENTRY, _ABOUT = insert(_entries), insert(_about)
_NEW_HEAD = update(_head)
_COLUMNS = ("seq", "at", "actor", "action", "subject", "codes", "detail", "hash")
database.writers.append(append)


class Head(NamedTuple):
    seq: int
    hash: str


class Verdict(NamedTuple):
    """`broken_at` is the first entry from which the chain does not hold; None: it holds."""

    entries: int
    broken_at: int | None
    knows_heads: bool | None  # whether all the earlier heads that were asked about are in it; None: none was

    @property
    def holds(self) -> bool:
        return self.broken_at is None and self.knows_heads is not False


def head() -> Head:
    found = db.session.execute(select(JournalHead.seq, JournalHead.hash)).one_or_none()
    return Head(*found) if found else Head(0, START)


def verify(*earlier: str) -> Verdict:
    """Recompute the whole chain. `earlier`: heads kept from before; each must be in it."""
    seq, last, missing, end = 0, START, set(earlier) - {START}, head()
    for row in _all_rows():
        seq += 1
        *told, kept, end_seq, end_hash = tuple(row)
        last, end = link(last, canonical(*told)), Head(end_seq, end_hash)
        if row.seq != seq or kept != last:
            return Verdict(seq, seq, None if not earlier else not missing)
        missing.discard(last)
    return Verdict(seq, None if end == (seq, last) else seq + 1, None if not earlier else not missing)


def _all_rows() -> Result[Any]:
    """Every entry, each with the head: one statement, so that what is appended meanwhile does not look like a fault."""
    columns = [getattr(JournalEntry, name) for name in _COLUMNS]
    end = [select(column).scalar_subquery() for column in (JournalHead.seq, JournalHead.hash)]
    return db.session.execute(select(*columns, *end).order_by(JournalEntry.seq).execution_options(yield_per=_PAGE))
