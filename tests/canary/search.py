"""Looking for words in all that stays: a word, its beginning and its end, in each way that it might be written."""

from __future__ import annotations

import base64
import io
import random
import string
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyrage
from flask import Flask
from sqlalchemy import Engine, MetaData, select

from app.care import backup
from app.config import Settings
from app.db import db

dice = random.Random(2026)


def letters(number: int) -> str:
    return "".join(dice.choices(string.ascii_lowercase, k=number))


BEGINNING, END = letters(8), letters(8)  # of every word: who looks for these two looks for all of them at once


def new_canary() -> str:
    return f"{BEGINNING}{letters(8)}{END}"


def needles(word: str) -> Iterator[tuple[str, bytes]]:
    """Its beginning and its end, as they might be written. Letters are compared in small ones."""
    for piece in {word[:8], word[-8:]}:
        plain = piece.lower().encode()
        yield "clear", plain
        yield "utf-16", piece.lower().encode("utf-16-le")
        yield "hex", plain.hex().encode()
        yield "json", "".join(f"\\u{ord(letter):04x}" for letter in piece.lower()).encode()
        yield from (("base64", found) for found in _base64(piece.encode()))


def _base64(piece: bytes) -> Iterator[bytes]:
    """At each of three places in a longer text, without the signs that its neighbours change."""
    for before in range(3):
        inside = base64.b64encode(b"\0" * before + piece)
        yield inside[(before * 8 + 5) // 6 : len(piece + b"\0" * before) * 8 // 6]


def hits(words: Mapping[str, str], where: str, hay: bytes) -> Iterator[str]:
    """Each word that is found, and how. What many words share is looked for once."""
    small = hay.lower()
    shared = {place: word for place, word in words.items() if word.startswith(BEGINNING)}
    looked_for = {place: word for place, word in words.items() if place not in shared}
    for place, word in {"a canary": BEGINNING + END, **looked_for}.items():
        for way, needle in needles(word):
            if needle in (hay if way == "base64" else small):
                known = [name for name, one in shared.items() if one.encode() in small] if word not in words else []
                yield f"{', '.join(known) or place} in {way} in {where}"


# --- everything that stays -------------------------------------------------------------------------------------------


def every_column(engine: Engine) -> Iterator[tuple[str, bytes]]:
    """Each table as it is read: text as text, bytes as bytes."""
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            values = (value for row in connection.execute(select(table)) for value in row)
            yield (
                f"the table {table.name}",
                b"\0".join(value if isinstance(value, bytes) else str(value).encode() for value in values),
            )


def clear_of(archive: Path, identity: Path) -> bytes:
    """An archive as its owner opens it."""
    key = pyrage.x25519.Identity.from_str(identity.read_text().strip().splitlines()[-1])
    return bytes(pyrage.decrypt(archive.read_bytes(), [key]))


def everything(app: Flask, settings: Settings, logs: str, temporary: Path) -> Iterator[tuple[str, bytes]]:
    for folder in (settings.instance, temporary):
        yield from ((str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file())
        yield from ((f"the name of {path}", path.name.encode()) for path in folder.rglob("*"))
    yield "the logs", logs.encode()
    with app.app_context():
        yield from every_column(db.engine)
    yield from every_column(app.extensions["key_store"].engine)
    for archive in (settings.instance / "backups").iterdir():
        clear = clear_of(archive, backup.identity_file(settings))
        with tarfile.open(fileobj=io.BytesIO(clear)) as packed:
            assert any(name.endswith("database") for name in packed.getnames())
        yield f"what {archive.name} holds", clear
