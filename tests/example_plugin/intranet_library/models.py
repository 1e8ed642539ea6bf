"""The tables. What a woman reads concerns her alone: the note on a loan is sealed in the loan's own safe."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.vault import Confidential, Kept, Sealed


class Book(Model):
    """A book of the waiting room."""

    __tablename__ = "library_book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120), index=True)
    author: Mapped[str] = mapped_column(String(80), default="")


class Loan(Confidential, Model):
    """A book that a person took home."""

    __tablename__ = "library_loan"
    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("library_book.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    due: Mapped[date] = mapped_column(index=True)
    returned_on: Mapped[date | None]
    note: Mapped[Sealed[str] | None]  # sealed: nothing else to write


class Agreement(Model):
    """That the town library may be told that she comes here, until a day. She signed it."""

    __tablename__ = "library_agreement"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    until: Mapped[date]


class Helper(Kept, Model):
    """Somebody who sorts the books, and when she signed her undertaking."""

    __tablename__ = "library_helper"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Sealed[str]]
    signed_on: Mapped[date | None]
