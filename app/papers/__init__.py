"""Papers: documents that we make, tables that come in and go out, attachments that are kept sealed.

Make a PDF (accessible, PDF/UA-1), with a template of ours or with a plugin's own:

    parts = [section(_("Plan"), paragraph(text), facts([(_("Since"), day)]), bullets(steps))]
    pdf("sheet", {"about": [line], "sections": parts, "reference": code}, title=…, language="fr")
    pdf("register", {"about": [line], "columns": […], "rows": [[…], …], "numeric": [2]}, title=…, language="fr")
    pdf("letter", {"to": [lines], "date": day, "parts": parts, "sign": [lines], "reference": code}, title=…, …)
    pdf(Path(__file__).parent / "papers" / "consent.typ", data, title=…, language="ht")

    view     return as_download(made, "pdf", "plan")          app.papers.views: saved, never shown

Make and read tables:

    from app.papers import Column, csv_text, read_table, xlsx
    xlsx(title, [Column(_("Code")), Column(_("Since"), width=14)], rows) -> bytes
    csv_text([_("Code"), _("Since")], rows) -> str
    read_table(content, "persons.xlsx") -> [Row(number, cells), …]     raises TableRefused, which says what to do

Keep what is sent, sealed in the safe of the record that it belongs to:

    view     @bp.post("/files/<code>/papers")
             @needs("…", lock=False)
             @takes_files                               app.web.uploads: larger requests, never a temporary file
             form.file.clean                            app.papers.forms.PaperField: cleaned, or an error at the field
             write_lock()                               app.db: then read the record again, then call the action
    action   papers.keep(user, safe_id, form.file.clean, subject=record.uid)
             papers.keep_made(user, safe_id, pdf(…), name, subject=record.uid)
             papers.remove(user, paper)
    query    papers.papers_of(record.uid)               names open with the safe
    page     {% import "papers/list.html" as papers %}{{ papers.listed(found) }}      GET /papers/<uid> is the download
"""

from __future__ import annotations

from flask import Flask

from app.papers import models as models
from app.papers.actions import keep, keep_made, remove
from app.papers.documents import boxes, bullets, facts, paragraph, pdf, section, signatures, table, timeline
from app.papers.intake import Refused, cleaned
from app.papers.queries import paper_or_404, papers_of
from app.papers.sheets import Column, csv_text, xlsx
from app.papers.tables import Row, TableRefused, read_table

__all__ = [
    "Column",
    "Refused",
    "Row",
    "TableRefused",
    "boxes",
    "bullets",
    "cleaned",
    "csv_text",
    "facts",
    "keep",
    "keep_made",
    "paper_or_404",
    "papers_of",
    "paragraph",
    "pdf",
    "read_table",
    "remove",
    "section",
    "signatures",
    "table",
    "timeline",
    "xlsx",
]


def register(app: Flask) -> None:
    from app.papers.actions import sweep
    from app.papers.views import bp
    from app.work import each_day

    app.register_blueprint(bp)
    each_day("papers")(sweep)
