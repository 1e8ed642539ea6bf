"""Importing a table: choose it, see each problem at its row and column, then have it written with progress."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from app.db import write_lock
from app.errors import NotFound
from app.papers import TableRefused, read_table
from app.web.uploads import takes_files
from plugins.support import actions, forms, queries
from plugins.support.rules import FOLLOW_UP
from plugins.support.rules import imports as rules
from plugins.support.views.base import Page, bp, see

SHOWN = 20
bp.add_app_template_filter(forms.imports.column_word, "import_column")
bp.add_app_template_filter(forms.imports.mended, "import_problem")
bp.add_app_template_filter(forms.imports.cell_shown, "import_cell")


@bp.get("/imports")
@needs("support.follow", service=FOLLOW_UP)
def imports() -> str:
    return imports_page()


def imports_page(kind: str = "persons", error: str = "", problems: Any = (), rows: int = 0) -> str:
    return render_template(
        "support/imports.html",
        kind=kind,
        kinds=forms.imports.KINDS,
        columns={each: forms.imports.columns_shown(each) for each in rules.TABLES},
        error=error,
        problems=problems,
        shown=problems[: rules.PROBLEMS_SHOWN],
        rows=rows,
        unfinished=queries.imports.unfinished(me()),
    )


@bp.post("/imports")
@needs("support.follow", service=FOLLOW_UP, lock=False)
@takes_files
def read_import() -> Page:
    """Read the table whole. With one problem in it nothing is kept; without any, it waits for her word."""
    kind, sent = request.form.get("kind", ""), request.files.get("file")
    if kind not in rules.TABLES:
        raise NotFound
    if sent is None or not sent.filename:
        return imports_page(kind, _("Choose a file first.")), 422
    try:
        table = read_table(sent.read(), sent.filename)
    except TableRefused as refused:
        return imports_page(kind, str(refused)), refused.status
    found, problems = queries.imports.looked_at(me(), kind, table)
    if problems:
        return imports_page(kind, problems=problems, rows=len(table) - 1), 422
    if not found:
        return imports_page(kind, _("This table has a heading, and no row under it.")), 422
    write_lock()
    waiting = actions.imports.prepare(me(), kind, found)
    return see("import_waiting", _("The table is right. Look at it, then have it written."), uid=waiting.uid)


@bp.get("/imports/<uid>")
@needs("support.follow", service=FOLLOW_UP)
def import_waiting(uid: str) -> str:
    return import_page(uid)


def import_page(uid: str, template: str = "support/import.html") -> str:
    waiting = queries.imports.import_or_404(uid, me())
    rows = queries.imports.first_rows(waiting, me(), SHOWN)
    return render_template(template, waiting=waiting, rows=rows, kinds=forms.imports.KINDS)


@bp.post("/imports/<uid>")
@needs("support.follow", service=FOLLOW_UP)
def write_import(uid: str) -> Page:
    """Write the next rows; a page with a script asks again by itself until all are written."""
    waiting = actions.imports.go_on(me(), uid)
    if "HX-Request" in request.headers:
        return render_template("support/_import_progress.html", waiting=waiting)
    if waiting.done < waiting.rows:
        return see(
            "import_waiting", _("%(done)s of %(rows)s rows are written.", done=waiting.done, rows=waiting.rows), uid=uid
        )
    said = ngettext("Done. One row was added.", "Done. %(num)d rows were added.", waiting.added)
    return see("import_waiting", said, uid=uid)


@bp.post("/imports/<uid>/discard")
@needs("support.follow", service=FOLLOW_UP)
def discard_import(uid: str) -> Response:
    actions.imports.discard(me(), uid)
    return see("imports", _("Nothing of that table was kept."))
