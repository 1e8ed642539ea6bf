"""Court orders and subpoenas, for the privacy officer."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from app.accounts.current import me
from app.accounts.permissions import needs
from app.web.times import today
from plugins.confidentiality.actions import orders as actions
from plugins.confidentiality.forms import exceptions as forms
from plugins.confidentiality.queries import exceptions
from plugins.confidentiality.queries import orders as queries
from plugins.confidentiality.views.base import Page, bp, see


@bp.route("/orders/new", methods=["GET", "POST"])
@needs("confidentiality.registers")
def new_order() -> Page:
    form = forms.OrderForm(data={"received_on": today()})
    if request.method == "GET":
        return render_template("confidentiality/order_new.html", form=form)
    known = queries.persons_named(form.wanted) if form.validate() else {}
    unknown = [code for code in form.wanted if code not in known] if not form.errors else []
    if unknown:
        form.codes.errors = [_("Nobody has this code: %(codes)s.", codes=", ".join(unknown))]
    if form.errors:
        return render_template("confidentiality/order_new.html", form=form), 422
    told = {name: value for name, value in form.answers.items() if name != "codes"}
    why = f"{forms.ORDERS[form.kind.data]}: {form.authority.data}"
    made = actions.enter_order(me(), persons=known.values(), why_held=why, **told)
    return see("order", _("Entered. Nothing about these persons is destroyed from now on."), uid=made.uid)


@bp.get("/orders/<uid>")
@needs("confidentiality.registers")
def order(uid: str) -> str:
    return order_page(queries.order_or_404(uid, me()))


def order_page(found: Any, outcome: Any = None, told: Any = None, code: str = "") -> str:
    return render_template(
        "confidentiality/order.html",
        order=found,
        disclosures={each.person_id: each for each in exceptions.for_subject(found.uid)},
        outcome=outcome or forms.OutcomeForm(formdata=None),
        told=told or forms.OrderToldForm(formdata=None),
        code=code,
    )


@bp.post("/orders/<uid>/persons/<code>")
@needs("confidentiality.registers")
def order_told(uid: str, code: str) -> Page:
    found, form = queries.order_or_404(uid, me()), forms.OrderToldForm()
    concerned = queries.concerned_or_404(found, code)
    if not form.validate():
        return order_page(found, told=form, code=code), 422
    actions.note_order_told(me(), concerned, told=form.told.data, why_not=form.why_not.data)
    return see("order", _("Noted."), uid=uid)


@bp.post("/orders/<uid>/close")
@needs("confidentiality.registers")
def close_order(uid: str) -> Page:
    found, form = queries.order_or_404(uid, me()), forms.OutcomeForm()
    if not form.validate():
        return order_page(found, outcome=form), 422
    actions.close_order(me(), found, outcome=form.outcome.data or "")
    return see("order", _("Answered. The holds stay until they are lifted."), uid=uid)
