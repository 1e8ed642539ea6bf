"""Drop-in visits."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.forms import VisitForm
from plugins.support.rules import GATHERING_PLACE
from plugins.support.views.base import Page, bp, see


@bp.get("/visits")
@needs("support.count", service=GATHERING_PLACE)
def visits() -> str:
    return visits_page(VisitForm(formdata=None))


def visits_page(form: VisitForm) -> str:
    days = queries.visits_by_day(today() - timedelta(days=30))
    return render_template("support/visits.html", visits=queries.visits_today(me()), days=days, form=form)


@bp.post("/visits")
@needs("support.count", service=GATHERING_PLACE)
def count_visit() -> Page:
    form = VisitForm()
    if not form.validate():
        return visits_page(form), 422
    visit = actions.count_visit(me(), **form.values)
    return see("visits", ngettext("One visit counted.", "%(num)d visits counted.", visit.number))


@bp.post("/visits/undo")
@needs("support.count", service=GATHERING_PLACE)
def undo_visit() -> Response:
    visit = actions.undo_visit(me(), day=today())
    return see("visits", ngettext("One visit taken back.", "%(num)d visits taken back.", visit.number))
