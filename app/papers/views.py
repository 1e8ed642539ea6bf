"""Downloads: never shown in the browser, never under a telling name."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import SIGNED_IN, needs
from app.journal import record
from app.papers import queries
from app.papers.intake import EXTENSIONS

bp = Blueprint("papers", __name__, url_prefix="/papers")
SANDBOX = "default-src 'none'; sandbox"


@bp.get("/<uid>")
@needs(SIGNED_IN)
def download(uid: str) -> Response:
    """A paper, to who may open its safe; to anybody else there is nothing here, and it is journaled (D-CONF-1, -10)."""
    paper = queries.paper_or_404(uid, me())
    content = queries.Content(paper)
    record("papers.downloaded", paper.uid, by=me(), of=paper.subject)
    response = Response(iter(content), mimetype=paper.kind)
    response.content_length = paper.size
    response.headers["Content-Disposition"] = f'attachment; filename="{neutral_name(paper.uid, paper.kind)}"'
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def neutral_name(uid: str, kind: str) -> str:
    """« document-3fQz81xK.pdf »: it says nothing wherever it is saved (D-CONF-11)."""
    plain = "".join(letter for letter in uid if letter.isalnum())
    return f"document-{plain[:8]}.{EXTENSIONS[kind][0]}"
