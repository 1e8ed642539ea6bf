"""Sealed files: sealed by code, opened again by two (D-FILE-6)."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from app.errors import NotFound
from plugins.support.actions import own_file as actions
from plugins.support.forms.stand_in import LIFTING, SealForm, refuse
from plugins.support.queries import own_file as queries
from plugins.support.rules import FOLLOW_UP
from plugins.support.views.base import Page, bp, see


@bp.get("/sealed")
@needs("support.see_sealed", service=FOLLOW_UP)
def sealed() -> str:
    return sealed_page(SealForm(formdata=None))


def sealed_page(form: SealForm) -> str:
    return render_template("support/sealed.html", form=form, seals=queries.seals(me()), reasons=LIFTING, user=me())


@bp.post("/sealed")
@needs("support.seal", service=FOLLOW_UP)
def seal() -> Page:
    form = SealForm()
    if not form.validate():
        return sealed_page(form), 422
    try:
        actions.seal(me(), queries.person_to_seal(form.person.data or ""))
    except (NotFound, actions.AlreadySealed) as error:
        said = _("Nobody has this code. Look at each letter and number.") if isinstance(error, NotFound) else str(error)
        refuse(form.person, said)
        return sealed_page(form), 422
    return see("sealed", _("Sealed. Nobody can open, assign or find it any more."))


@bp.post("/sealed/<uid>/ask")
@needs("support.seal", service=FOLLOW_UP)
def ask_lifting(uid: str) -> Response:
    actions.ask_lifting(me(), queries.seal_or_404(uid), why=request.form.get("why", ""))
    return see("sealed", _("Asked. Another person confirms it."))


@bp.post("/sealed/<uid>/lift")
@needs("support.lift", service=FOLLOW_UP)
def lift_seal(uid: str) -> Response:
    actions.lift(me(), queries.seal_or_404(uid))
    return see("sealed", _("Lifted. The coordinator may assign this file again; nobody was let in."))


@bp.post("/sealed/<uid>/keep")
@needs("support.see_sealed", service=FOLLOW_UP)
def keep_sealed(uid: str) -> Response:
    actions.keep(me(), queries.seal_or_404(uid))
    return see("sealed", _("It stays sealed."))
