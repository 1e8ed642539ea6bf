"""HTTP of the desk."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, jsonify, render_template, request
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import SIGNED_IN, needs
from app.desk import queries
from app.plugins import plugins_of
from app.web import drafts, times
from app.web.parts import render_parts

bp = Blueprint("desk", __name__)


@bp.get("/")
@needs(SIGNED_IN)
def index() -> str:
    """Her home page."""
    user = me()
    return render_template(
        "desk/index.html",
        today=times.today(),
        cards=render_parts(plugins_of(current_app).call_each("desk_cards", user=user)),
        due=queries.due(user),
        actions=queries.quick_actions(user),
        drafts=drafts.waiting(user),
    )


# What is looked for is a name as often as not: it is sent in the body, so that no address, history or proxy keeps it.


@bp.route("/palette", methods=["GET", "POST"])
@needs(SIGNED_IN, lock=False)
def palette() -> Response:
    """The lines of the palette, as JSON; without a text, her actions and pages."""
    return jsonify([_line(one) for one in queries.find(me(), request.form.get("q", ""))])


@bp.route("/search", methods=["GET", "POST"])
@needs(SIGNED_IN, lock=False)
def search() -> str:
    """The same as a page, for when there is no JavaScript."""
    text = request.form.get("q", "")
    return render_template("desk/search.html", text=text, results=queries.find(me(), text))


@bp.get("/help/keys")
@needs(SIGNED_IN)
def keys() -> str:
    """The keys that do something."""
    return render_template("desk/keys.html")


def _line(one: Any) -> dict[str, str]:
    return {"label": str(one.title), "url": one.url, "hint": str(one.hint), "group": str(one.group), "icon": one.icon}
