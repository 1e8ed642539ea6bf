"""Which safes hold what follow-up writes about a person, whatever the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, select, union

from app.db import db
from plugins.support.models.file import CaseFile


def safes_of(file: CaseFile) -> set[int]:
    """Every safe that a row about this file or this person stands in or names; not the register's own."""
    found = [
        select(column).where(hers == value, column.is_not(None))
        for column, hers in _columns()
        if (value := file.id if hers.name == "file_id" else file.person_id)
    ]
    return set(db.session.scalars(union(*found)))


def _columns() -> Iterator[tuple[Column[Any], Column[Any]]]:
    """Columns of ours that name a safe, each with the one beside it that says whose it is."""
    for name, table in db.metadata.tables.items():
        hers = [table.c[key] for key in ("file_id", "person_id") if key in table.c]
        if name.startswith("support_") and hers:
            yield from (
                (column, hers[0]) for column in table.c if column.references(db.metadata.tables["core_safe"].c.id)
            )
