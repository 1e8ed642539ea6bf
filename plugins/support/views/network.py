"""Her support network: the eco-map, and the table."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from plugins.support import queries
from plugins.support.actions import SomeoneElseWrote
from plugins.support.actions import network as actions
from plugins.support.forms import network as forms
from plugins.support.queries import network as found_in
from plugins.support.queries.legible import Legible
from plugins.support.rules import FOLLOW_UP
from plugins.support.views.base import Page, bp, see
from plugins.support.views.objectives import may_write


@bp.get("/files/<code>/network")
@needs("support.read", service=FOLLOW_UP)
def network(code: str) -> str:
    return network_page(queries.file_or_404(code, me()), forms.TieForm(formdata=None))


def network_page(file: Any, form: forms.TieForm) -> str:
    found = found_in.network(file)
    return render_template(
        "support/network.html",
        code=file.person.code,
        may_write=may_write(file),
        found=found,
        pictures=forms.pictures(found.ties),
        words=forms,
        form=form,
    )


@bp.post("/files/<code>/network")
@needs("support.follow", service=FOLLOW_UP)
def add_tie(code: str) -> Page:
    file, form = queries.file_or_404(code, me()), forms.TieForm()
    if not form.validate():
        return network_page(file, form), 422
    actions.add_tie(me(), file, **form.values)
    return see("network", _("In the picture."), code=code)


@bp.route("/network/<uid>", methods=["GET", "POST"])
@needs("support.follow", service=FOLLOW_UP)
def network_tie(uid: str) -> Page:
    """Change somebody in the picture."""
    found = found_in.tie_or_404(uid, me())
    if request.method == "GET":
        return tie_page(found, None)
    form = forms.TieForm()
    if not form.validate():
        return tie_page(found, form), 422
    try:
        actions.change_tie(me(), found, version=form.seen, **form.values)
    except SomeoneElseWrote as error:
        form.not_saved(str(error), found.version)
        return tie_page(found, form, both=True), error.status
    return see("network", _("Changed."), code=found.file.person.code)


def tie_page(found: Any, form: forms.TieForm | None, both: bool = False) -> str:
    shown = Legible(found)
    return render_template(
        "support/tie.html",
        code=found.file.person.code,
        may_write=may_write(found.file),
        tie=shown,
        form=form or forms.TieForm(formdata=None, **forms.tie_of(shown)),
        both=both,
        words=forms,
    )


@bp.post("/network/<uid>/end")
@needs("support.follow", service=FOLLOW_UP)
def end_network_tie(uid: str) -> Response:
    found = found_in.tie_or_404(uid, me())
    actions.end_tie(me(), found)
    return see("network", _("Out of the picture. That it was there stays below."), code=found.file.person.code)
