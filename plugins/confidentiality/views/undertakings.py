"""Undertakings: her own, and who has not signed (D-CONF-13)."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from app.plugins import plugins_of
from app.web.i18n import language
from app.web.times import today
from plugins.confidentiality.actions import undertakings as actions
from plugins.confidentiality.forms.undertakings import KINDS, STANDINGS, OtherForm, SignForm
from plugins.confidentiality.queries import undertakings as queries
from plugins.confidentiality.rules import undertakings as rules
from plugins.confidentiality.views.base import Page, bp, see


@bp.route("/undertaking", methods=["GET", "POST"])
@needs("confidentiality.sign")
def undertaking() -> Page:
    """Her own: read, then signed with her name."""
    form = SignForm()
    if request.method == "GET":
        return _own(form)
    if not form.validate():
        return _own(form), 422
    try:
        actions.sign(me(), name=str(form.name.data), language=language(), version=form.seen)
    except actions.TextChanged as error:
        form.form_errors.append(str(error))
        return _own(form), error.status
    return see("undertaking", _("Signed. Thank you: it holds for twelve months."))


def _own(form: SignForm) -> str:
    signed, text = queries.last_signed(me()), queries.text_in(language())
    form.version.raw_data, form.version.data = None, str(text.number)
    until = rules.valid_until(signed) if signed else None
    standing = rules.standing(signed, today())
    shown = {"text": text, "signed": signed, "until": until, "standing": standing, "standings": STANDINGS}
    return render_template("confidentiality/undertaking.html", form=form, **shown)


@bp.route("/undertakings", methods=["GET", "POST"])
@needs("confidentiality.registers")
def undertakings() -> Page:
    """Who has not signed; and a signature of somebody who has no account."""
    form = OtherForm()
    if request.method == "GET":
        return _all(form)
    if not form.validate():
        return _all(form), 422
    actions.enter(me(), **form.values)
    return see("undertakings", _("Entered. It comes back here a month before it ends."))


def _all(form: OtherForm) -> str:
    return render_template(
        "confidentiality/undertakings.html",
        form=form,
        owing=queries.owing(),
        others=[(one, rules.standing(one.signed_on, today())) for one in queries.others_owing(me())],
        bound=_bound(),
        standings=STANDINGS,
        kinds=KINDS,
    )


def _bound() -> list[Any]:
    """Those whom other plugins know of, and who have to sign now or soon: with the standing of each."""
    asked = [answer.value for answer in plugins_of(current_app).call_each("owe_secrecy")]
    known = [(one, rules.standing(one.signed_on, today())) for one in asked]
    return [(one, standing) for one, standing in known if standing != "holds"]


@bp.post("/undertakings/<uid>/end")
@needs("confidentiality.registers")
def end_undertaking(uid: str) -> Response:
    actions.end(me(), queries.undertaking_or_404(uid, me()))
    return see("undertakings", _("She is not asked for again. What she signed stays in the register."))
