"""Many confidential rows at once, sealed and indexed as one would be: for imports and demos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import insert

from app.db import db, new_uid
from app.vault.columns import Confidential
from app.vault.models import BlindToken
from app.vault.safes import sealing_key

BATCH = 2000


def insert_many(model: type[Confidential], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Their ids, in the rows' order. Each row has the same keys: its columns, `safe_id`, sealed values in clear."""
    ids: list[int] = []
    table = db.metadata.tables[model.__tablename__]
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    waiting = iter(rows)
    while batch := [{"uid": new_uid(), **row} for row in islice(waiting, BATCH)]:
        tokens = [
            token
            for row in batch
            for name, attribute in model.sealed_attributes.items()
            for token in attribute.tokens(row["safe_id"], row["uid"], row.get(name))
        ]
        ids += db.session.execute(statement, [_sealed(model, row) for row in batch]).scalars()
        if tokens:
            db.session.execute(insert(BlindToken), tokens)
    return ids


def _sealed(model: type[Confidential], row: dict[str, Any]) -> dict[str, Any]:
    key = sealing_key(row["safe_id"])
    sealed = {name: each for name, each in model.sealed_attributes.items() if row.get(name) is not None}
    return row | {name: attribute.seal(key, row["uid"], row[name]) for name, attribute in sealed.items()}
