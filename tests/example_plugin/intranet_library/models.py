"""The tables. What a woman reads concerns her alone: the note on a loan is sealed in the loan's own safe."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.vault import Confidential, Sealed


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
