"""Tables that come in: what waits to be written, and what was written already."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, now
from app.vault import Confidential, Sealed


class Import(Confidential, Model):
    """A table that was found right, in a safe of its own that its importer alone opens, until it is written whole."""

    __tablename__ = "support_import"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # a key of rules.imports.TABLES
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    rows: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    content: Mapped[Sealed[str] | None]  # JSON: a list of [identity, values]; nothing is left once it is written


class Imported(Model):
    """A row that was written, known again by a keyed fingerprint of its reference: the same file twice adds nothing."""

    __tablename__ = "support_imported"
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))  # who came with this reference
