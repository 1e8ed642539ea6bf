"""HTTP alone: read what was sent, call one action or query, show a page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import papers
from app.accounts.current import me
from app.accounts.permissions import needs
from app.db import write_lock
from app.errors import NotFound
from app.papers.views import as_download
from app.people.queries import person_or_404
from app.web.i18n import language
from app.web.uploads import takes_files
from intranet_library import actions, queries
from intranet_library.forms import LoanForm, PictureForm

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


@bp.get("/library/out.<any(pdf, xlsx):ending>")
@needs("library.lend")
def what_is_out(ending: str) -> Response:
    """What is out, on paper and as a table."""
    title, columns = _("Books that are out"), [_("Title"), _("Back by")]
    rows = [(loan.title, loan.due) for loan in queries.out(limit=1000)]
    if ending == "xlsx":
        return as_download(papers.xlsx(title, columns, rows), "xlsx", "books")
    made = papers.pdf("register", {"columns": columns, "rows": rows}, title=title, language=language())
    return as_download(made, "pdf", "books")


@bp.get("/library/loans/<uid>/bookmark")
@needs("library.lend")
def bookmark(uid: str) -> Response:
    return as_download(actions.bookmark(queries.loan_or_404(uid), language()), "pdf", "bookmark")


@bp.route("/library/loans/<uid>/picture", methods=["GET", "POST"])
@needs("library.lend", lock=False)
@takes_files
def picture(uid: str) -> Any:
    """A picture of how the book came back."""
    form = PictureForm()
    if not form.validate_on_submit():
        loan = queries.opened_loan_or_404(uid, me())
        page = render_template("library/picture.html", loan=loan, kept=papers.papers_of(loan.uid), form=form)
        return (page, 422) if form.is_submitted() else page
    write_lock()  # the picture is cleaned: nobody waited for that
    actions.keep_picture(me(), queries.loan_or_404(uid), form.picture.clean)
    flash(_("Kept."))
    return redirect(url_for(".picture", uid=uid), 303)
