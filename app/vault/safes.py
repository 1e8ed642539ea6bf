"""Safes: making them, granting and opening them, destroying their keys. The vault's only writer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import bindparam, delete, exists, false, insert, or_, select, true, update
from sqlalchemy.orm import aliased

from app.db import UtcDateTime, db, new_uid, now, unit
from app.errors import Damaged, NotGranted, SafeDestroyed
from app.vault import crypto
from app.vault.keystore import KeyGone, KeyStore
from app.vault.models import BlindToken, Grant, Safe

if TYPE_CHECKING:
    from app.accounts.models import User


def key_store() -> KeyStore:
    store: KeyStore = current_app.extensions["key_store"]
    return store


def index_key() -> bytes:
    return key_store().house_key("index")


def house_cipher(purpose: str) -> Any:
    return _cipher(key_store().house_key(purpose))


@cache
def _cipher(key: bytes) -> Any:
    return crypto.cipher(key)


def fingerprint(field: str, text: str) -> bytes:
    """A keyed fingerprint by which an exact value is found (an e-mail address, say) without storing it in clear."""
    return crypto.token(index_key(), field, text.strip().casefold())


# --- making and granting ---------------------------------------------------------------------------------------------


def create_safe(kind: str, *, beside: int | None = None, within: int | None = None) -> Safe:
    """A new safe. Its key is durable before any data needs it.

    `beside`: a safe whose grants hold for this one too; its key is its own, so that it can be destroyed apart.
    `within`: a safe without which this one stays shut, whatever is granted on it: by a grant that has no end, so that
    it closes at once when that one does, and to who stands in (D-CONF-1).
    """
    safe = Safe(uid=new_uid(), kind=kind, beside_id=beside, within_id=within)
    key = key_store().create([safe.uid])[safe.uid]
    db.session.add(safe)
    db.session.flush()
    unit().sealing[safe.id] = key
    return safe


def create_safes(kind: str, count: int) -> list[int]:
    """Many new safes at once (import, demo): their ids."""
    uids = [new_uid() for _ in range(count)]
    keys = key_store().create(uids)
    rows = db.session.execute(
        insert(Safe).returning(Safe.id, Safe.uid), [{"uid": uid, "kind": kind} for uid in uids]
    ).all()
    unit().sealing |= {row.id: keys[row.uid] for row in rows}
    return [row.id for row in rows]


def grant(safe_id: int, user: User, *, why: str, by: User | None, until: datetime | None = None) -> Grant:
    """Let a user open a safe (D-CONF-1). The action that calls this has checked that `by` may do so."""
    from app.journal import record

    given = Grant(safe_id=safe_id, user_id=user.id, why=why, until=until, granted_by=by.id if by else None)
    db.session.add(given)
    record("vault.granted", subject=user.uid, by=by, safe=safe_id, why=why)
    return given


def revoke(safe_id: int, user: User, *, by: User | None, whys: Sequence[str] = ()) -> None:
    """End a user's grants on a safe, at once: all, or those given for these reasons."""
    from app.journal import record

    hers = update(Grant).where(Grant.safe_id == safe_id, Grant.user_id == user.id, Grant.revoked_at.is_(None))
    db.session.execute((hers.where(Grant.why.in_(whys)) if whys else hers).values(revoked_at=now()))
    unit().keys.pop(safe_id, None)
    record("vault.revoked", subject=user.uid, by=by, safe=safe_id)


def in_force(moment: Any = None, given: Any = Grant) -> Any:
    """The condition under which a grant (or an alias of it) holds: now, or at an instant."""
    moment = now() if moment is None else moment
    return (given.revoked_at.is_(None)) & (given.since <= moment) & or_(given.until.is_(None), given.until > moment)


_GRANTED = Grant.safe_id.in_((Safe.id, Safe.beside_id))  # on the safe itself, or on the one that it stands beside


_WITHIN = aliased(Grant)


def _is_in(user: Any, moment: Any = None) -> Any:
    """Whether the safe that this one stands within, if there is one, is the user's to open without an end."""
    lasts = (_WITHIN.safe_id == Safe.within_id) & (_WITHIN.user_id == user) & _WITHIN.until.is_(None)
    return or_(Safe.within_id.is_(None), exists().where(lasts, in_force(moment, _WITHIN)))


def granted_to(user: User) -> Any:
    """The safes that a user may open, as a subquery of ids."""
    return select(Grant.safe_id).where(Grant.user_id == user.id, in_force())


def is_granted(user: User, safe_id: int, *, lasting: bool = False) -> bool:
    """Whether it was granted to her, or the one that it stands beside; what her office opens is not asked.

    `lasting`: by a grant that has no end, as who stands in has not.
    """
    query = select(Safe.id).join(Grant, _GRANTED).where(Safe.id == safe_id, Grant.user_id == user.id, in_force())
    query = query.where(_is_in(user.id), Grant.until.is_(None) if lasting else true())
    return db.session.scalar(query.limit(1)) is not None


# --- opening ---------------------------------------------------------------------------------------------------------


_WANTED = select(Safe.id, Safe.uid, Safe.destroyed_at).where(Safe.id.in_(bindparam("safes", expanding=True)))
_OPENABLE = (
    _WANTED.join(Grant, _GRANTED)
    .where(Grant.user_id == bindparam("user"))
    .where(in_force(bindparam("moment", type_=UtcDateTime)))
    .where(_is_in(bindparam("user"), bindparam("moment", type_=UtcDateTime)))
)
_BY_OFFICE = _WANTED.where(Safe.kind.in_(bindparam("kinds", expanding=True)))


def open_safes(user: User, safe_ids: Iterable[int], *, why: str, codes: Sequence[str] = ()) -> None:
    """Open safes for this user until the unit of work ends, and journal it (D-CONF-10).

    A safe opens by a grant on it or on the one that it stands beside, or by her office when it keeps that kind.
    Raises NotGranted, journaled, when one of them is not granted to her; SafeDestroyed when its key is gone.
    """
    from app.journal import record

    if unit().reader != user.id:  # what is open is open to one person
        unit().keys.clear()
        unit().reader = user.id
    wanted = set(safe_ids) - unit().keys.keys()
    if not wanted:
        return
    asked = {"safes": list(wanted), "user": user.id, "moment": now()}
    rows = {row.id: row for row in db.session.connection().execute(_OPENABLE, asked)}
    if (missing := wanted - rows.keys()) and user.opens:
        kept = {"safes": list(missing), "kinds": sorted(user.opens)}
        rows |= {row.id: row for row in db.session.connection().execute(_BY_OFFICE, kept)}
    if missing := wanted - rows.keys():
        raise refused(*missing, by=user, codes=codes)
    if any(row.destroyed_at for row in rows.values()):
        raise SafeDestroyed
    try:
        keys = key_store().keys(row.uid for row in rows.values())
    except KeyGone:
        raise SafeDestroyed from None
    except crypto.WrongSeal:
        raise Damaged from None
    unit().keys |= {row.id: keys[row.uid] for row in rows.values()}
    record("vault.opened", by=user, codes=codes, survives=True, why=why, safes=len(wanted))


def opened(safe_ids: Iterable[int]) -> set[int]:
    """Those of these safes that are open in this unit of work; opens none."""
    return set(safe_ids) & unit().keys.keys()


def refused(*safe_ids: int, by: User | None = None, codes: Sequence[str] = ()) -> NotGranted:
    """Journal a refusal and return the error to raise."""
    from app.accounts.current import whoever
    from app.journal import record

    record("vault.refused", by=by or whoever(), codes=codes, survives=True, safe=min(safe_ids), safes=len(safe_ids))
    return NotGranted()


def sealing_key(safe_id: int) -> Any:
    """The key to put something into a safe: no grant is needed for that, nor given by it."""
    current = unit()
    if safe_id in current.keys:
        return current.keys[safe_id]
    if safe_id not in current.sealing:
        safe = db.session.execute(select(Safe.uid, Safe.destroyed_at).where(Safe.id == safe_id)).one()
        if safe.destroyed_at:
            raise SafeDestroyed
        current.sealing[safe_id] = key_store().keys([safe.uid])[safe.uid]
    return current.sealing[safe_id]


# --- searching -------------------------------------------------------------------------------------------------------


MOST_WORDS = 12  # of a text that is looked for; what comes after narrows nothing


def found(user: User, fields: Sequence[str], text: str) -> Any:
    """The rows, among those in safes granted to the user, with words that begin as the words of `text` do.

    A SELECT of (row_uid, safe_id); longer words than the index holds are to be checked on the clear text. With one
    field, `order_by(safe_id.desc()).limit(n)` follows the index and stops after n rows.
    """
    words = [word[: max(crypto.PREFIXES)] for word in crypto.plain(text).split() if len(word) >= min(crypto.PREFIXES)]
    starts = list(dict.fromkeys(words))[:MOST_WORDS]
    tokens = [[crypto.token(index_key(), field, start) for field in fields] for start in sorted(starts, key=len)]
    granted = granted_to(user).where(Grant.safe_id == BlindToken.safe_id).correlate(BlindToken).exists()
    query = select(BlindToken.row_uid, BlindToken.safe_id).where(granted).distinct()
    if not tokens:
        return query.where(false())
    for others in tokens[:-1]:
        word = aliased(BlindToken)
        query = query.where(exists().where(word.row_uid == BlindToken.row_uid, word.token.in_(others)))
    return query.where(BlindToken.token.in_(tokens[-1]))  # the longest: fewest rows begin so


# --- the end ---------------------------------------------------------------------------------------------------------


def destroy(safe: Safe, *, by: User | None) -> None:
    """Destroy a safe's key: its records become unreadable here and in every backup of the data (D-CONF-9).

    The key goes once this unit of work is committed; until the journal holds the destruction, nothing is destroyed.
    """
    from app.journal import record

    safe.destroyed_at = now()
    db.session.execute(delete(BlindToken).where(BlindToken.safe_id == safe.id))
    unit().keys.pop(safe.id, None)
    unit().sealing.pop(safe.id, None)
    record("vault.destroyed", by=by, safe=safe.id)
    uid = safe.uid
    unit().committed.append(lambda: key_store().destroy([uid]))  # should we be killed here, the daily sweep does it
