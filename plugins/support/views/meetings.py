"""Meetings of a file."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from app.accounts.current import me
from app.accounts.permissions import needs
from plugins.support import actions, forms, queries
from plugins.support.forms.meetings import HeldForm, MeetingForm
from plugins.support.rules import FOLLOW_UP
from plugins.support.views.base import Page, bp, see

bp.add_app_template_filter(forms.meetings.orientation, "support_orientation")


@bp.get("/files/<code>/meetings")
@needs("support.read", service=FOLLOW_UP)
def meetings(code: str) -> str:
    file, before = queries.file_or_404(code, me()), request.args.get("before")
    found = queries.meetings.meetings(file, before)
    return render_template("support/meetings.html", file=file, person=file.person, meetings=found, before=before)


@bp.route("/files/<code>/meetings/new", methods=["GET", "POST"])
@needs("support.follow", service=FOLLOW_UP)
def note_meeting(code: str) -> Page:
    """A meeting that took place, and what follows from it."""
    file = queries.file_or_404(code, me())
    form = MeetingForm(version=file.version).with_workers(queries.meetings.fellow_workers(me().id))
    if request.method == "GET":
        return _note(file, form)
    if not form.validate():
        return _note(file, form), 422
    try:
        meeting = actions.meetings.note_meeting(me(), file, version=form.seen, **form.values)
    except actions.SomeoneElseWrote as error:
        forms.first_meeting.not_saved(form, str(error), file.version)
        return _note(file, form, theirs=True), error.status
    return see("meeting", _("The meeting is noted."), uid=meeting.uid)


def _note(file: Any, form: Any, theirs: bool = False) -> str:
    return render_template("support/note_meeting.html", file=file, person=file.person, form=form, theirs=theirs)


@bp.get("/meetings/<uid>")
@needs("support.read", service=FOLLOW_UP)
def meeting(uid: str) -> str:
    held = queries.meetings.meeting_or_404(uid, me())
    return render_template(
        "support/meeting.html",
        held=held,
        file=held.meeting.file,
        before=queries.meetings.before(held.meeting),
        corrector=queries.meetings.corrector(held.meeting),
        may=queries.meetings.may_correct(held.meeting, me()),
        names=dict(queries.meetings.fellow_workers(0)),
    )


@bp.route("/meetings/<uid>/correct", methods=["GET", "POST"])
@needs("support.follow", service=FOLLOW_UP)
def correct_meeting(uid: str) -> Page:
    """Within a day, by the workers who held it; what it said before stays to be read."""
    held = queries.meetings.meeting_or_404(uid, me())
    workers = queries.meetings.fellow_workers(held.by.id)
    if request.method == "GET":
        form = HeldForm(formdata=None, **forms.meetings.meeting_of(held.meeting)).with_workers(workers)
        return _correct(held, form)
    form = HeldForm().with_workers(workers)
    if not form.validate():
        return _correct(held, form), 422
    try:
        actions.meetings.correct_meeting(me(), held.meeting, version=form.seen, **form.values)
    except actions.SomeoneElseWrote as error:
        forms.first_meeting.not_saved(form, str(error), held.meeting.version)
        return _correct(queries.meetings.meeting_or_404(uid, me()), form, theirs=True), error.status
    return see("meeting", _("Corrected. What it said before stays below."), uid=uid)


def _correct(held: Any, form: Any, theirs: bool = False) -> str:
    may, file = queries.meetings.may_correct(held.meeting, me()), held.meeting.file
    corrector = queries.meetings.corrector(held.meeting)
    return render_template(
        "support/correct_meeting.html", held=held, file=file, form=form, may=may, theirs=theirs, corrector=corrector
    )
