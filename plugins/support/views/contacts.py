"""Logging and correcting contacts."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _

from app.accounts.current import me
from app.accounts.permissions import needs
from plugins.support import actions, queries
from plugins.support.forms import AnonymousForm, ContactForm
from plugins.support.rules import FOLLOW_UP
from plugins.support.views.base import Page, bp, see
from plugins.support.views.files import file_page


@bp.post("/files/<code>/contacts")
@needs("support.follow", service=FOLLOW_UP)
def log_contact(code: str) -> Page:
    found, form = queries.file_or_404(code, me()), ContactForm()
    if not form.validate():
        return file_page(found, contact=form), 422
    actions.log_contact(me(), found, **form.values)
    return see("file", _("Contact noted."), code=code)


@bp.get("/contact")
@needs("support.follow", service=FOLLOW_UP)
def contact() -> str:
    """From anywhere: with whom, how, in one line."""
    return contact_page(ContactForm(formdata=None))


def contact_page(form: ContactForm, text: str = "") -> str:
    persons = queries.at_hand(me(), text)
    return render_template("support/contact.html", contact=form, persons=persons, text=text)


@bp.post("/contact/who")
@needs("support.follow", service=FOLLOW_UP, lock=False)
def who() -> str:
    """Search as she types among the persons she follows; posted, so that no name is in an address (D-CONF-11)."""
    text = request.form.get("q", "")
    if "HX-Request" not in request.headers:
        return contact_page(ContactForm(formdata=None), text)
    form = ContactForm(formdata=None)
    return render_template("support/_who.html", persons=queries.at_hand(me(), text), text=text, contact=form)


@bp.post("/contact")
@needs("support.follow", service=FOLLOW_UP)
def log_contact_with() -> Page:
    form = ContactForm()
    if not form.validate_with_code():
        return contact_page(form, form.code.data or ""), 422
    found = queries.file_or_404(form.code.data or "", me())
    actions.log_contact(me(), found, **form.values)
    return see("file", _("Contact noted."), code=found.person.code)


@bp.route("/contacts/<uid>/correct", methods=["GET", "POST"])
@needs("support.follow", service=FOLLOW_UP)
def correct_contact(uid: str) -> Page:
    found = queries.contact_or_404(uid, me())
    form = ContactForm(obj=found)
    if request.method == "GET":
        return render_template("support/correct.html", noted=found, contact=form, may=queries.correctable(found, me()))
    if not form.validate():
        return render_template("support/correct.html", noted=found, contact=form, may=True), 422
    actions.correct_contact(me(), found, version=form.seen, **form.values)
    return see("file", _("Corrected. The journal keeps that it was."), code=found.file.person.code)


@bp.route("/anonymous", methods=["GET", "POST"])
@needs("support.count", service=FOLLOW_UP)
def anonymous() -> Page:
    form = AnonymousForm()
    if request.method == "GET":
        return render_template("support/anonymous.html", contact=form)
    if not form.validate():
        return render_template("support/anonymous.html", contact=form), 422
    actions.log_anonymous_contact(me(), **form.values)
    return see("anonymous", _("Counted. Nothing about her is kept."))
