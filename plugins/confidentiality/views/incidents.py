"""Incidents: reported by anyone, kept by the privacy officer."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from plugins.confidentiality.actions import incidents as actions
from plugins.confidentiality.actions.kept import WrittenMeanwhile
from plugins.confidentiality.forms import house as forms
from plugins.confidentiality.queries import incidents as queries
from plugins.confidentiality.views.base import Page, bp, see

bp.add_app_template_filter(queries.kept_until, "kept_until")


@bp.route("/incidents/report", methods=["GET", "POST"])
@needs("confidentiality.report")
def report_incident() -> Page:
    """As one drops a letter: it is not shown again to who sent it."""
    form = forms.ReportForm()
    if request.method == "GET":
        return render_template("confidentiality/report.html", form=form)
    if not form.validate():
        return render_template("confidentiality/report.html", form=form), 422
    reported = actions.report(me(), **form.values)
    if me().can("confidentiality.registers"):
        return see("incident", _("Noted. Complete it when you know more."), uid=reported.uid)
    return see("incident_reported", _("Thank you. The privacy officer takes it from here."))


@bp.get("/incidents/reported")
@needs("confidentiality.report")
def incident_reported() -> str:
    return render_template("confidentiality/reported.html")


@bp.get("/incidents/<uid>")
@needs("confidentiality.registers")
def incident(uid: str) -> str:
    found = queries.incident_or_404(uid, me())
    shown = {"told": queries.assessed(found), "history": queries.history(found), "missing": queries.missing(found)}
    words = {"factors": forms.FACTORS, "labels": forms.incident_labels()}
    return render_template("confidentiality/incident.html", incident=found, **shown, **words)


@bp.route("/incidents/<uid>/facts", methods=["GET", "POST"])
@needs("confidentiality.registers")
def incident_facts(uid: str) -> Page:
    return _part(uid, forms.FactsForm, "confidentiality/incident_facts.html", actions.complete)


@bp.route("/incidents/<uid>/follow-up", methods=["GET", "POST"])
@needs("confidentiality.registers")
def incident_follow_up(uid: str) -> Page:
    return _part(uid, forms.FollowForm, "confidentiality/incident_follow_up.html", actions.follow_up)


@bp.route("/incidents/<uid>/assess", methods=["GET", "POST"])
@needs("confidentiality.registers")
def assess_incident(uid: str) -> Page:
    """The four factors one after the other, then the conclusion."""
    found = queries.incident_or_404(uid, me())
    form = forms.AssessForm(data=forms.assessment_of(found, queries.assessed(found)))
    if request.method == "GET":
        return _assess_page(found, form)
    if not form.validate():
        return _assess_page(found, form), 422
    told = {"factors": form.factors, "conclusion": form.conclusion.data, "why": form.why.data}
    try:
        actions.assess(me(), found, version=form.seen, **told)
    except WrittenMeanwhile as error:
        form.not_saved(str(error), found.version)
        return _assess_page(found, form, queries.assessed(found)), error.status
    return see("incident", _("Assessed. What comes next is on your desk."), uid=uid)


def _assess_page(found: Any, form: forms.AssessForm, theirs: Any = None) -> str:
    shown = {"factors": forms.FACTORS, "levels": forms.LEVELS, "conclusions": forms.CONCLUSIONS, "theirs": theirs}
    return render_template("confidentiality/incident_assess.html", incident=found, form=form, **shown)


@bp.post("/incidents/<uid>/close")
@needs("confidentiality.registers")
def close_incident(uid: str) -> Response:
    actions.close(me(), queries.incident_or_404(uid, me()))
    return see("incident", _("Closed. It stays in the register for five years at least."), uid=uid)


@bp.post("/incidents/<uid>/reopen")
@needs("confidentiality.registers")
def reopen_incident(uid: str) -> Response:
    actions.reopen(me(), queries.incident_or_404(uid, me()))
    return see("incident", _("Open again."), uid=uid)


def _part(uid: str, kind: Any, template: str, save: Any) -> Page:
    """One part of an incident: shown, then saved unless a colleague wrote meanwhile."""
    found = queries.incident_or_404(uid, me())
    form = kind(obj=found)
    if request.method == "GET":
        return render_template(template, incident=found, form=form)
    if not form.validate():
        return render_template(template, incident=found, form=form), 422
    try:
        save(me(), found, version=form.seen, **form.values)
    except WrittenMeanwhile as error:
        form.not_saved(str(error), found.version)
        return render_template(template, incident=found, form=form, theirs=form.theirs(found)), error.status
    return see("incident", _("Kept. What it said before is in its history."), uid=uid)
