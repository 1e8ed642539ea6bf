"""Her objectives, and what a peer sees of those she shares."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from plugins.support import queries
from plugins.support.actions import SomeoneElseWrote, sharing
from plugins.support.actions import objectives as actions
from plugins.support.forms import objectives as forms
from plugins.support.queries import objectives as found_in
from plugins.support.queries.legible import Legible
from plugins.support.rules import FOLLOW_UP
from plugins.support.views.base import Page, bp, see


def may_write(file: Any) -> bool:
    """Whether she who looks may add to this file."""
    return me().can("support.follow") and file.closed_on is None


@bp.get("/files/<code>/objectives")
@needs("support.read", service=FOLLOW_UP)
def objectives(code: str) -> str:
    return objectives_page(queries.file_or_404(code, me()), forms.ObjectiveForm(formdata=None))


def objectives_page(file: Any, form: forms.ObjectiveForm) -> str:
    over, before = "over" in request.args, request.args.get("before")
    return render_template(
        "support/objectives.html",
        code=file.person.code,
        may_write=may_write(file),
        found=found_in.objectives(file, over=over, before=before),
        levels=forms.LEVELS,
        over=over,
        before=before,
        form=form,
    )


@bp.post("/files/<code>/objectives")
@needs("support.follow", service=FOLLOW_UP)
def add_objective(code: str) -> Page:
    file, form = queries.file_or_404(code, me()), forms.ObjectiveForm()
    if not form.validate():
        return objectives_page(file, form), 422
    added = actions.add_objective(me(), file, **form.values)
    return see("objective", _("Kept in her words. Small steps can be added now, or later."), uid=added.uid)


@bp.get("/objectives/<uid>")
@needs("support.read", service=FOLLOW_UP)
def objective(uid: str) -> str:
    return objective_page(found_in.objective_or_404(uid, me()))


def objective_page(found: Any, **filled: Any) -> str:
    """One objective; a form that was not accepted keeps what was typed, beside what is there now."""
    shown, before = Legible(found), request.args.get("before")
    blank = {
        "words": forms.ObjectiveForm(formdata=None, obj=shown),
        "progress": forms.ProgressForm(formdata=None, level=found.level, version=found.version),
        "step": forms.SmallStepForm(formdata=None),
    }
    return render_template(
        "support/objective.html",
        code=found.file.person.code,
        may_write=may_write(found.file),
        objective=shown,
        steps=found_in.steps_of(found),
        sharing=found_in.sharing(found),
        history=found_in.history(found, before),
        levels=forms.LEVELS,
        before=before,
        **(blank | filled),
    )


@bp.post("/objectives/<uid>")
@needs("support.follow", service=FOLLOW_UP)
def reword(uid: str) -> Page:
    found = found_in.objective_or_404(uid, me())
    form = forms.ObjectiveForm(obj=Legible(found))
    if not form.validate():
        return objective_page(found, words=form), 422
    try:
        actions.reword(me(), found, version=form.seen, **form.values)
    except SomeoneElseWrote as error:
        form.not_saved(str(error), found.version)
        return objective_page(found, words=form, both=form), error.status
    return see("objective", _("Kept. What it was before stays below."), uid=uid)


@bp.post("/objectives/<uid>/progress")
@needs("support.follow", service=FOLLOW_UP)
def note_progress(uid: str) -> Page:
    found, form = found_in.objective_or_404(uid, me()), forms.ProgressForm()
    if not form.validate():
        return objective_page(found, progress=form), 422
    try:
        actions.note_progress(me(), found, version=form.seen, **form.values)
    except SomeoneElseWrote as error:
        form.not_saved(str(error), found.version)
        return objective_page(found, progress=form, both=form), error.status
    return see("objective", _("Noted, with today’s date."), uid=uid)


@bp.post("/objectives/<uid>/steps")
@needs("support.follow", service=FOLLOW_UP)
def add_small_step(uid: str) -> Page:
    found, form = found_in.objective_or_404(uid, me()), forms.SmallStepForm()
    if not form.validate():
        return objective_page(found, step=form), 422
    actions.add_step(me(), found, **form.values)
    return see("objective", _("Step added."), uid=uid)


@bp.post("/objectives/steps/<uid>/<any(done,undone,off):what>")
@needs("support.follow", service=FOLLOW_UP)
def small_step(uid: str, what: str) -> Response:
    found = found_in.step_or_404(uid, me())
    if what == "off":
        actions.take_off(me(), found)
    else:
        actions.tick(me(), found, done=what == "done")
    said = {"done": _("Done: well done to her."), "undone": _("Not done after all."), "off": _("Off the list.")}
    return see("objective", said[what], uid=found.objective.uid)


@bp.post("/objectives/<uid>/<any(share,stop):what>")
@needs("support.follow", service=FOLLOW_UP)
def share_objective(uid: str, what: str) -> Response:
    found = found_in.objective_or_404(uid, me())
    if what == "share":
        sharing.share(me(), found)
        return see("objective", _("Her peer sees it from now on: these words, and how far it is."), uid=uid)
    sharing.stop_sharing(me(), found)
    return see("objective", _("Her peer no longer sees it."), uid=uid)


@bp.get("/accompanied/<code>")
@needs("support.accompany", service=FOLLOW_UP)
def beside(code: str) -> str:
    """What a woman shares with the peer beside her."""
    return render_template("support/beside.html", found=found_in.shared_with(code, me()), levels=forms.LEVELS)
