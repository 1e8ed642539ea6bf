"""The key store: a small database apart from the data, with its own backup (law 8).

It keeps one wrapped copy of each data key a holder. Today the only holder is the organisation, whose
key-encryption keys are in the master key file: a line each, `id base64`, the first one current.
Destroying a safe's keys makes its data unreadable, in every backup of the data too.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    delete,
    func,
    insert,
    select,
    update,
)

from app.db import configure_sqlite, engine_options, sqlite_file
from app.vault import crypto

ORGANISATION = "organisation"
CHECK = "house:check"
BATCH = 500

_metadata = MetaData()
wrapped_keys = Table(
    "wrapped_key",
    _metadata,
    Column("safe", String(64), primary_key=True),
    Column("holder", String(64), primary_key=True),
    Column("kek", String(16), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Index("wrapped_key_kek", "kek"),
)
_HELD = select(wrapped_keys.c.safe, wrapped_keys.c.kek, wrapped_keys.c.wrapped).where(
    wrapped_keys.c.safe.in_(bindparam("names", expanding=True)), wrapped_keys.c.holder == ORGANISATION
)


class KeyFileError(RuntimeError):
    """The master key file is missing or wrong. The message says how to restore it; nothing was touched."""


class KeyGone(Exception):
    """The data key was destroyed, or never was."""


def _restore_hint(path: Path) -> str:
    return (
        f"Put it back at {path} from a backup of the keys (docs/administration.md says how), "
        "or set INTRANET_KEY_FILE. Nothing was changed."
    )


def read_master(path: Path) -> dict[str, AESGCM]:
    """The key-encryption keys by id, current first. Raises KeyFileError."""
    try:
        lines = path.read_text().split("\n")
        return {name: AESGCM(base64.b64decode(key)) for name, key in (line.split() for line in lines if line.strip())}
    except FileNotFoundError:
        raise KeyFileError(f"The master key file is missing. {_restore_hint(path)}") from None
    except (OSError, ValueError):
        raise KeyFileError(f"The master key file cannot be read. {_restore_hint(path)}") from None


def write_master(path: Path, *, keep: bool) -> str:
    """Put a new key-encryption key first in the file, atomically; `keep` the old ones behind it. Returns its id."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = secrets.token_hex(4)
    old = path.read_text() if keep and path.exists() else ""
    _replace(path, f"{name} {base64.b64encode(crypto.new_key()).decode()}\n{old}")
    return name


def _replace(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)  # the key stands on the disk before anything is wrapped under it
    os.close(folder)


class KeyStore:
    """Data keys, wrapped. One for each app."""

    def __init__(self, url: str, master: Path) -> None:
        self.url, self.master = url, master
        self.engine: Engine = create_engine(url, **engine_options(url))
        if sqlite_file(url) is not None:
            configure_sqlite(self.engine)
        self._keks: dict[str, AESGCM] = {}
        self._house: dict[str, bytes] = {}

    def set_up(self) -> None:
        """Create the store and its master key, once. Refuses a store whose master key is missing."""
        file = sqlite_file(self.url)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _metadata.create_all(self.engine)
        if not self.master.exists():
            with self.engine.connect() as connection:
                if connection.scalar(select(func.count()).select_from(wrapped_keys)):
                    raise KeyFileError(f"The master key file is missing. {_restore_hint(self.master)}")
            write_master(self.master, keep=False)
        if file is not None:
            os.chmod(file, 0o600)
        self.create([CHECK])

    def check(self) -> None:
        """Raises KeyFileError unless the master key opens this store."""
        self._keks = read_master(self.master)
        try:
            self.keys([CHECK])
        except (KeyGone, crypto.WrongSeal):
            raise KeyFileError(f"The master key does not open this key store. {_restore_hint(self.master)}") from None

    def create(self, names: Sequence[str]) -> dict[str, AESGCM]:
        """New data keys, durable before this returns. A name that has one already keeps it."""
        fresh = {name: crypto.new_key() for name in names}
        with self._writing() as connection:
            kek_name, kek = self._current()
            there = set(connection.scalars(select(wrapped_keys.c.safe).where(wrapped_keys.c.safe.in_(names[:BATCH]))))
            rows = [
                {"safe": n, "holder": ORGANISATION, "kek": kek_name, "wrapped": crypto.seal(kek, key, _where(n))}
                for n, key in fresh.items()
                if n not in there
            ]
            if rows:
                connection.execute(insert(wrapped_keys), rows)
        return {name: AESGCM(key) for name, key in fresh.items() if name not in there} | (
            self.keys(list(there)) if there else {}
        )

    def keys(self, names: Iterable[str]) -> dict[str, AESGCM]:
        """The data keys by safe. Raises KeyGone when one was destroyed, WrongSeal when the master key is not theirs."""
        return {name: AESGCM(key) for name, key in self._unwrap(list(names)).items()}

    def house_key(self, purpose: str) -> bytes:
        """A key of the house itself (sessions, index, accounts): made at first use, kept while the process lives."""
        name = f"house:{purpose}"
        if name not in self._house:
            self.create([name])
            self._house[name] = self._unwrap([name])[name]
        return self._house[name]

    def destroy(self, names: Sequence[str]) -> None:
        """Destroy every copy of these safes' data keys, durably. The data stays, unreadable (D-CONF-9)."""
        with self._writing() as connection:
            for start in range(0, len(names), BATCH):
                connection.execute(delete(wrapped_keys).where(wrapped_keys.c.safe.in_(names[start : start + BATCH])))
        sweep = "PRAGMA wal_checkpoint(TRUNCATE)" if sqlite_file(self.url) is not None else "VACUUM wrapped_key"
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(sweep)  # nothing of them stays on the disk

    def rotate(self) -> int:
        """Wrap every data key under a new key-encryption key, while people work. Run again after a stop, it goes on.

        Returns how many were wrapped anew. The old keys leave the file once nothing needs them.
        """
        with self._writing() as connection:  # the file has one writer, as the store has
            current, _key = self._current()
            if not connection.scalar(select(func.count()).where(wrapped_keys.c.kek != current)):
                write_master(self.master, keep=True)
        done = 0
        while batch := self._rewrap():
            done += batch
        with self._writing() as connection:  # nobody wraps a new key while the old ones leave
            used = set(connection.scalars(select(wrapped_keys.c.kek).distinct()))
            first, *others = self.master.read_text().splitlines(keepends=True)
            _replace(self.master, first + "".join(line for line in others if line.split()[0] in used))
        self._keks = read_master(self.master)
        return done

    def mark(self) -> str:
        """What tells this store from every other, and tells nothing else: a backup of the data names its keys by it."""
        return crypto.token(self.house_key("mark"), "key store", "mark").hex()

    def status(self) -> dict[str, int]:
        """How many data keys each key-encryption key wraps, the current one first."""
        counts = dict.fromkeys(read_master(self.master), 0)
        with self.engine.connect() as connection:
            query = select(wrapped_keys.c.kek, func.count()).group_by(wrapped_keys.c.kek)
            return counts | dict(connection.execute(query).tuples().all())

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One writer at a time, on both databases."""
        with self.engine.connect().execution_options(write=True) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(5551)")
            yield connection

    def _rewrap(self) -> int:
        """Wrap some keys anew, under what is the current key by now: another rotation may have begun."""
        table = wrapped_keys
        with self._writing() as connection:
            current, kek = self._current()
            rows = connection.execute(select(table).where(table.c.kek != current).limit(BATCH)).all()
            for row in rows:
                key = crypto.unseal(self._kek(row.kek), row.wrapped, _where(row.safe))
                connection.execute(
                    update(table)
                    .where(table.c.safe == row.safe, table.c.holder == row.holder)
                    .values(kek=current, wrapped=crypto.seal(kek, key, _where(row.safe)))
                )
        return len(rows)

    def _current(self) -> tuple[str, AESGCM]:
        self._keks = read_master(self.master)
        return next(iter(self._keks.items()))

    def _unwrap(self, names: list[str]) -> dict[str, bytes]:
        keys: dict[str, bytes] = {}
        with self.engine.connect() as connection:
            for start in range(0, len(names), BATCH):
                part = names[start : start + BATCH]
                for safe, kek, wrapped in connection.execute(_HELD, {"names": part}):
                    keys[safe] = crypto.unseal(self._kek(kek), wrapped, _where(safe))
        if len(keys) < len(set(names)):
            raise KeyGone
        return keys

    def _kek(self, name: str) -> AESGCM:
        if name not in self._keks:  # another process rotated: the file has the new one
            self._keks = read_master(self.master)
        try:
            return self._keks[name]
        except KeyError:
            raise crypto.WrongSeal from None


def _where(safe: str) -> bytes:
    return crypto.place("wrapped_key", safe, ORGANISATION)
