"""Ties between a woman and a relative: known to those alone who may open both files (DOMAIN section 1)."""

from __future__ import annotations

import secrets

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.vault import Confidential, Sealed


def _anywhere() -> int:
    return secrets.randbits(52)


class Tie(Confidential, Model):
    """One side of a tie: in this file's safe, the other's code. The other file holds the other side.

    Two sides can't be matched without the house's key: no common value, no day, and ids that do not follow each other.
    """

    __tablename__ = "support_tie"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, default=_anywhere)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"), index=True)
    other: Mapped[Sealed[str]]
    mark: Mapped[bytes] = mapped_column(
        LargeBinary(16), unique=True
    )  # keyed, of this file and the other, in this order
