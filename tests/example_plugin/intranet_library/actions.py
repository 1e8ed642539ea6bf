"""The only room that writes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import delete, select

from app import papers, vault
from app.accounts.models import User
from app.catalogue.settings import setting
from app.db import db, new_uid
from app.errors import Conflict, NotFound
from app.journal import record
from app.papers.intake import Clean
from app.people.models import Person
from app.vault import Safe
from app.web.times import today
from intranet_library import queries, rules
from intranet_library.models import Agreement, Book, Helper, Loan


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


def keep_picture(user: User, loan: Loan, picture: Clean) -> None:
    """How the book came back, sealed in the loan's safe. Raises NotAllowed."""
    user.must("library.lend")
    papers.keep(user, loan.safe_id, picture, subject=loan.uid)


def bookmark(loan: Loan, language: str) -> bytes:
    """A slip for the book, as a PDF that names nobody."""
    facts = papers.facts([(_("Back by"), loan.due)])["pairs"]
    template = Path(__file__).parent / "papers" / "bookmark.typ"
    return papers.pdf(template, {"facts": facts}, title=_("Good reading"), language=language, neutral=True)


def agree(user: User, person: Person, until: date) -> Agreement:
    """She signed that the town library may be told that she comes here, for her card. Raises NotAllowed."""
    user.must("library.lend")
    agreement = Agreement(uid=new_uid(), person_id=person.id, until=until)
    db.session.add(agreement)
    record("library.agreed", agreement.uid, by=user, codes=[person.code])
    return agreement


def end_agreements(day: date) -> int:
    """Agreements that are over are forgotten; how many."""
    old = [agreement for agreement in db.session.scalars(select(Agreement)) if rules.has_ended(agreement.until, day)]
    for agreement in old:
        db.session.delete(agreement)
    return len(old)


def add_helper(name: str, signed_on: date | None) -> None:
    """Somebody who sorts the books, and when she signed what she owes."""
    db.session.add(Helper(name=name, signed_on=signed_on))


def forget(uid: str) -> None:
    """A loan whose time has come (D-CONF-9). Raises NotFound."""
    loan = db.session.scalar(select(Loan).where(Loan.uid == uid))
    if loan is None:
        raise NotFound
    _destroy([loan])


def erase(person: Person) -> None:
    """Everything that tells what she read (D-CONF-9)."""
    db.session.execute(delete(Agreement).where(Agreement.person_id == person.id))
    _destroy(list(db.session.scalars(select(Loan).where(Loan.person_id == person.id))))


def _destroy(loans: list[Loan]) -> None:
    for loan in loans:
        safe = db.session.get_one(Safe, loan.safe_id)
        db.session.delete(loan)
        vault.destroy(safe, by=None)
