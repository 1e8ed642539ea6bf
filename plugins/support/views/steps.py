"""Steps and accompaniment (service 2)."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _

from app.accounts.current import me
from app.accounts.permissions import needs
from plugins.support import actions, queries
from plugins.support.forms import steps as words
from plugins.support.forms.steps import StepForm
from plugins.support.rules.steps import SERVICE
from plugins.support.views.base import Page, bp, see
from plugins.support.views.page import file_page_of

bp.add_app_template_filter(words.hour_word, "support_hour")


@bp.get("/files/<code>/steps")
@needs("support.read", service=SERVICE)
def steps(code: str) -> str:
    file, done, after = queries.file_or_404(code, me()), "done" in request.args, request.args.get("after")
    found = queries.steps.steps_of(file, done=done, after=after)
    return file_page_of("support/steps.html", file, found=found, done=done, after=after, words=words)


@bp.get("/files/<code>/steps/new")
@needs("support.follow", service=SERVICE)
def new_step(code: str) -> str:
    file = queries.file_or_404(code, me())
    return step_page(file, StepForm(queries.steps.companions(file), formdata=None))


def step_page(file: Any, form: StepForm, step: Any = None, theirs: bool = False) -> str:
    """The form of a step; `theirs`: a colleague changed it meanwhile, and both are shown."""
    names = queries.partners.partner_names()
    both = form.both(step) if theirs else None
    return file_page_of("support/step.html", file, form=form, step=step, both=both, names=names)


@bp.post("/files/<code>/steps")
@needs("support.follow", service=SERVICE)
def add_step(code: str) -> Page:
    file = queries.file_or_404(code, me())
    form = StepForm(queries.steps.companions(file))
    if not form.validate():
        return step_page(file, form), 422
    actions.steps.add_step(me(), file, **form.values)
    return see("steps", _("Kept. It comes back to you in time."), code=code)


@bp.route("/steps/<uid>", methods=["GET", "POST"])
@needs("support.follow", service=SERVICE)
def step(uid: str) -> Page:
    found = queries.steps.step_or_404(uid, me())
    companions = queries.steps.companions(found.file)
    form = StepForm(companions, obj=found)
    if request.method == "GET":
        form.show(found)
        return step_page(found.file, form, found)
    if not form.validate():
        return step_page(found.file, form, found), 422
    try:
        actions.steps.change_step(me(), found, version=form.seen, **form.values)
    except actions.SomeoneElseWrote as error:
        form.not_saved(str(error), found.version)
        return step_page(found.file, form, found, theirs=True), error.status
    return see("steps", _("Saved."), code=found.file.person.code)
