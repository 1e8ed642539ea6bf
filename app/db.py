"""The database: one unit of work a request, the write lock first, the column types.

A unit of work is one transaction. It is opened for reading or for writing (`begin`), and closed once (`finish`). What
the journal has to keep is written in the same transaction as the change; what must survive a refusal (openings,
refusals, faults of plugins) is written in a transaction of its own before the answer leaves. No entry, no answer.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypedDict

from flask import current_app
from flask.globals import app_ctx
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, event
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware, in UTC, on both databases. Refuses a naive datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    registry = registry(type_annotation_map={datetime: UtcDateTime})


def now() -> datetime:
    return datetime.now(UTC)


def new_uid() -> str:
    """A random identifier for addresses and seals: 128 bits, URL-safe."""
    return secrets.token_urlsafe(16)


@dataclass
class Unit:
    """What one unit of work holds until it is finished."""

    write: bool
    entries: list[Any] = field(default_factory=list)  # journal entries, see app.journal
    later: list[Callable[[], None]] = field(default_factory=list)  # writes of their own, whatever this unit's end
    committed: list[Callable[[], None]] = field(default_factory=list)  # done once it is committed, never otherwise
    keys: dict[int, Any] = field(default_factory=dict)  # safes opened in it, see app.vault
    reader: int | None = None  # the user they are open to
    sealing: dict[int, Any] = field(default_factory=dict)  # safes written to in it
    instead: str | None = None  # what stands for a damaged value, where one must not hide the rest; see app.vault
    gate: Gate | None = None


class Abandoned(RuntimeError):
    """The call was given up because it took too long: it may not touch the database any more."""


@dataclass
class Call:
    """A call into a plugin; once it is given up, what goes on in it may not touch the database any more."""

    abandoned: bool = False
    left: Session | None = None  # the session that stays with it


current_call: ContextVar[Call | None] = ContextVar("current_call", default=None)


def _scope() -> int:
    """One session an application context."""
    call = current_call.get()
    if call is not None and call.abandoned:
        raise Abandoned
    return id(app_ctx._get_current_object())  # type: ignore[attr-defined]


db = SQLAlchemy(model_class=Base, session_options={"scopefunc": _scope})
if TYPE_CHECKING:

    class Model(Base):
        """What every table's class derives from."""

        __abstract__ = True
else:
    Model = db.Model


class Gate:
    """A queue in front of SQLite's write lock: fair within a process, a file lock between processes.

    SQLite makes waiters poll; with eight writers the slowest then waits ten times longer than behind this.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = threading.Lock()
        self._file: IO[bytes] | None = None

    def acquire(self) -> None:
        self._thread.acquire()
        try:
            if self._file is None:
                self._file = open(self._path, "ab")  # noqa: SIM115
                os.chmod(self._path, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._thread.release()
            raise

    def release(self) -> None:
        assert self._file is not None
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._thread.release()


def configure_sqlite(engine: Engine) -> None:
    """Durable, defensive, nothing left in freed pages; transactions begun by us."""

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=10000",
            "foreign_keys=ON",
            "secure_delete=ON",
            "trusted_schema=OFF",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def sqlite_file(url: str) -> Path | None:
    """The file behind a SQLite address, else None."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


class EngineOptions(TypedDict, total=False):
    pool_pre_ping: bool
    pool_size: int
    max_overflow: int


def engine_options(url: str) -> EngineOptions:
    return {} if url.startswith("sqlite") else {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 10}


# --- one unit of work ------------------------------------------------------------------------------------------------

writers: list[Callable[[list[Any]], None]] = []  # the journal's writer; see app.journal.chain


def unit() -> Unit:
    """The unit of work under way; one for reading is begun when there is none."""
    info = db.session().info
    if "unit" not in info:
        begin(write=False)
    found: Unit = info["unit"]
    return found


def begin(*, write: bool) -> None:
    """Begin a unit of work. For writing, the write lock is taken first (law 7)."""
    session = db.session()
    if "unit" in session.info:
        raise RuntimeError("A unit of work is under way already.")
    session.info["unit"] = started = Unit(write=write)
    gate: Gate | None = current_app.extensions.get("gate")
    if write and gate is not None:
        gate.acquire()
        started.gate = gate
    try:
        session.connection(execution_options={"write": write})
    except BaseException:
        _end(session)
        raise


def _end(session: Session) -> None:
    ended: Unit | None = session.info.pop("unit", None)
    if ended is not None and ended.gate is not None:
        ended.gate.release()


def finish(*, ok: bool) -> None:
    """Close the unit of work: commit if it was for writing and went well, else roll back; then write what survives."""
    session = db.session()
    current: Unit | None = session.info.get("unit")
    if current is None:
        return
    kept = [entry for entry in current.entries if entry.survives or not current.write]
    if current.write and ok:
        kept = []
        _commit(session, current)
    else:
        try:
            session.rollback()
        finally:
            _end(session)
    if kept or current.later:
        with transaction():
            unit().entries += kept
            for write in current.later:
                write()


def _commit(session: Session, current: Unit) -> None:
    try:
        session.flush()
        if current.entries:
            for write in writers:
                write(current.entries)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _end(session)
    for act in current.committed:
        act()


def give_up(call: Call) -> None:
    """Give up a call that takes too long. A unit for reading goes on with a session of its own: two threads never share
    one. What was read moves there; the old session is closed by the call's own thread, when it ends at last.
    """
    old = db.session()
    call.abandoned = True
    current: Unit | None = old.info.get("unit")
    if current is None or current.write:
        return
    call.left, rows = old, list(old)
    old.connection().detach()  # the pool lends another one instead
    old.expunge_all()
    fresh = db.session.session_factory()
    fresh.info["unit"] = old.info.pop("unit")
    db.session.registry.set(fresh)
    fresh.add_all(rows)
    fresh.connection(execution_options={"write": False})


@event.listens_for(Engine, "before_cursor_execute")
def _not_given_up(*_statement: object) -> None:
    call = current_call.get()
    if call is not None and call.abandoned:
        raise Abandoned


@contextmanager
def transaction() -> Iterator[None]:
    """One unit of work for writing, for commands, jobs and tests. Commits at the end, rolls back on any error."""
    begin(write=True)
    try:
        yield
    except BaseException:
        finish(ok=False)
        raise
    finish(ok=True)


@contextmanager
def reading() -> Iterator[None]:
    """One unit of work for reading: what it opens is journaled when it ends."""
    begin(write=False)
    try:
        yield
    finally:
        finish(ok=False)


def write_lock() -> None:
    """Turn a unit for reading into one for writing: what was read is forgotten and must be read again."""
    finish(ok=False)
    begin(write=True)


@event.listens_for(Session, "before_flush")
def _writes_need_the_lock(session: Session, _context: object, _instances: object) -> None:
    current: Unit | None = session.info.get("unit")
    if current is not None and not current.write and (session.new or session.dirty or session.deleted):
        raise RuntimeError("This unit of work is for reading. Begin one for writing before changing rows.")
