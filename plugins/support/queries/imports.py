"""What an import needs to know of what is there already."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import NotFound
from app.people.models import Person
from app.vault import crypto
from app.vault.safes import index_key
from app.web.times import today
from plugins.support.models import Assignment, CaseFile, Import, Imported
from plugins.support.queries.lists import follows
from plugins.support.rules import imports as rules

AT_ONCE = 500
Read = Sequence[tuple[str, dict[str, Any]]]  # each row's identity and values


def fingerprint(kind: str, identity: str) -> bytes:
    """The keyed fingerprint of a row: nothing of it can be read back."""
    return crypto.token(index_key(), f"support_imported.{kind}", identity)


def already_there(tokens: Sequence[bytes]) -> set[bytes]:
    """Those of these rows that an import wrote before."""
    parts = (tokens[start : start + AT_ONCE] for start in range(0, len(tokens), AT_ONCE))
    return {
        found for part in parts for found in db.session.scalars(select(Imported.token).where(Imported.token.in_(part)))
    }


def import_or_404(uid: str, user: User) -> Import:
    """Her own import. Raises NotFound."""
    found = db.session.scalar(select(Import).where(Import.uid == uid, Import.by == user.id))
    if found is None:
        raise NotFound
    return found


def unfinished(user: User) -> Sequence[Import]:
    """Tables of hers that wait to be written, the last first."""
    query = select(Import).where(Import.by == user.id, Import.done < Import.rows)
    return db.session.scalars(query.order_by(Import.id.desc()).limit(5)).all()


def files_named(user: User, rows: Sequence[Mapping[str, Any]]) -> list[CaseFile | None]:
    """Her open file that each row names, by a person's code or by the reference with which she was imported."""
    tokens = {_reference(row): row for row in rows if row.get("reference")}
    referred = dict(_persons(list(tokens)))
    codes = {str(row["code"]).strip().upper() for row in rows if row.get("code")}
    files = _followed(user, codes, set(referred.values()))
    by_code = {file.person.code: file for file in files}
    by_person = {file.person_id: file for file in files}
    return [
        by_code.get(str(row["code"]).strip().upper()) if row.get("code")
        else by_person.get(referred.get(_reference(row), 0))
        for row in rows
    ]  # fmt: skip


def _reference(row: Mapping[str, Any]) -> bytes:
    return fingerprint("persons", f"reference {rules.plain(str(row['reference']))}") if row.get("reference") else b""


def _persons(tokens: Sequence[bytes]) -> Iterator[tuple[bytes, int]]:
    for start in range(0, len(tokens), AT_ONCE):
        part = tokens[start : start + AT_ONCE]
        found = select(Imported.token, Imported.person_id).where(Imported.token.in_(part))
        yield from ((row.token, row.person_id) for row in db.session.execute(found) if row.person_id)


def _followed(user: User, codes: Iterable[str], persons: Iterable[int]) -> Sequence[CaseFile]:
    wanted = or_(Person.code.in_(codes), Person.id.in_(persons))
    query = select(CaseFile).join(CaseFile.person).join(Assignment, Assignment.file_id == CaseFile.id)
    query = query.where(follows(user), CaseFile.closed_on.is_(None), CaseFile.safe_id.in_(vault.granted_to(user)))
    return db.session.scalars(query.where(wanted)).unique().all()


def looked_at(
    user: User, kind: str, table: Sequence[Any]
) -> tuple[list[tuple[str, dict[str, Any]]], list[rules.Problem]]:
    """A table read whole: each row's identity and values, and all that has to be mended first. Writes nothing.

    `table`: rows with `number` and `cells`, the first one the heading.
    """
    columns, problems = rules.columns_of(kind, table[0].cells)
    if problems:
        return [], problems
    found, seen, numbers = [], dict[str, int](), list[int]()
    for number, values, wrong in rules.read_rows(
        kind, columns, ((row.number, row.cells) for row in table[1:]), today()
    ):
        problems += wrong
        if not wrong:
            found.append((rules.identity(kind, values, seen), values))
            numbers.append(number)
    return found, problems + _unknown_persons(user, kind, numbers, found) + _twins(numbers, found)


def _unknown_persons(
    user: User, kind: str, numbers: Sequence[int], found: Sequence[tuple[str, dict[str, Any]]]
) -> list[rules.Problem]:
    if kind != "contacts":
        return []
    files = files_named(user, [values for _identity, values in found])
    return [rules.Problem(number, "code", "who") for number, file in zip(numbers, files, strict=True) if file is None]


def _twins(numbers: Sequence[int], found: Read) -> list[rules.Problem]:
    """Two rows with one reference, or two partners of one name."""
    times = Counter(identity for identity, _values in found)
    return [
        rules.Problem(number, "", "twin")
        for number, (identity, _values) in zip(numbers, found, strict=True)
        if times[identity] > 1
    ]


def first_rows(waiting: Import, user: User, limit: int) -> list[dict[str, Any]]:
    """The first rows of a table that waits, opened for her; none once it is written."""
    if waiting.done >= waiting.rows:
        return []
    vault.open_safes(user, [waiting.safe_id], why="support.import")
    return [values for _identity, values in json.loads(waiting.content or "[]")[:limit]]
