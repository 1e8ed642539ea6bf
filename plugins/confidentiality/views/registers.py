"""The registers: all of them, one, a row of one, and each as a spreadsheet or on paper."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from app import papers
from app.accounts.current import me
from app.accounts.permissions import needs
from app.papers.views import as_download
from app.web.i18n import language
from app.web.times import day, today
from plugins.confidentiality.forms.registers import PeriodForm, cell, shown, word
from plugins.confidentiality.queries import registers as queries
from plugins.confidentiality.views.base import Page, bp, page_mark

bp.add_app_template_global(shown, "register_shown")
bp.add_app_template_global(word, "register_words")


@bp.get("/registers")
@needs("confidentiality.registers")
def registers() -> str:
    shown = {"registers": queries.kept(), "tallies": queries.tallies(), "counted": queries.COUNTED}
    return render_template("confidentiality/registers.html", **shown)


@bp.get("/registers/<name>")
@needs("confidentiality.registers")
def register(name: str) -> Page:
    """A page of a register; its period is in the address."""
    found, form = queries.register_or_404(name), PeriodForm(request.args)
    if not form.validate():
        return render_template("confidentiality/register.html", register=found, form=form, page=queries.Rows([])), 422
    page = found.page(me(), _wanted(form))
    return render_template("confidentiality/register.html", register=found, form=form, page=page, before=_before())


@bp.get("/registers/<name>/rows/<uid>")
@needs("confidentiality.registers")
def register_row(name: str, uid: str) -> str:
    """A row of a register whose entries have no page of their own."""
    found = queries.register_or_404(name)
    return render_template(
        "confidentiality/register_row.html", register=found, row=queries.row_or_404(found, me(), uid)
    )


@bp.get("/registers/<name>/as/<any(xlsx, pdf):kind>")
@needs("confidentiality.registers", fresh=True)
def export_register(name: str, kind: str) -> Page:
    """The register of a period as a document, under a neutral name (D-CONF-11)."""
    found, form = queries.register_or_404(name), PeriodForm(request.args)
    if not form.validate():
        return render_template("confidentiality/register.html", register=found, form=form, page=queries.Rows([])), 422
    rows, cut = queries.exported(found, me(), _wanted(form), kind)
    about = _about(form, len(rows), cut)
    made = _sheet(found, rows, about) if kind == "xlsx" else _paper(found, rows, about)
    return as_download(made, kind, f"register-{today().isoformat()}")


def _wanted(form: PeriodForm) -> queries.Wanted:
    return queries.Wanted(form.since.data, form.until.data, _before())


def _before() -> int | None:
    return page_mark("before")


def _sheet(register: Any, rows: list[Any], about: list[str]) -> bytes:
    """What it says of itself stands under the last row, so that the rows sort and filter."""
    columns = [papers.Column(str(column.label)) for column in register.columns]
    cells = [[cell(column, row) for column in register.columns] for row in rows]
    return papers.xlsx(str(register.title), columns, [*cells, [], *([line] for line in about)])


def _paper(register: Any, rows: list[Any], about: list[str]) -> bytes:
    """A table; an entry after the other when they say more than a table can show."""
    if any(column.long for column in register.columns):
        return papers.pdf("sheet", _entries(register, rows, about), title=str(register.title), language=language())
    data = {
        "about": about,
        "columns": [str(column.label) for column in register.columns],
        "rows": [[shown(column, row) for column in register.columns] for row in rows],
        "numeric": [place for place, column in enumerate(register.columns) if column.kind == "number"],
    }
    return papers.pdf("register", data, title=str(register.title), language=language())


def _entries(register: Any, rows: list[Any], about: list[str]) -> dict[str, Any]:
    first, *others = register.columns
    facts = [[(str(column.label), shown(column, row)) for column in others] for row in rows]
    heads = [_("%(name)s: %(value)s", name=first.label, value=shown(first, row)) for row in rows]
    told = zip(heads, facts, strict=True)
    return {"about": about, "sections": [papers.section(head, papers.facts(each)) for head, each in told]}


def _about(form: PeriodForm, number: int, cut: bool) -> list[str]:
    """What a document says of itself: its period, its size, its day."""
    size = ngettext("%(num)d entry", "%(num)d entries", number)
    said = [f"{form.said()} · {size} · {_('made on %(day)s', day=day(today(), year=True))}"]
    more = _("Older entries do not fit in one document: choose a shorter period to have them.")
    return [*said, more] if cut else said
