"""Her plan, and the paper that she takes along."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _

from app.accounts.current import me
from app.accounts.permissions import needs
from app.errors import NotFound
from plugins.support import actions, forms, queries
from plugins.support.forms.plan import PlanForm
from plugins.support.rules import GATHERING_PLACE
from plugins.support.rules import plan as rules
from plugins.support.views.base import Page, bp, see


@bp.get("/files/<code>/plan")
@needs("support.read", service=GATHERING_PLACE)
def plan(code: str) -> str:
    return _plan(queries.file_or_404(code, me()))


def _plan(file: Any, form: PlanForm | None = None, theirs: bool = False) -> str:
    versions = queries.plan.versions(file)
    last = versions[0].plan if versions else None
    spoken = file.person.languages.split()[0]
    return render_template(
        "support/plan.html",
        file=file,
        person=file.person,
        versions=versions,
        form=form or forms.plan.plan_of(last),
        headings=forms.plan_words.HEADINGS,
        paper_languages=[(code, forms.contacts.LANGUAGES[code]) for code in rules.PAPER_LANGUAGES],
        spoken=spoken if spoken in rules.PAPER_LANGUAGES else "fr",
        theirs=theirs,
    )


@bp.post("/files/<code>/plan")
@needs("support.follow", service=GATHERING_PLACE)
def write_plan(code: str) -> Page:
    file, form = queries.file_or_404(code, me()), PlanForm()
    if not form.validate():
        return _plan(file, form), 422
    try:
        actions.plan.write_plan(me(), file, version=form.seen, **form.values)
    except actions.SomeoneElseWrote as error:
        versions = queries.plan.versions(file)
        forms.first_meeting.not_saved(form, str(error), versions[0].plan.version if versions else 0)
        return _plan(file, form, theirs=True), error.status
    return see("plan", _("Her plan is kept. The versions before stay below."), code=code)


@bp.post("/files/<code>/plan/paper")
@needs("support.follow", service=GATHERING_PLACE, lock=False)
def plan_paper(code: str) -> Response:
    """For her to take along: a title, a file name and a page that name nobody (D-CONF-11)."""
    file = queries.file_or_404(code, me())
    versions, language = queries.plan.versions(file), request.form.get("language", "fr")
    if not versions or language not in rules.PAPER_LANGUAGES:
        raise NotFound
    words = forms.plan_words.paper_words(language)
    made = actions.plan.plan_paper(me(), versions[0].plan, file.person.code, language=language, **words)
    named = f'attachment; filename="{rules.PAPER_NAME}"'
    return Response(made, mimetype="application/pdf", headers={"Content-Disposition": named})
