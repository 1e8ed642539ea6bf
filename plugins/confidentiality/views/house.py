"""Providers and privacy impact assessments: entered, looked at again, with their history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.current import me
from app.accounts.permissions import needs
from plugins.confidentiality.actions import house as actions
from plugins.confidentiality.actions.kept import WrittenMeanwhile
from plugins.confidentiality.forms import house as forms
from plugins.confidentiality.queries import house as queries
from plugins.confidentiality.queries.incidents import history
from plugins.confidentiality.queries.registers import register_or_404
from plugins.confidentiality.views.base import Page, bp, see


class Kind(NamedTuple):
    """What differs between the two."""

    register: str
    endpoint: str
    form: Any
    find: Callable[..., Any]
    add: Callable[..., Any]
    change: Callable[..., None]
    heading: Any
    lead: Any


PROVIDER = Kind(
    "providers",
    "provider",
    forms.ProviderForm,
    queries.provider_or_404,
    actions.add_provider,
    actions.change_provider,
    _l("A provider"),
    _l("Who holds personal information on our behalf, where, under which contract."),
)
ASSESSMENT = Kind(
    "assessments",
    "assessment",
    forms.AssessmentForm,
    queries.assessment_or_404,
    actions.add_assessment,
    actions.change_assessment,
    _l("A privacy impact assessment"),
    _l("What the project does with personal information, what could go wrong, what is done about it."),
)


@bp.route("/providers/new", methods=["GET", "POST"])
@needs("confidentiality.registers")
def new_provider() -> Page:
    return _new(PROVIDER)


@bp.route("/providers/<uid>", methods=["GET", "POST"])
@needs("confidentiality.registers")
def provider(uid: str) -> Page:
    return _one(PROVIDER, uid)


@bp.route("/assessments/new", methods=["GET", "POST"])
@needs("confidentiality.registers")
def new_assessment() -> Page:
    return _new(ASSESSMENT)


@bp.route("/assessments/<uid>", methods=["GET", "POST"])
@needs("confidentiality.registers")
def assessment(uid: str) -> Page:
    return _one(ASSESSMENT, uid)


def _new(kind: Kind) -> Page:
    form = kind.form(data={"review_on": forms.next_review()})
    if request.method == "GET":
        return _page(kind, form)
    if not form.validate():
        return _page(kind, form), 422
    made = kind.add(me(), **form.values)
    return see(kind.endpoint, _("Entered. It comes back to you when it is to be looked at again."), uid=made.uid)


def _one(kind: Kind, uid: str) -> Page:
    found = kind.find(uid, me())
    form = kind.form(obj=found)
    if request.method == "GET":
        return _page(kind, form, found)
    if not form.validate():
        return _page(kind, form, found), 422
    try:
        kind.change(me(), found, version=form.seen, **form.values)
    except WrittenMeanwhile as error:
        form.not_saved(str(error), found.version)
        return _page(kind, form, found, form.theirs(found)), error.status
    return see(kind.endpoint, _("Kept. What it said before is in its history."), uid=uid)


def _page(kind: Kind, form: Any, entry: Any = None, theirs: Any = ()) -> str:
    shown = {"register": register_or_404(kind.register), "history": history(entry) if entry else []}
    return render_template("confidentiality/house.html", kind=kind, form=form, entry=entry, theirs=theirs, **shown)
