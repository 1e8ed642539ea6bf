"""Many confidential rows at once, sealed and indexed as one would be: for imports and demos."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import insert

from app.db import db, new_uid
from app.vault import crypto
from app.vault.columns import Confidential
from app.vault.models import BlindToken
from app.vault.safes import index_key, sealing_key

BATCH = 2000


def insert_many(model: type[Confidential], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Their ids, in the rows' order. Each row has the same keys: its columns, `safe_id`, sealed values in clear."""
    ids: list[int] = []
    table = db.metadata.tables[model.__tablename__]
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    waiting = iter(rows)
    while batch := [{"uid": new_uid(), **row} for row in islice(waiting, BATCH)]:
        tokens = [token for row in batch for token in _tokens(model, row)]
        ids += db.session.execute(statement, [_sealed(model, row) for row in batch]).scalars()
        if tokens:
            db.session.execute(insert(BlindToken), tokens)
    return ids


def _sealed(model: type[Confidential], row: dict[str, Any]) -> dict[str, Any]:
    clear = {name: row[name] for name in model.sealed_attributes if row.get(name) is not None}
    key = sealing_key(row["safe_id"])
    return row | {
        name: crypto.seal(key, text.encode(), crypto.place(model.__tablename__, row["uid"], name))
        for name, text in clear.items()
    }


def _tokens(model: type[Confidential], row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, attribute in model.sealed_attributes.items():
        field = f"{model.__tablename__}.{name}"
        for start in crypto.beginnings(row.get(name) or "") if attribute.findable else ():
            token = crypto.token(index_key(), field, start)
            yield {"token": token, "field": field, "safe_id": row["safe_id"], "row_uid": row["uid"]}
