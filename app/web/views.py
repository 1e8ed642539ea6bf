"""The pages that belong to no room: language, quick exit, health."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request, session
from werkzeug.wrappers import Response

from app.accounts.permissions import PUBLIC, needs
from app.web.i18n import LANGUAGES

bp = Blueprint("web", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/language/<code>")
@needs(PUBLIC)
def choose_language(code: str) -> Response:
    """Choose a language for this session and go back to the page."""
    if code in LANGUAGES:
        session["language"] = code
    return redirect(local_path(request.args.get("next")))


@bp.get("/healthz")
@needs(PUBLIC)
def healthz() -> str:
    return "ok"


def local_path(path: str | None) -> str:
    """A path of this site, or the desk: never another site."""
    return path if path and path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
