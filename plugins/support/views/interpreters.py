"""Interpreters, and when they come."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.forms.interpreters import BookingForm, InterpreterForm
from plugins.support.forms.steps import when
from plugins.support.rules import FOLLOW_UP
from plugins.support.rules.interpreters import holds_until, undertaking_holds
from plugins.support.views.base import Page, bp, see
from plugins.support.views.page import file_page_of


@bp.get("/interpreters")
@needs("support.interpreters", service=FOLLOW_UP)
def interpreters() -> str:
    archived = "archived" in request.args
    known = queries.interpreters.known(archived=archived)
    found = [(each, undertaking_holds(each.signed_on, today())) for each in known]
    return render_template("support/interpreters.html", found=found, until=holds_until, archived=archived)


@bp.route("/interpreters/new", methods=["GET", "POST"])
@needs("support.interpreters", service=FOLLOW_UP)
def new_interpreter() -> Page:
    form = InterpreterForm()
    if request.method == "GET":
        return interpreter_page(form)
    if not form.validate():
        return interpreter_page(form), 422
    values = {name: value for name, value in form.values.items() if name != "archived"}
    actions.interpreters.add_interpreter(me(), **values)
    return see("interpreters", _("Kept."))


def interpreter_page(form: InterpreterForm, interpreter: Any = None, theirs: bool = False) -> str:
    both = form.both(interpreter) if theirs else None
    return render_template("support/interpreter.html", form=form, interpreter=interpreter, both=both)


@bp.route("/interpreters/<uid>", methods=["GET", "POST"])
@needs("support.interpreters", service=FOLLOW_UP)
def interpreter(uid: str) -> Page:
    found = queries.interpreters.interpreter_or_404(uid)
    form = InterpreterForm(obj=found)
    if request.method == "GET":
        form.show(found)
        return interpreter_page(form, found)
    if not form.validate():
        return interpreter_page(form, found), 422
    try:
        actions.interpreters.change_interpreter(me(), found, version=form.seen, **form.values)
    except actions.SomeoneElseWrote as error:
        form.not_saved(str(error), found.version)
        return interpreter_page(form, found, theirs=True), error.status
    return see("interpreters", _("Saved."))


@bp.get("/files/<code>/interpreters")
@needs("support.read", service=FOLLOW_UP)
def bookings(code: str) -> str:
    file = queries.file_or_404(code, me())
    form = BookingForm(queries.interpreters.known(), formdata=None, language=file.person.languages.split()[0])
    return bookings_page(file, form)


def bookings_page(file: Any, form: BookingForm, error: str = "") -> str:
    after = request.args.get("after")
    found = queries.interpreters.bookings_of(file, after)
    return file_page_of("support/bookings.html", file, form=form, found=found, after=after, error=error, when=when)


@bp.post("/files/<code>/interpreters")
@needs("support.follow", service=FOLLOW_UP)
def book(code: str) -> Page:
    file, form = queries.file_or_404(code, me()), BookingForm(queries.interpreters.known())
    if not form.validate():
        return bookings_page(file, form), 422
    values = form.values
    who = queries.interpreters.interpreter_or_404(values.pop("interpreter"))
    try:
        actions.interpreters.book(me(), file, who, **values)
    except actions.interpreters.NoUndertaking as refused:
        return bookings_page(file, form, str(refused)), refused.status
    said = _("Booked. Tell the interpreter the day, the hour and the place, nothing about her.")
    return see("bookings", said, code=code)


@bp.post("/bookings/<uid>/cancel")
@needs("support.follow", service=FOLLOW_UP)
def cancel_booking(uid: str) -> Response:
    found = queries.interpreters.booking_or_404(uid, me())
    actions.interpreters.cancel_booking(me(), found)
    return see("bookings", _("Cancelled. Tell the interpreter."), code=found.file.person.code)
