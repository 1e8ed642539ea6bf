"""Backups: data and keys apart, each an archive that only its recipient opens (age), made while people work.

What was destroyed stays so: a backup of the data holds sealed values only, and its keys are expired apart (D-CONF-9).
On disk nothing of it stands outside of a private folder of the instance, and there only while it is being made.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyrage
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.care.startup import MARKER, Refused, hold_instance
from app.config import Settings
from app.db import now, sqlite_file
from app.vault.crypto import WrongSeal
from app.vault.keystore import KeyFileError, KeyStore

FORMAT = 1
MANIFEST = "manifest.json"
APART = {"data", "keys", "work", "backups", "making", "replaced"}  # not copied as they stand, or not at all
PG = "PostgreSQL's own pg_dump and psql, of the server's version or newer"


@dataclass(frozen=True)
class Opened:
    """An archive whose every file is what the manifest says, unpacked in a private folder."""

    folder: Path
    manifest: dict[str, Any]


# --- the key that opens backups ---------------------------------------------------------------------------------------


def identity_file(settings: Settings) -> Path:
    return settings.instance.absolute() / "keys" / "backup-identity.txt"


def make_identity(settings: Settings) -> Path | None:
    """A key of this instance's own, unless a recipient is set. None: nothing was made."""
    path = identity_file(settings)
    if settings.backup_recipient or path.exists():
        return None
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{pyrage.x25519.Identity.generate()}\n")
    return path


def _recipient(settings: Settings) -> Any:
    try:
        if settings.backup_recipient:
            return pyrage.x25519.Recipient.from_str(settings.backup_recipient)
    except pyrage.RecipientError:
        raise Refused("INTRANET_BACKUP_RECIPIENT should be an age public key, which begins with age1.") from None
    make_identity(settings)
    return _identity(identity_file(settings)).to_public()


def _identity(path: Path) -> Any:
    try:
        lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
        return pyrage.x25519.Identity.from_str(lines[0].strip())
    except (OSError, IndexError, pyrage.IdentityError):
        raise Refused(f"{path} does not hold the key that opens backups. Name it with --identity FILE.") from None


# --- making -----------------------------------------------------------------------------------------------------------


def create(settings: Settings, folder: Path | None) -> tuple[Path, Path]:
    """The archives of data and of keys, durable. The keys come second: they hold every key that the data needs."""
    folder = folder or settings.instance / "backups"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    recipient, moment = _recipient(settings), now()
    mark = KeyStore(settings.key_store_url, settings.master_key).mark()
    with _private(settings) as made:
        data = made / "data"
        data.mkdir()
        _copy_database(settings.data_url, data / "database")
        for path in settings.instance.iterdir():
            if path.name not in APART and path.suffix != ".lock":
                (shutil.copytree if path.is_dir() else shutil.copy2)(path, data / path.name)
        keys = made / "keys"
        keys.mkdir()
        _copy_database(settings.key_store_url, keys / "database")
        shutil.copy2(settings.master_key, keys / "master.key")
        return (
            _pack(data, folder, recipient, {"kind": "data", "keys": mark, "url": settings.data_url}, moment),
            _pack(keys, folder, recipient, {"kind": "keys", "keys": mark, "url": settings.key_store_url}, moment),
        )


def _pack(source: Path, folder: Path, recipient: Any, about: dict[str, Any], moment: datetime) -> Path:
    files = {str(path.relative_to(source)): _hash(path) for path in sorted(source.rglob("*")) if path.is_file()}
    dialect = make_url(about.pop("url")).get_backend_name()
    manifest = {"format": FORMAT, "made_at": moment.isoformat(), "database": dialect, "files": files} | about
    (source / MANIFEST).write_text(json.dumps(manifest))
    tar = source.with_suffix(".tar")
    with tarfile.open(tar, "w") as archive:
        archive.add(source, arcname=".")
    target = folder / f"intranet-{about['kind']}-{moment:%Y%m%d-%H%M%S}.age"
    part = target.with_suffix(".part")
    with tar.open("rb") as clear, part.open("wb") as sealed:
        pyrage.encrypt_io(clear, sealed, [recipient])
        sealed.flush()
        os.fsync(sealed.fileno())
    return part.rename(target)


def _copy_database(url: str, target: Path) -> None:
    """A copy of one moment, taken while people write."""
    if file := sqlite_file(url):
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    else:
        _postgres("pg_dump", url, "--no-owner", "--no-privileges", "--file", str(target))


def _postgres(program: str, url: str, *arguments: str) -> None:
    address = make_url(url).set(drivername="postgresql")
    environment = os.environ | ({"PGPASSWORD": address.password} if isinstance(address.password, str) else {})
    plain = address.set(password=None).render_as_string()
    command = [program, "--no-password", "--dbname", plain, *arguments]
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True)  # noqa: S603
    except FileNotFoundError:
        raise Refused(f"{program} is missing. Install {PG}.") from None
    except subprocess.CalledProcessError as error:
        line = error.stderr.decode(errors="replace").strip().splitlines()[:1]
        raise Refused(f"{program} failed, nothing was changed. It needs {PG}. It says: {''.join(line)}") from None


# --- opening ----------------------------------------------------------------------------------------------------------


def verify(settings: Settings, archive: Path, identity: Path | None) -> dict[str, Any]:
    """The manifest of an archive that opens and whose every file is whole. Raises Refused."""
    with _private(settings) as made:
        return _open(settings, archive, identity, made / "archive").manifest


def _open(settings: Settings, archive: Path, identity: Path | None, folder: Path) -> Opened:
    key = _identity(identity or identity_file(settings))
    tar = folder.with_suffix(".tar")
    try:
        with archive.open("rb") as sealed, tar.open("wb") as clear:
            pyrage.decrypt_io(sealed, clear, [key])
        with tarfile.open(tar) as packed:
            packed.extractall(folder, filter="data")
        manifest = json.loads((folder / MANIFEST).read_text())
        whole = all(_hash(folder / name) == expected for name, expected in manifest["files"].items())
    except FileNotFoundError as error:
        raise Refused(f"{error.filename} is missing. Nothing was changed.") from None
    except (pyrage.DecryptError, OSError, tarfile.TarError, ValueError, KeyError):
        raise Refused(
            f"{archive} does not open: the key is not the one it was made for, or the file is damaged or cut short. "
            "Nothing was changed."
        ) from None
    if not whole or manifest["format"] != FORMAT:
        raise Refused(f"{archive} is damaged, or from a newer version. Nothing was changed.")
    return Opened(folder, manifest)


def restore(settings: Settings, archive: Path, keys: Path | None, identity: Path | None) -> None:
    """Put a backup in place of what is there, which goes to `replaced/`. All is checked before the first change.

    Raises Refused when this instance runs, or when data and keys do not belong together.
    """
    with hold_instance(settings), _private(settings) as made:
        data = _open(settings, archive, identity, made / "data")
        opened = _open(settings, keys, identity, made / "keys") if keys else None
        _check_kind(data, "data", archive, settings.data_url)
        if opened and keys:
            _check_kind(opened, "keys", keys, settings.key_store_url)
        if data.manifest["keys"] != (opened.manifest["keys"] if opened else _mark(settings)):
            raise Refused("This backup was made under other keys: give theirs with --keys FILE. Nothing was changed.")
        if (settings.instance / MARKER).exists() and MARKER not in data.manifest["files"]:
            raise Refused(f"{settings.instance} holds a demo: restore real data into another folder.")
        _swap(settings, data, opened)


def _mark(settings: Settings) -> str:
    """Which key store stands here; "" when none does, or when its master key is not there."""
    try:
        return KeyStore(settings.key_store_url, settings.master_key).mark()
    except (KeyFileError, WrongSeal, SQLAlchemyError):
        return ""


def _check_kind(opened: Opened, kind: str, archive: Path, url: str) -> None:
    if opened.manifest["kind"] != kind:
        raise Refused(f"{archive} holds the {opened.manifest['kind']}, not the {kind}. Nothing was changed.")
    if opened.manifest["database"] != make_url(url).get_backend_name():
        raise Refused(f"{archive} comes from {opened.manifest['database']}: choose that database. Nothing was changed.")


def _swap(settings: Settings, data: Opened, keys: Opened | None) -> None:
    aside = settings.instance / "replaced" / f"{now():%Y%m%d-%H%M%S}"
    aside.mkdir(parents=True)
    _put_database(settings.data_url, data.folder / "database", aside)  # first: PostgreSQL may refuse
    if keys:
        _put_database(settings.key_store_url, keys.folder / "database", aside)
        _exchange(keys.folder / "master.key", settings.master_key, aside)
    for path in data.folder.iterdir():
        if path.name not in {"database", MANIFEST}:
            _exchange(path, settings.instance / path.name, aside)


def _put_database(url: str, copy: Path, aside: Path) -> None:
    if file := sqlite_file(url):
        for beside in ("-wal", "-shm"):
            if (old := file.with_name(file.name + beside)).exists():
                old.rename(aside / old.name)
        _exchange(copy, file, aside)
    else:
        empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        _postgres("psql", url, "--single-transaction", "-qv", "ON_ERROR_STOP=1", "-c", empty, "-f", str(copy))


def _exchange(new: Path, place: Path, aside: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if place.exists():
        shutil.move(place, aside / place.name)
    shutil.move(new, place)  # the key file may stand on another disk


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _private(settings: Settings) -> Iterator[Path]:
    """A folder of the instance that only we may read; gone afterwards, and what a killed run left in it too."""
    with hold_instance(settings, "backup"):
        folder = settings.instance / "making"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder)
