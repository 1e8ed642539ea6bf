"""The pages that belong to no room: language, quick exit, drafts, health."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, session
from flask_babel import gettext as _
from sqlalchemy import update
from werkzeug.wrappers import Response

from app import schema
from app.accounts.current import me, whoever
from app.accounts.models import User
from app.accounts.permissions import PUBLIC, SIGNED_IN, needs
from app.accounts.sessions import end_session
from app.db import db, unit
from app.vault import key_store
from app.web import drafts
from app.web.frame import quick_exit_url
from app.web.i18n import LANGUAGES, STAFF_LANGUAGES

bp = Blueprint("web", __name__)


def register(app: Flask) -> None:
    from app.work.daily import each_day

    app.register_blueprint(bp)
    each_day("drafts")(drafts.sweep)
    # Quick exit must work from a page whose session, and with it the token, is gone. A forged one ends nothing: from
    # another site SameSite=Strict keeps the cookie away, and the worst that could happen is that she signs in again.
    app.extensions["csrf"].exempt(quit_now)


@bp.get("/language/<code>")
@needs(PUBLIC)
def choose_language(code: str) -> Response:
    """Choose a language, for her account or else for this session, and go back to the page."""
    if (user := whoever()) and code in STAFF_LANGUAGES:
        session.pop("language", None)
        unit().later.append(partial(_remember_language, user.id, code))
    elif code in LANGUAGES:
        session["language"] = code
    return redirect(local_path(request.args.get("next")))


def _remember_language(user_id: int, code: str) -> None:
    db.session.execute(update(User).where(User.id == user_id).values(language=code))


@bp.post("/quit")
@needs(PUBLIC)
def quit_now() -> Response:
    """Quick exit: the session is dead on the server, this site's traces in the browser are cleared, she is elsewhere.

    A redirect after a form may not leave the site (form-action 'self'), so the page itself goes on, without JavaScript.
    """
    url = quick_exit_url()
    end_session()
    response = current_app.make_response(render_template("quit.html", url=url))
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    response.headers["Refresh"] = f"0; url={url}"
    return response


@bp.get("/draft")
@needs(SIGNED_IN)
def draft() -> Response | str:
    """What she was writing when her session ended."""
    found = drafts.waiting(me())
    return drafts.show(found[0].path, found[0].fields, found[0].uid) if found else redirect("/")


@bp.post("/draft/discard")
@needs(SIGNED_IN)
def discard_draft() -> Response:
    drafts.forget(request.form.get(drafts.SENT_AGAIN, ""), me().id)
    flash(_("It was discarded."))
    return redirect("/draft")


@bp.get("/healthz")
@needs(PUBLIC)
def healthz() -> Response:
    """Whether this process answers."""
    return Response("ok", mimetype="text/plain")


@bp.get("/readyz")
@needs(PUBLIC)
def readyz() -> Response:
    """Whether work can be done: database, key store, migrations. Yes or no, nothing else."""
    try:
        key_store().check()
        ready = not schema.behind(current_app)
    except Exception as error:
        current_app.logger.error("not ready", extra={"kind": type(error).__name__})
        ready = False
    return Response("ok" if ready else "not ready", 200 if ready else 503, mimetype="text/plain")


def local_path(path: str | None) -> str:
    """A path of this site, or the desk: never another site."""
    safe = path and path.isprintable() and path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if path and safe else "/"  # browsers drop tabs and line ends: what is not printable may hide a //
