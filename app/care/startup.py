"""How every process of ours starts: private files, one line instead of a traceback, one run at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from sqlalchemy.exc import DatabaseError

from app import config
from app.config import SettingError, Settings
from app.schema import NewerDatabase
from app.vault.keystore import KeyFileError

MARKER = "demo"  # a file in the instance folder: what is here was invented


class Refused(click.ClickException):
    """One line on stderr that says what to do; exit 2."""

    exit_code = 2


@contextmanager
def starting() -> Iterator[None]:
    """Files that only we may read. What keeps us from starting is said in one line, exit 2."""
    os.umask(0o077)
    try:
        yield
    except (SettingError, KeyFileError, NewerDatabase) as error:
        _stop(str(error))
    except DatabaseError:
        _stop("The database does not answer or cannot be read. Check INTRANET_DATABASE_URL and INTRANET_KEYS_URL.")
    except (PermissionError, NotADirectoryError, FileExistsError) as error:
        _stop(f"{error.filename}: {error.strerror}. Check INTRANET_INSTANCE, and the owner of that folder.")
    except Refused as error:
        _stop(error.message)


def _stop(line: str) -> None:
    click.echo(f"intranet: {' '.join(line.split())}", err=True)
    raise SystemExit(2) from None


def start() -> Flask:
    """The app, as wsgi.py and the commands want it."""
    from app import create_app

    with starting():
        settings = config.load()
        check_demo(settings)
        return create_app(settings)


def check_demo(settings: Settings) -> None:
    """A demo is marked when it is made, and stays one; a real instance never becomes one. Raises Refused."""
    marker = settings.instance / MARKER
    if settings.demo and not marker.exists():
        if settings.master_key.exists() or (settings.instance / "data").exists():
            raise Refused(
                f"{settings.instance} is a real instance, and INTRANET_DEMO is 1. Unset it, or choose another "
                "folder with INTRANET_INSTANCE. Nothing was changed."
            )
        marker.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        marker.touch()
    if marker.exists() and not settings.demo:
        raise Refused(
            f"{settings.instance} holds a demo. Start it with bin/run, or choose another folder with INTRANET_INSTANCE."
        )


@contextmanager
def hold_instance(settings: Settings, what: str = "run") -> Iterator[int]:
    """Keep others from doing the same with this instance: yields the lock's file descriptor. Raises Refused."""
    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(settings.instance / f"{what}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(lock, 20).decode().strip() or "unknown"
            raise Refused(
                f"Another {what} holds {settings.instance} (process {holder}). Stop it first, or choose another "
                "folder with INTRANET_INSTANCE."
            ) from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        yield lock
    finally:
        os.close(lock)
