"""Sealed columns, declared on the model in one line.

    class Contact(Confidential, Model):
        line: Mapped[Sealed[str] | None]       # sealed in the row's safe
        name: Mapped[Findable[str]]            # sealed, and found by the beginning of its words

Reading one needs its safe opened in this unit of work (`vault.open_safes`): else NotGranted is raised and journaled.
Writing one needs no grant, so that somebody can put a record into a safe that she may not read (D-COMP-3).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from sqlalchemy import ForeignKey, LargeBinary, String, delete, event, insert
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.db import db, new_uid, unit
from app.errors import Damaged, NotGranted
from app.vault import crypto
from app.vault.models import BlindToken

T = TypeVar("T")
if TYPE_CHECKING:
    Sealed = Annotated[T, "sealed in the row's safe"]
    Findable = Annotated[T, "sealed, and searchable by beginnings"]
else:

    class Sealed:
        def __class_getitem__(cls, item):
            return cls

    class Findable(Sealed):
        pass


_DECLARED = re.compile(r"Mapped\[\s*(?:\w+\.)*(Sealed|Findable)\b")


class SealedAttribute:
    """The descriptor behind a sealed column; the column itself holds bytes, under `_<name>`."""

    def __init__(self, table: str, name: str, findable: bool) -> None:
        self.table, self.name, self.findable, self.column = table, name, findable, f"_{name}"

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        waiting = row.__dict__.get("_waiting", {})
        if self.name in waiting:
            return waiting[self.name]
        sealed = getattr(row, self.column)
        return None if sealed is None else self.open(row.reading_key(), row.uid, sealed)

    def __set__(self, row: Any, value: str | None) -> None:
        row.__dict__.setdefault("_waiting", {})[self.name] = value
        setattr(row, self.column, None if value is None else b"waiting to be sealed")

    def open(self, key: Any, uid: str, sealed: bytes) -> str:
        """The clear text. Raises Damaged when the value was changed or moved, journaled; but see `damaged_as`."""
        try:
            return crypto.unseal(key, sealed, crypto.place(self.table, uid, self.name)).decode()
        except crypto.WrongSeal:
            from app.journal import record

            record("vault.damaged", uid, by=None, survives=True, column=f"{self.table}.{self.name}")
            if (instead := unit().instead) is not None:
                return instead
            raise Damaged from None

    def seal(self, key: Any, uid: str, clear: str) -> bytes:
        return crypto.seal(key, clear.encode(), crypto.place(self.table, uid, self.name))

    def tokens(self, safe_id: int, uid: str, clear: str | None) -> list[dict[str, Any]]:
        """The rows of the blind index by which a value is found; none when it is not to be."""
        from app.vault.safes import index_key

        starts = crypto.beginnings(clear or "") if self.findable else ()
        field, about = f"{self.table}.{self.name}", {"safe_id": safe_id, "row_uid": uid}
        return [{"token": crypto.token(index_key(), field, start), "field": field, **about} for start in starts]


def _take_sealed(cls: Any) -> dict[str, SealedAttribute]:
    """Put, for each annotation of Sealed or Findable, a column of bytes and a descriptor before it."""
    declared, found = inspect.get_annotations(cls), {}
    for name, annotation in list(declared.items()):
        text = annotation if isinstance(annotation, str) else repr(annotation)
        if match := _DECLARED.search(text):
            found[name] = attribute = SealedAttribute(cls.__tablename__, name, match[1] == "Findable")
            del declared[name]
            declared[attribute.column] = Mapped[bytes | None]
            setattr(cls, attribute.column, mapped_column(name, LargeBinary, nullable="None" in text))
            setattr(cls, name, attribute)
    if found:
        cls.__annotations__ = declared
    return found


class _SealedModel:
    """What Confidential and Kept share: a random identifier, and the sealed attributes."""

    __tablename__: str
    sealed_attributes: dict[str, SealedAttribute] = {}
    uid: Mapped[str] = mapped_column(String(32), unique=True)

    def __init_subclass__(cls, **options: Any) -> None:
        cls.sealed_attributes = _take_sealed(cls)
        super().__init_subclass__(**options)  # SQLAlchemy maps the class here
        if cls.sealed_attributes:
            event.listen(cls, "init", _give_uid)
            for moment in ("insert", "update"):
                event.listen(cls, f"before_{moment}", _seal_waiting)
                event.listen(cls, f"after_{moment}", _index)
            event.listen(cls, "after_delete", _forget_tokens)

    def reading_key(self) -> Any:
        raise NotGranted

    def sealing_key(self) -> Any:
        raise NotGranted


class Confidential(_SealedModel):
    """A model whose sealed columns stand under the data key of the row's safe."""

    @declared_attr
    def safe_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("core_safe.id"), index=True)

    def reading_key(self) -> Any:
        return opened_key(self.safe_id)

    def sealing_key(self) -> Any:
        from app.vault.safes import sealing_key

        return sealing_key(self.safe_id)


class Kept(_SealedModel):
    """A model sealed under a key of the house, not of a safe: for what the software itself must read.

    It protects accounts, drafts and queued mail from disks, logs and backups, not from colleagues: that is the
    permission's work.
    """

    def reading_key(self) -> Any:
        from app.vault.safes import house_cipher

        return house_cipher(self.__tablename__)

    sealing_key = reading_key


def _give_uid(row: Any, _args: object, values: dict[str, Any]) -> None:
    values.setdefault("uid", new_uid())
    row.uid = values["uid"]


def _seal_waiting(_mapper: object, _connection: object, row: Any) -> None:
    waiting = row.__dict__.get("_waiting", {})
    if any(value is not None for value in waiting.values()):
        key = row.sealing_key()
        for name, value in waiting.items():
            attribute = row.sealed_attributes[name]
            if value is not None:
                setattr(row, attribute.column, attribute.seal(key, row.uid, value))


def _index(_mapper: object, connection: Any, row: Any) -> None:
    for name, value in row.__dict__.pop("_waiting", {}).items():
        attribute = row.sealed_attributes[name]
        if attribute.findable:
            field = f"{attribute.table}.{name}"
            connection.execute(delete(BlindToken).where(BlindToken.row_uid == row.uid, BlindToken.field == field))
            if tokens := attribute.tokens(row.safe_id, row.uid, value):
                connection.execute(insert(BlindToken), tokens)


def _forget_tokens(_mapper: object, connection: Any, row: Any) -> None:
    connection.execute(delete(BlindToken).where(BlindToken.row_uid == row.uid))


@contextmanager
def damaged_as(mark: str) -> Iterator[None]:
    """Within it a damaged value reads as this mark, journaled: for a whole file, that one value must not hide."""
    current = unit()
    before, current.instead = current.instead, mark
    try:
        yield
    finally:
        current.instead = before


def opened_key(safe_id: int) -> Any:
    """The key of a safe that was opened in this unit of work. Raises NotGranted, journaled."""
    if (key := unit().keys.get(safe_id)) is None:
        from app.vault.safes import refused

        raise refused(safe_id)
    return key


def reveal(model: type[_SealedModel], name: str, row: Any) -> str | None:
    """The clear text of a sealed column in a row of a list: it has `uid`, `safe_id` and the sealed column's bytes."""
    sealed = getattr(row, name)
    return None if sealed is None else model.sealed_attributes[name].open(opened_key(row.safe_id), row.uid, sealed)


def sealed_column(model: type[_SealedModel], name: str) -> Any:
    """The column of bytes behind a sealed attribute, for a SELECT whose rows go to `reveal`."""
    return db.metadata.tables[model.__tablename__].c[name]
