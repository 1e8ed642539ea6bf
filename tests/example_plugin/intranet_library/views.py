"""HTTP alone: read what was sent, call one action or query, show a page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from app.errors import NotFound
from app.people.queries import person_or_404
from intranet_library import actions, queries
from intranet_library.forms import LoanForm

bp = Blueprint(
    "library", __name__, template_folder="templates", static_folder="static", static_url_path="/library/static"
)


@bp.get("/library")
@needs("library.lend")
def shelf() -> str:
    """Every book, and who of them is out."""
    loans = {loan.book_id: loan for loan in queries.out(limit=1000)}
    return render_template("library/shelf.html", books=queries.books(), loans=loans)


@bp.get("/library/<int:book_id>/lend")
@needs("library.lend")
def lend(book_id: int) -> str:
    return lend_page(book_id, LoanForm(formdata=None, code=request.args.get("code", "")))


def lend_page(book_id: int, form: LoanForm) -> str:
    return render_template("library/lend.html", book=queries.book_or_404(book_id), form=form)


@bp.post("/library/<int:book_id>/lend")
@needs("library.lend")
def lend_to(book_id: int) -> Any:
    form = LoanForm()
    if form.validate():
        try:
            person = person_or_404(form.code.data, me(), why="library")
        except NotFound:
            form.code.errors = [_("No person of yours has this code.")]
        else:
            actions.lend(me(), queries.book_or_404(book_id), person, form.note.data or None)
            flash(_("Good reading."))
            return redirect(url_for(".shelf"))
    return lend_page(book_id, form), 422  # what was typed stays


@bp.post("/library/loans/<uid>/back")
@needs("library.lend")
def take_back(uid: str) -> Response:
    actions.take_back(me(), queries.loan_or_404(uid))
    flash(_("It is on the shelf again."))
    return redirect(url_for(".shelf"))
