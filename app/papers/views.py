"""Downloads: never shown in the browser, never under a telling name."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import SIGNED_IN, needs
from app.journal import record
from app.papers import queries
from app.papers.intake import EXTENSIONS

bp = Blueprint("papers", __name__, url_prefix="/papers")
SANDBOX = "default-src 'none'; sandbox"
KINDS = {endings[0]: kind for kind, endings in EXTENSIONS.items()} | {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
}
ENDINGS = {kind: ending for ending, kind in KINDS.items()}


@bp.get("/<uid>")
@needs(SIGNED_IN)
def download(uid: str) -> Response:
    """A paper, to who may open its safe; to anybody else there is nothing here, and it is journaled (D-CONF-1, -10)."""
    paper = queries.paper_or_404(uid, me())
    content = queries.Content(paper)
    record("papers.downloaded", paper.uid, by=me(), codes=queries.codes_of(paper.safe_id), of=paper.subject)
    return as_download(content, ENDINGS[paper.kind], neutral_name(paper.uid), paper.size)


def neutral_name(uid: str) -> str:
    """« document-3fQz81xK »: it says nothing wherever it is saved (D-CONF-11)."""
    return f"document-{''.join(letter for letter in uid if letter.isalnum())[:8]}"


def as_download(
    content: bytes | Iterable[bytes], ending: str, name: str = "document", size: int | None = None
) -> Response:
    """An answer that is saved and never shown. `ending`: pdf, xlsx, csv, json, … `name`: neutral, plain letters."""
    response = Response(content, mimetype=KINDS[ending])
    if size is not None:
        response.content_length = size
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
