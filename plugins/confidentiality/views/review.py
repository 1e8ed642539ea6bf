"""Unusual openings, answered; roles, looked at again each quarter."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import ROLES, needs
from app.web.times import day, today
from plugins.confidentiality.actions import review as actions
from plugins.confidentiality.forms.review import (
    FINDING_ICONS,
    FINDING_WORDS,
    ROLE_ANSWER_WORDS,
    AnswerForm,
    how_many,
)
from plugins.confidentiality.queries import review as queries
from plugins.confidentiality.queries import roles
from plugins.confidentiality.views.base import Page, bp, page_mark, see


@bp.get("/findings")
@needs("confidentiality.findings")
def findings() -> str:
    before = page_mark("before")
    page = queries.findings(me(), before)
    shown = {"words": FINDING_WORDS, "icons": FINDING_ICONS, "how_many": how_many, "before": before}
    return render_template("confidentiality/findings.html", page=page, **shown)


@bp.route("/findings/<uid>", methods=["GET", "POST"])
@needs("confidentiality.findings")
def finding(uid: str) -> Page:
    found, form = queries.finding_or_404(uid, me()), AnswerForm()
    if request.method == "GET" or not form.validate():
        page = _finding_page(found, form)
        return page if request.method == "GET" else (page, 422)
    told = _("Unusual openings, found in the journal on %(day)s.", day=day(found.day, year=True))
    line = str(form.line.data)
    began = actions.answer(me(), found, answer=form.answer.data, line=line, told=f"{told} {line}")
    if began and me().can("confidentiality.registers"):
        return see("incident", _("An incident was begun with it. Complete it when you know more."), uid=began.uid)
    return see("findings", _("Answered."))


def _finding_page(found: Any, form: AnswerForm) -> str:
    shown = {"words": FINDING_WORDS, "how_many": how_many}
    return render_template("confidentiality/finding.html", one=queries.named(found, me()), form=form, **shown)


@bp.get("/roles")
@needs("confidentiality.review_roles")
def role_review() -> str:
    """Every role in force, and what was answered about it this quarter."""
    page = roles.roles_held(me(), page_mark("after") or 0)
    first, due = roles.quarter()
    shown = {"first": first, "due": due, "late": due < today(), "roles": ROLES, "answers": ROLE_ANSWER_WORDS}
    return render_template("confidentiality/roles.html", page=page, after=request.args.get("after"), **shown)


@bp.post("/roles/<int(max=2147483647):grant_id>")
@needs("confidentiality.review_roles", fresh=True)
def review_role(grant_id: int) -> Response:
    answer = request.form.get("answer", "")
    if answer not in ROLE_ANSWER_WORDS:
        raise BadRequest
    actions.review_role(me(), roles.role_or_404(grant_id), answer)
    said = {
        "keep": _("Kept."),
        "end": _("Ended, at once."),
        "ask": _("Noted: it comes back until it is kept or ended."),
    }
    return see("role_review", said[answer])
