"""What is read: the shelf, what is out, what one person has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import NotFound
from app.hookspecs import Expired, Permit
from app.people.models import Person
from intranet_library.models import Agreement, Book, Helper, Loan
from intranet_library.rules import TOWN_LIBRARY


class Held(NamedTuple):
    """A book that a person has; the note only for who may open the loan."""

    uid: str
    title: str
    due: date
    note: str | None


def books(beginning: str = "", limit: int = 50) -> Sequence[Book]:
    """Books by title."""
    query = select(Book).where(Book.title.istartswith(beginning, autoescape=True))
    return db.session.scalars(query.order_by(Book.title).limit(limit)).all()


def book_or_404(book_id: int) -> Book:
    book = db.session.get(Book, book_id)
    if book is None:
        raise NotFound
    return book


def loan_or_404(uid: str) -> Loan:
    loan = db.session.scalar(select(Loan).where(Loan.uid == uid, Loan.returned_on.is_(None)))
    if loan is None:
        raise NotFound
    return loan


def opened_loan_or_404(uid: str, user: User) -> Loan:
    """The same, open to this user: what is attached to it can be named."""
    loan = loan_or_404(uid)
    vault.open_safes(user, [loan.safe_id], why="library")
    return loan


def is_out(book: Book) -> bool:
    return db.session.scalar(select(Loan.id).where(Loan.book_id == book.id, Loan.returned_on.is_(None))) is not None


def out(until: date = date.max, limit: int = 20) -> Sequence[Row[Any]]:
    """What is out, the first to come back first: no word of who has it."""
    query = select(Loan.uid, Loan.book_id, Loan.due, Book.title).join(Book, Book.id == Loan.book_id)
    query = query.where(Loan.returned_on.is_(None), Loan.due <= until)
    return db.session.execute(query.order_by(Loan.due, Loan.id).limit(limit)).all()


def count_out() -> int:
    return db.session.scalar(select(func.count()).where(Loan.returned_on.is_(None))) or 0


def loans_of(person: Person, user: User) -> list[Held]:
    """What she has at home. A colleague who did not lend it sees the book, not the note."""
    query = select(Loan, Book.title, Loan.safe_id.in_(vault.granted_to(user))).join(Book, Book.id == Loan.book_id)
    query = query.where(Loan.person_id == person.id, Loan.returned_on.is_(None))
    rows = db.session.execute(query.order_by(Loan.due)).all()
    vault.open_safes(user, [loan.safe_id for loan, _title, hers in rows if hers], why="library", codes=[person.code])
    return [Held(loan.uid, title, loan.due, loan.note if hers else None) for loan, title, hers in rows]


def came_back_before(day: date, limit: int) -> list[Expired]:
    """Loans of books that came back before a day: nobody needs to know any more what she read."""
    query = select(Loan.uid, Person.code, Loan.returned_on).join(Person, Person.id == Loan.person_id)
    query = query.where(Loan.returned_on < day).order_by(Loan.returned_on, Loan.id).limit(limit)
    return [Expired(*row) for row in db.session.execute(query)]


def agreements(person: Person) -> list[Permit]:
    """What she agreed that the town library is told."""
    query = select(Agreement).where(Agreement.person_id == person.id).order_by(Agreement.until.desc())
    told = frozenset({"presence"})
    found = db.session.scalars(query)
    return [Permit("consent", a.uid, TOWN_LIBRARY, "studies", told, a.until, person.code) for a in found]


def helpers() -> Sequence[Helper]:
    return db.session.scalars(select(Helper).order_by(Helper.id)).all()


def everything_about(person: Person) -> dict[str, Any]:
    """For her request (D-CONF-8)."""
    query = select(Book.title, Loan.due, Loan.returned_on).join(Book, Book.id == Loan.book_id)
    rows = db.session.execute(query.where(Loan.person_id == person.id).order_by(Loan.id))
    return {"books": [{"title": row.title, "due": row.due.isoformat()} for row in rows]}
