"""The journal's page, for the privacy officer. That she read it is itself in the journal."""

from __future__ import annotations

import json
import re
from collections.abc import Container
from datetime import date
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.names import names_of
from app.accounts.permissions import ROLES, needs
from app.journal import Entry, actions, head, queries
from app.plugins import plugins_of, switches

bp = Blueprint("journal", __name__)


@bp.get("/journal")
@needs("core.journal.read")
def entries() -> str:
    people = names_of()
    known = queries.actions()
    wanted = _wanted(people, known)
    rows = actions.read(me(), wanted)
    said: dict[str, str | None] = {}
    shown = [(row, _detail(row, said), _sentence(row.action, row)) for row in rows[: queries.PAGE]]
    more = rows[queries.PAGE - 1].seq if len(rows) > queries.PAGE else None
    page = {"wanted": wanted, "people": people, "head": head(), "last": queries.last_check(), "titles": _titles()}
    named = {action: _said(Entry(action, None)) for action in known}
    return render_template("journal/entries.html", rows=shown, more=more, known=named, **page)


def _titles() -> dict[str, Any]:
    """The titles of roles and permissions, by the names that entries hold."""
    declared = current_app.extensions["permissions"]
    return {**ROLES, **{name: permission.title for name, (_plugin, permission) in declared.items()}}


def _wanted(people: Container[str], known: Container[str]) -> queries.Wanted:
    """What the address asks for; what does not exist is not asked for."""
    given = request.args
    code = re.sub(r"[^A-Z0-9-]", "", given.get("code", "").upper())[:16]
    user, action = (
        given[name] if given.get(name) in real else "" for name, real in (("user", people), ("action", known))
    )
    since, until = (given.get(name, type=_day) for name in ("since", "until"))
    return queries.Wanted(code, user, action, since, until, given.get("before", type=lambda text: int(text[:15])))


def _day(text: str) -> date:
    """Raises ValueError for a day that is no day, or out of reach."""
    return date.fromisoformat(text) if "2000" <= text < "2200" else date.fromisoformat("")


def _detail(row: Any, said: dict[str, str | None]) -> dict[str, Any]:
    """What was recorded beside it; a plugin's reason in the plugin's words, asked for once a page."""
    detail: dict[str, Any] = json.loads(row.detail)
    if (why := str(detail.get("why", ""))) and why not in said:
        said[why] = _sentence(why, row)
    return detail | {"why": said[why] or why} if why else detail


def _sentence(name: str, row: Any) -> str | None:
    return _said(Entry(name, row.actor, row.subject, tuple(row.codes.split()), json.loads(row.detail), at=row.at))


def _said(event: Entry) -> str | None:
    """What its plugin calls an event or a reason, when it is on; one that failed on this page is not asked again."""
    plugin = event.action.split(".")[0]
    if plugin not in switches().plugins or plugin in g.plugin_notices:
        return None
    found: str | None = plugins_of(current_app).call_first("describe_event", only={plugin}, event=event)
    return found


@bp.post("/journal/verify")
@needs("core.journal.read", lock=False)
def verify() -> Response:
    """Recompute the whole chain; the page then says what was found."""
    actions.check_now(me())
    return redirect(url_for(".entries"))
