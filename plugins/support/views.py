"""HTTP alone: read the request, call one action or query, show a page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from app.errors import NotFound
from app.people import forms as people_forms
from app.people import queries as people
from app.web.times import today
from plugins.support import actions, forms, queries
from plugins.support.forms import AnonymousForm, ContactForm, NextStepForm, VisitForm
from plugins.support.rules import FOLLOW_UP, GATHERING_PLACE

bp = Blueprint("support", __name__, url_prefix="/support", template_folder="templates")
Page = str | tuple[str, int] | Response
bp.add_app_template_filter(forms.word, "support_word")
bp.add_app_template_filter(forms.options, "support_options")


def see(endpoint: str, said: str, **values: Any) -> Response:
    """Go on to a page, which says what was done."""
    flash(said)
    return redirect(url_for(f".{endpoint}", **values), 303)


# --- my files ------------------------------------------------------------------------------------------------------


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
    actions.open_file(me(), person)
    return see("file", _("Her file is open. You follow her from today on."), code=person.code)


@bp.get("/files/<code>")
@needs("support.follow", service=FOLLOW_UP)
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
        followers=queries.followers([found.id]).get(found.id, []),
        timeline=queries.timeline(found, me(), before),
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


# --- contacts ------------------------------------------------------------------------------------------------------


@bp.post("/files/<code>/contacts")
@needs("support.follow", service=FOLLOW_UP)
def log_contact(code: str) -> Page:
    found, form = queries.file_or_404(code, me()), ContactForm()
    if not form.validate():
        return file_page(found, contact=form), 422
    actions.log_contact(me(), found, **form.values)
    return see("file", _("Contact noted."), code=code)


@bp.get("/contact")
@needs("support.follow", service=FOLLOW_UP)
def contact() -> str:
    """From anywhere: with whom, how, in one line."""
    return contact_page(ContactForm(formdata=None))


def contact_page(form: ContactForm, text: str = "") -> str:
    persons = queries.at_hand(me(), text)
    return render_template("support/contact.html", contact=form, persons=persons, text=text)


@bp.post("/contact/who")
@needs("support.follow", service=FOLLOW_UP, lock=False)
def who() -> str:
    """Search as she types among the persons she follows; posted, so that no name is in an address (D-CONF-11)."""
    text = request.form.get("q", "")
    if "HX-Request" not in request.headers:
        return contact_page(ContactForm(formdata=None), text)
    form = ContactForm(formdata=None)
    return render_template("support/_who.html", persons=queries.at_hand(me(), text), text=text, contact=form)


@bp.post("/contact")
@needs("support.follow", service=FOLLOW_UP)
def log_contact_with() -> Page:
    form = ContactForm()
    if not form.validate_with_code():
        return contact_page(form, form.code.data or ""), 422
    found = queries.file_or_404(form.code.data or "", me())
    actions.log_contact(me(), found, **form.values)
    return see("file", _("Contact noted."), code=found.person.code)


@bp.route("/contacts/<uid>/correct", methods=["GET", "POST"])
@needs("support.follow", service=FOLLOW_UP)
def correct_contact(uid: str) -> Page:
    found = queries.contact_or_404(uid, me())
    form = ContactForm(obj=found)
    if request.method == "GET":
        return render_template("support/correct.html", noted=found, contact=form, may=queries.correctable(found, me()))
    if not form.validate():
        return render_template("support/correct.html", noted=found, contact=form, may=True), 422
    actions.correct_contact(me(), found, version=form.seen, **form.values)
    return see("file", _("Corrected. The journal keeps that it was."), code=found.file.person.code)


@bp.route("/anonymous", methods=["GET", "POST"])
@needs("support.count", service=FOLLOW_UP)
def anonymous() -> Page:
    form = AnonymousForm()
    if request.method == "GET":
        return render_template("support/anonymous.html", contact=form)
    if not form.validate():
        return render_template("support/anonymous.html", contact=form), 422
    actions.log_anonymous_contact(me(), **form.values)
    return see("anonymous", _("Counted. Nothing about her is kept."))


# --- drop-in visits ------------------------------------------------------------------------------------------------


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


# --- who follows ---------------------------------------------------------------------------------------------------


@bp.get("/assignments")
@needs("support.assign", service=FOLLOW_UP)
def assignments() -> str:
    """Codes, dates and workload: no name, no content (DOMAIN section 8)."""
    return assignments_page()


def assignments_page(typed: str = "", error: str = "") -> str:
    waiting, code, after = "waiting" in request.args, request.args.get("code", ""), request.args.get("after")
    return render_template(
        "support/assignments.html",
        files=queries.caseload(waiting=waiting, code=code, after=after),
        loads=queries.workloads(),
        without=queries.count_waiting(),
        adrift=queries.adrift(),
        typed=typed,
        error=error,
        waiting=waiting,
        code=code,
        after=after,
    )


@bp.post("/assignments")
@needs("support.assign", service=FOLLOW_UP)
def assign() -> Page:
    """The chosen rows, or a code that was typed; a person's file is opened when there is none."""
    to, typed = queries.staff_or_404(request.form.get("to", "")), request.form.get("code", "")
    codes = request.form.getlist("ids")[: queries.PAGE]
    try:
        persons = [queries.person_by_code(code) for code in [*codes, typed] if code.strip()]
    except NotFound:
        return assignments_page(typed, _("Nobody has this code. Look at each letter and number.")), 422
    for each in persons:
        actions.assign_person(me(), each, to)
    done = ngettext("One file assigned.", "%(num)d files assigned.", len(persons))
    return see("assignments", done if persons else _("Choose one or more files first, then who follows them."))


@bp.post("/assignments/<int(max=2147483647):number>/end")
@needs("support.assign", service=FOLLOW_UP)
def end_assignment(number: int) -> Response:
    actions.end_assignment(me(), queries.assignment_or_404(number))
    return see("assignments", _("Ended. The file is closed to her from now on."))


@bp.get("/accompanied")
@needs("support.accompany", service=FOLLOW_UP)
def accompanied() -> str:
    after = request.args.get("after")
    return render_template("support/accompanied.html", found=queries.accompanied(me(), after), after=after)
