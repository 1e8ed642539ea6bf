"""Who follows whom: assignments by code, persons a peer is beside."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from app.errors import NotFound
from app.plugins import service_is_on
from plugins.support import actions, queries
from plugins.support.rules import FOLLOW_UP, steps
from plugins.support.views.base import Page, bp, see


@bp.get("/assignments")
@needs("support.assign", service=FOLLOW_UP)
def assignments() -> str:
    """Codes, dates and workload: no name, no content (DOMAIN section 8)."""
    return assignments_page()


def assignments_page(typed: str = "", error: str = "") -> str:
    waiting, code, after = "waiting" in request.args, request.args.get("code", ""), request.args.get("after")
    return render_template(
        "support/assignments.html",
        files=queries.caseload(waiting=waiting, code=code, after=after),
        loads=queries.workloads(),
        without=queries.count_waiting(),
        adrift=queries.adrift(),
        typed=typed,
        error=error,
        waiting=waiting,
        code=code,
        after=after,
    )


@bp.post("/assignments")
@needs("support.assign", service=FOLLOW_UP)
def assign() -> Page:
    """The chosen rows, or a code that was typed; a person's file is opened when there is none."""
    to, typed = queries.staff_or_404(request.form.get("to", "")), request.form.get("code", "")
    codes = request.form.getlist("ids")[: queries.PAGE]
    try:
        persons = [queries.person_by_code(code) for code in [*codes, typed] if code.strip()]
    except NotFound:
        return assignments_page(typed, _("Nobody has this code. Look at each letter and number.")), 422
    for each in persons:
        actions.assign_person(me(), each, to)
    done = ngettext("One file assigned.", "%(num)d files assigned.", len(persons))
    return see("assignments", done if persons else _("Choose one or more files first, then who follows them."))


@bp.post("/assignments/<int(max=2147483647):number>/end")
@needs("support.assign", service=FOLLOW_UP)
def end_assignment(number: int) -> Response:
    actions.end_assignment(me(), queries.assignment_or_404(number))
    return see("assignments", _("Ended. The file is closed to her from now on."))


@bp.get("/accompanied")
@needs("support.accompany", service=FOLLOW_UP)
def accompanied() -> str:
    after = request.args.get("after")
    return render_template(
        "support/accompanied.html",
        found=queries.accompanied(me(), after),
        goings=queries.steps.goings(me()) if service_is_on(steps.SERVICE) else (),
        after=after,
    )
