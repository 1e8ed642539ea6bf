"""A worker's files, and one file."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from app.people import forms as people_forms
from app.people import queries as people
from app.plugins import must_be_on
from plugins.support import actions, forms, queries
from plugins.support.forms import ContactForm, NextStepForm
from plugins.support.forms.objectives import LEVELS
from plugins.support.forms.referrals import FORMS
from plugins.support.forms.steps import kind_word
from plugins.support.rules import FOLLOW_UP, service_of
from plugins.support.rules.first_meeting import COMMITMENTS, RELATIVE
from plugins.support.views.base import Page, bp, see

CONTACTS = 10  # on a file's first page, and on each page of earlier ones


@bp.get("/files")
@needs("support.follow", service=FOLLOW_UP)
def files() -> str:
    closed, after = "closed" in request.args, request.args.get("after")
    return render_template(
        "support/files.html", files=queries.my_files(me(), closed=closed, after=after), closed=closed, after=after
    )


@bp.post("/files")
@needs("support.follow", service=FOLLOW_UP, lock=False)
def find_files() -> str:
    """Search as she types; posted, so that no name is in an address (D-CONF-11)."""
    text, closed = request.form.get("q", ""), "closed" in request.form
    part = "support/_files.html" if "HX-Request" in request.headers else "support/files.html"
    return render_template(part, files=queries.my_files(me(), closed=closed, text=text), closed=closed, text=text)


@bp.post("/persons/<code>/file")
@needs("support.follow", service=FOLLOW_UP)
def open_file(code: str) -> Response:
    person = people.person_or_404(code, me())
    must_be_on("support", service_of(person.kind))
    actions.open_file(me(), person)
    return see("file", _("Her file is open. You follow her from today on."), code=person.code)


@bp.get("/files/<code>")
@needs("support.read", service=FOLLOW_UP)
def file(code: str) -> str:
    return file_page(queries.file_or_404(code, me()))


def file_page(found: Any, contact: ContactForm | None = None, step: NextStepForm | None = None) -> str:
    """The page of an opened file; a form that was not accepted keeps what was typed."""
    before = request.args.get("before")
    return render_template(
        "support/file.html",
        file=found,
        person=found.person,
        reach=people.contacts(found.person),
        channels=people_forms.CHANNELS,
        waiting=queries.waiting_in(found),
        following=queries.who_follows(found),
        glance=queries.glance(found),
        commitments=() if found.person.kind == RELATIVE else COMMITMENTS,
        offers=forms.first_meeting.OFFERS,
        levels=LEVELS,
        referral_forms=FORMS,
        step_kind=kind_word,
        timeline=queries.timeline(found, me(), before, limit=CONTACTS),
        before=before,
        contact=contact or ContactForm(formdata=None),
        step=step or NextStepForm(formdata=None, **forms.step_of(found)),
    )


@bp.post("/files/<code>/next-step")
@needs("support.follow", service=FOLLOW_UP)
def set_next_step(code: str) -> Page:
    found, form = queries.file_or_404(code, me()), NextStepForm()
    if "done" in request.form:
        actions.set_next_step(me(), found, step=None, on=None, line=None, version=form.seen)
        return see("file", _("Done. Nothing is planned for now."), code=code)
    if not form.validate():
        return file_page(found, step=form), 422
    try:
        actions.set_next_step(me(), found, version=form.seen, **form.values)
    except actions.SomeoneElseWrote as error:
        form.not_saved(str(error), found.version)
        return file_page(found, step=form), error.status
    return see("file", _("Kept. It comes back to you in time."), code=code)


@bp.post("/files/<code>/reassessed")
@needs("support.follow", service=FOLLOW_UP)
def reassessed(code: str) -> Response:
    actions.note_reassessment(me(), queries.file_or_404(code, me()), version=NextStepForm().seen)
    return see("file", _("Noted. The next look at her needs is counted from today."), code=code)


@bp.post("/files/<code>/close")
@needs("support.follow", service=FOLLOW_UP)
def close_file(code: str) -> Response:
    actions.close_file(me(), queries.file_or_404(code, me()))
    return see("file", _("The file is closed. Reopen it whenever she comes back."), code=code)


@bp.post("/files/<code>/reopen")
@needs("support.follow", service=FOLLOW_UP)
def reopen_file(code: str) -> Response:
    actions.reopen_file(me(), queries.file_or_404(code, me()))
    return see("file", _("The file is open again."), code=code)
