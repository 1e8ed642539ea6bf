"""A row of somebody's file, found by its own identifier."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.models import User
from app.db import db
from app.errors import NotFound
from app.people.models import Person
from plugins.support.models import CaseFile
from plugins.support.queries.file import file_or_404

Row = TypeVar("Row")


def of_hers(model: type[Row], uid: str, user: User) -> Row:
    """A row of a file that this user may open, opened; it has `uid`, `file_id` and `file`. Raises NotFound."""
    table: Any = model
    query = select(table, Person.code).join(CaseFile, CaseFile.id == table.file_id).join(CaseFile.person)
    found = db.session.execute(query.where(table.uid == uid)).one_or_none()
    if found is None:
        raise NotFound
    row: Row = found[0]
    set_committed_value(row, "file", file_or_404(found[1], user))
    return row
