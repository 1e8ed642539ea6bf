"""The directory of partners (service 4)."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.forms import partners as words
from plugins.support.forms.partners import PartnerForm
from plugins.support.rules.partners import SERVICE, needs_checking
from plugins.support.views.base import Page, bp, see


@bp.get("/partners")
@needs("support.partners", service=SERVICE)
def partners() -> str:
    archived, after = "archived" in request.args, request.args.get("after")
    found = queries.partners.directory(archived=archived, after=after)
    return render_template("support/partners.html", found=found, words=words, archived=archived, after=after)


@bp.post("/partners")
@needs("support.partners", service=SERVICE, lock=False)
def find_partners() -> str:
    """Search as she types; posted, so that what a woman needs is in no address (D-CONF-11)."""
    asked = {name: request.form.get(name, "")[:100] for name in ("text", "service", "language")}
    archived = "archived" in request.form
    found = queries.partners.directory(archived=archived, **asked)
    part = "support/_partners.html" if "HX-Request" in request.headers else "support/partners.html"
    return render_template(part, found=found, words=words, archived=archived, asked=asked)


@bp.get("/partners/<uid>")
@needs("support.partners", service=SERVICE)
def partner(uid: str) -> str:
    found = queries.partners.partner_or_404(uid)
    heard, old = queries.partners.heard_of(found), needs_checking(found.checked_on, today())
    return render_template("support/partner.html", partner=found, heard=heard, old=old, words=words)


@bp.route("/partners/new", methods=["GET", "POST"])
@needs("support.partners", service=SERVICE)
def new_partner() -> Page:
    form = PartnerForm()
    if request.method == "GET":
        return partner_page(form)
    if not form.validate():
        return partner_page(form), 422
    added = actions.partners.add_partner(me(), **form.values)
    return see("partner", _("It is in the directory."), uid=added.uid)


def partner_page(form: PartnerForm, partner: Any = None, theirs: bool = False) -> str:
    both = form.both(partner) if theirs else None
    return render_template("support/partner_form.html", form=form, partner=partner, both=both)


@bp.route("/partners/<uid>/edit", methods=["GET", "POST"])
@needs("support.partners", service=SERVICE)
def edit_partner(uid: str) -> Page:
    found = queries.partners.partner_or_404(uid)
    form = PartnerForm(obj=found)
    if request.method == "GET":
        return partner_page(form, found)
    if not form.validate():
        return partner_page(form, found), 422
    try:
        actions.partners.change_partner(me(), found, version=form.seen, **form.values)
    except actions.SomeoneElseWrote as error:
        form.not_saved(str(error), found.version)
        return partner_page(form, found, theirs=True), error.status
    return see("partner", _("Saved."), uid=uid)


@bp.post("/partners/<uid>/checked")
@needs("support.partners", service=SERVICE)
def check_partner(uid: str) -> Response:
    actions.partners.check_partner(me(), queries.partners.partner_or_404(uid))
    return see("partner", _("Noted: what is written holds today."), uid=uid)


@bp.post("/partners/<uid>/archive")
@needs("support.partners", service=SERVICE)
def archive_partner(uid: str) -> Response:
    actions.partners.archive_partner(me(), queries.partners.partner_or_404(uid))
    return see("partner", _("It is proposed no more. What was referred there stays."), uid=uid)


@bp.post("/partners/<uid>/restore")
@needs("support.partners", service=SERVICE)
def restore_partner(uid: str) -> Response:
    actions.partners.restore_partner(me(), queries.partners.partner_or_404(uid))
    return see("partner", _("It is in the directory again."), uid=uid)
