"""Tries are counted in the database, so that all processes share them; too many wait, nobody is locked out."""

from __future__ import annotations

import hashlib
import hmac
import math
from datetime import datetime

from flask_babel import ngettext
from sqlalchemy import delete, func, select

from app import db as database
from app.accounts import rules
from app.accounts.models import Attempt
from app.db import db, now
from app.errors import IntranetError
from app.journal import record
from app.vault import key_store


class TooManyTries(IntranetError):
    """Too many tries in a short time; the message says how long to wait."""

    status = 429


def key_of(*parts: str) -> bytes:
    """A keyed fingerprint: who tried, and from where, cannot be read back from the table."""
    secret = key_store().house_key("attempts")
    return hmac.digest(secret, "\0".join(parts).casefold().encode(), hashlib.sha256)[:16]


def take(place: bytes, everywhere: bytes | None = None) -> None:
    """Count a try before it is made, in a unit of work of its own. Raises TooManyTries, journaled, when it must wait.

    `place`: what is tried, from where; `everywhere`: the same thing from anywhere. Ends in a new unit for reading.
    """
    keys = [key for key in (place, everywhere) if key is not None]
    database.write_lock()
    if db.engine.dialect.name == "postgresql":  # SQLite has one writer; here tries of one thing queue up
        db.session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(keys[-1][:7]))))
    tries, last = _count(place)
    wait = rules.wait_after(tries, _count(everywhere)[0] if everywhere else 0)
    left = (last + wait - now()).total_seconds() if last else 0
    if left > 0:
        record("accounts.slowed_down", by=None, survives=True)
    else:
        db.session.add_all(Attempt(key=key) for key in keys)
    database.finish(ok=left <= 0)
    database.begin(write=False)
    if left > 0:
        raise TooManyTries(
            ngettext(
                "Too many tries in a short time. Wait %(num)d second, then try again.",
                "Too many tries in a short time. Wait %(num)d seconds, then try again.",
                math.ceil(left),
            )
        )


def _count(key: bytes) -> tuple[int, datetime | None]:
    fresh = Attempt.at > now() - rules.WINDOW
    found = db.session.execute(select(func.count(), func.max(Attempt.at)).where(Attempt.key == key, fresh)).one()
    return found[0], found[1]


def forget(*keys: bytes) -> None:
    """She was right: her earlier slips do not count against her."""
    db.session.execute(delete(Attempt).where(Attempt.key.in_(keys)))
