"""Her life history: a time-line and a list, in a safe of its own."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from plugins.support import queries
from plugins.support.actions import SomeoneElseWrote
from plugins.support.actions import life as actions
from plugins.support.forms import life as forms
from plugins.support.queries import life as found_in
from plugins.support.rules import FOLLOW_UP
from plugins.support.views.base import Page, bp, see
from plugins.support.views.objectives import may_write

bp.add_app_template_filter(forms.when, "support_when")


@bp.get("/files/<code>/life")
@needs("support.read", service=FOLLOW_UP)
def life(code: str) -> str:
    return life_page(queries.file_or_404(code, me()))


def life_page(file: Any, yes: forms.YesForm | None = None, form: forms.LifeEventForm | None = None) -> str:
    found = found_in.life(file, me())
    return render_template(
        "support/life.html",
        code=file.person.code,
        may_write=may_write(file),
        found=found,
        pictures=forms.lines(found.events),
        kinds=forms.LIFE_KINDS,
        yes=yes or forms.YesForm(formdata=None),
        form=form or forms.LifeEventForm(formdata=None),
    )


@bp.post("/files/<code>/life")
@needs("support.follow", service=FOLLOW_UP)
def begin_life(code: str) -> Page:
    file, form = queries.file_or_404(code, me()), forms.YesForm()
    if not form.validate():
        return life_page(file, yes=form), 422
    actions.begin(me(), file)
    return see("life", _("Her yes is noted. She tells what she wants, when she wants."), code=code)


@bp.post("/files/<code>/life/events")
@needs("support.follow", service=FOLLOW_UP)
def add_life_event(code: str) -> Page:
    file, form = queries.file_or_404(code, me()), forms.LifeEventForm()
    if not form.validate():
        return life_page(file, form=form), 422
    actions.add_event(me(), file, **form.values)
    return see("life", _("On her time-line."), code=code)


@bp.route("/life/<uid>", methods=["GET", "POST"])
@needs("support.follow", service=FOLLOW_UP)
def life_event(uid: str) -> Page:
    """Say a moment otherwise."""
    found = found_in.event_or_404(uid, me())
    if request.method == "GET":
        return event_page(found)
    form = forms.LifeEventForm()
    if not form.validate():
        return event_page(found, form), 422
    try:
        actions.change_event(me(), found, version=form.seen, **form.values)
    except SomeoneElseWrote as error:
        form.not_saved(str(error), found.version)
        return event_page(found, form, both=True), error.status
    return see("life", _("Changed."), code=found.life.file.person.code)


def event_page(found: Any, form: forms.LifeEventForm | None = None, both: bool = False) -> str:
    told = found_in.told(found)
    return render_template(
        "support/life_event.html",
        code=found.life.file.person.code,
        may_write=may_write(found.life.file),
        told=told,
        form=form or forms.LifeEventForm(formdata=None, **forms.event_of(told, found.version)),
        both=both,
        kinds=forms.LIFE_KINDS,
    )


@bp.post("/life/<uid>/remove")
@needs("support.follow", service=FOLLOW_UP)
def remove_life_event(uid: str) -> Response:
    found = found_in.event_or_404(uid, me())
    actions.remove_event(me(), found)
    return see("life", _("Taken back. Nothing of it is kept."), code=found.life.file.person.code)


@bp.route("/files/<code>/life/destroy", methods=["GET", "POST"])
@needs("support.follow", service=FOLLOW_UP, fresh=True)
def destroy_life(code: str) -> Page:
    """She withdraws: a page of its own, a box to tick, and she who does it shows again who she is."""
    file, form = queries.file_or_404(code, me()), forms.YesForm()
    if request.method == "GET":
        return render_template("support/life_destroy.html", code=code, form=forms.YesForm(formdata=None))
    if not form.validate():
        return render_template("support/life_destroy.html", code=code, form=form), 422
    actions.destroy(me(), file)
    return see("life", _("Her history is destroyed. The rest of her file is whole."), code=code)
