"""The only room that writes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app import vault
from app.accounts.models import User
from app.catalogue.settings import setting
from app.db import db
from app.errors import Conflict
from app.journal import record
from app.people.models import Person
from app.vault import Safe
from app.web.times import today
from intranet_library import queries, rules
from intranet_library.models import Book, Loan


def add_book(title: str, author: str = "", *, by: User | None) -> Book:
    """A book comes to the shelf; `by` None: by the command. Raises NotAllowed."""
    if by is not None:
        by.must("library.lend")
    book = Book(title=title, author=author)
    db.session.add(book)
    db.session.flush()
    record("library.book_added", str(book.id), by=by)
    return book


def lend(user: User, book: Book, person: Person, note: str | None = None) -> Loan:
    """Lend a book for as long as the organisation decided. Raises NotAllowed; Conflict when it is out already."""
    user.must("library.lend")
    if queries.is_out(book):
        raise Conflict
    safe = vault.create_safe("library.loan")
    vault.grant(safe.id, user, why="library.lent", by=user)
    due = rules.due_on(today(), int(setting("library.weeks")))
    loan = Loan(safe_id=safe.id, book_id=book.id, person_id=person.id, due=due, note=note)
    db.session.add(loan)
    db.session.flush()
    record("library.lent", loan.uid, by=user, codes=[person.code], book=book.id)
    return loan


def take_back(user: User, loan: Loan) -> None:
    """The book is on the shelf again. Raises NotAllowed."""
    user.must("library.lend")
    loan.returned_on = today()
    record("library.returned", loan.uid, by=user, book=loan.book_id)


def forget_old(day: date) -> int:
    """Forget loans of books that came back long ago; how many."""
    old = [loan for loan in queries.returned() if loan.returned_on and rules.may_be_forgotten(loan.returned_on, day)]
    _destroy(old)
    return len(old)


def erase(person: Person) -> None:
    """Everything that tells what she read (D-CONF-9)."""
    _destroy(list(db.session.scalars(select(Loan).where(Loan.person_id == person.id))))


def _destroy(loans: list[Loan]) -> None:
    for loan in loans:
        safe = db.session.get_one(Safe, loan.safe_id)
        db.session.delete(loan)
        vault.destroy(safe, by=None)
