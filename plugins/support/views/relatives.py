"""Who is tied to whom: shown to who may open both files."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from app.plugins import service_is_on
from plugins.support import queries as files
from plugins.support.actions import relatives as actions
from plugins.support.forms.stand_in import TieForm, refuse
from plugins.support.queries import relatives as queries
from plugins.support.rules import RELATIVES
from plugins.support.views.base import Page, bp, see

bp.add_app_template_global(partial(service_is_on, RELATIVES), "support_relatives_on")


@bp.get("/files/<code>/relatives")
@needs("support.read", service=RELATIVES)
def relatives(code: str) -> str:
    return relatives_page(files.file_or_404(code, me()), TieForm(formdata=None))


def relatives_page(file: Any, form: TieForm) -> str:
    tied, may = queries.tied_to(file, me()), me().can("support.follow")
    return render_template(
        "support/relatives.html", file=file, code=file.person.code, tied=tied, form=form, may_write=may
    )


@bp.post("/files/<code>/relatives")
@needs("support.follow", service=RELATIVES)
def tie(code: str) -> Page:
    file, form = files.file_or_404(code, me()), TieForm()
    if not form.validate():
        return relatives_page(file, form), 422
    try:
        actions.tie(me(), file, form.other.data or "")
    except actions.NobodyOfHers as error:
        refuse(form.other, str(error))
        return relatives_page(file, form), 422
    return see("relatives", _("Noted in both files. Only who may open both sees it."), code=file.person.code)


@bp.post("/files/<code>/relatives/remove")
@needs("support.follow", service=RELATIVES)
def untie(code: str) -> Response:
    file = files.file_or_404(code, me())
    actions.untie(me(), file, request.form.get("other", ""))
    return see("relatives", _("Removed. Neither file keeps anything of it."), code=file.person.code)
