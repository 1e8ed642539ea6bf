"""The first meeting, one screen at a time; what was offered to her since; her situation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from app.errors import NotFound
from app.people.rules import MINOR
from plugins.support import actions, queries
from plugins.support.forms import first_meeting as words
from plugins.support.rules import FOLLOW_UP
from plugins.support.rules import first_meeting as rules
from plugins.support.views.base import Page, bp, see

bp.add_app_template_filter(words.stands, "support_stands")
SITUATION = "situation"  # a commitment, and the page that it opens


@bp.get("/files/<code>/first-meeting")
@needs("support.follow", service=FOLLOW_UP)
def go_on(code: str) -> Response:
    """Where it was left; at the beginning, if it never began."""
    path = queries.first_meeting.path(queries.file_or_404(code, me()))
    return redirect(url_for(".first_meeting", code=code, screen=path.place if path else rules.WELCOME), 303)


@bp.route("/files/<code>/first-meeting/<screen>", methods=["GET", "POST"])
@needs("support.follow", service=FOLLOW_UP)
def first_meeting(code: str, screen: str) -> Page:
    file = queries.file_or_404(code, me())
    queries.first_meeting.screen_or_404(file, screen)
    if not rules.may_ask(screen, queries.first_meeting.limits_told(file)):
        return see("first_meeting", str(actions.first_meeting.LimitsFirst()), code=code, screen=rules.CONFIDENTIALITY)
    form = words.FORMS[screen]()
    if request.method == "GET":
        return _screen(file, screen)
    if not form.validate():
        return _screen(file, screen, form), 422
    try:
        _SAVE.get(screen, _answer)(file, screen, form)
    except actions.SomeoneElseWrote as error:
        words.not_saved(form, str(error), queries.first_meeting.offers(file)[screen].version)
        return _screen(file, screen, form), error.status
    return _onward(file, screen, form)


def _begin(file: Any, _screen_name: str, form: Any) -> None:
    actions.first_meeting.begin(me(), file, **form.values)


def _tell_limits(file: Any, _screen_name: str, _form: Any) -> None:
    actions.first_meeting.tell_limits(me(), file)


def _present(file: Any, _screen_name: str, form: Any) -> None:
    actions.first_meeting.present(me(), file, form.values)


def _answer(file: Any, what: str, form: Any) -> None:
    actions.first_meeting.answer(me(), file, what, version=form.seen, **form.values)


def _finish(file: Any, _screen_name: str, _form: Any) -> None:
    actions.first_meeting.finish(me(), file)


_SAVE: dict[str, Callable[[Any, str, Any], None]] = {
    rules.WELCOME: _begin,
    rules.CONFIDENTIALITY: _tell_limits,
    rules.TOOLS: _present,
    rules.CLOSING: _finish,
}


def _onward(file: Any, screen: str, form: Any) -> Response:
    """Pause, look at her situation, or the next screen; at the end, her file."""
    code = file.person.code
    if "pause" in request.form:
        return see("file", _("Kept. Go on whenever she wishes."), code=code)
    if screen == rules.CLOSING:
        return see("file", _("The first meeting is over. What was not offered yet can be at any time."), code=code)
    if screen == SITUATION and form.state.data == "accepted":
        return redirect(url_for(".situation", code=code, first=1), 303)
    return redirect(url_for(".first_meeting", code=code, screen=rules.after(screen, file.person.kind)), 303)


def _screen(file: Any, screen: str, form: Any = None) -> str:
    """A screen as it stands, or with what was typed."""
    person, path, offers = file.person, queries.first_meeting.path(file), queries.first_meeting.offers(file)
    screens = rules.screens(person.kind)
    tongue = path.language if path else person.languages.split()[0]
    about = {rules.WELCOME: "core.welcome", rules.CONFIDENTIALITY: "core.confidentiality"}.get(screen)
    return render_template(
        "support/first_meeting.html",
        file=file,
        person=person,
        screen=screen,
        title=words.SCREENS[screen],
        number=screens.index(screen) + 1,
        of=len(screens),
        back=rules.before(screen, person.kind),
        minor=person.age_band == MINOR,
        said=queries.first_meeting.said(about, tongue) if about else None,
        path=path,
        offers=offers,
        offer=offers.get(screen),
        words=words.OFFERS,
        asked=words.ASKED.get(screen),
        form=form or words.as_it_stands(screen, path, tongue, offers),
    )


@bp.get("/files/<code>/commitments")
@needs("support.read", service=FOLLOW_UP)
def commitments(code: str) -> str:
    """What was offered to her and what was not, with its history."""
    return _commitments(queries.file_or_404(code, me()))


def _commitments(file: Any, what: str = "", form: Any = None) -> str:
    offers = queries.first_meeting.offers(file)
    shown = {name: form if name == what else words.offer_form(offer) for name, offer in offers.items()}
    return render_template(
        "support/commitments.html",
        file=file,
        person=file.person,
        offers=offers,
        words=words.OFFERS,
        forms=shown,
        bad=what,
        path=queries.first_meeting.path(file),
        seven=[] if file.person.kind == rules.RELATIVE else rules.COMMITMENTS,
        presented=(rules.LIMITS, *rules.PRESENTED),
    )


@bp.post("/files/<code>/commitments/<what>")
@needs("support.follow", service=FOLLOW_UP)
def answer_offer(code: str, what: str) -> Page:
    """One of them is offered, answered or done, later than at the first meeting."""
    file = queries.file_or_404(code, me())
    if what not in rules.offers_to(file.person.kind):
        raise NotFound
    form: Any = words.AnswerForm() if what in rules.COMMITMENTS else words.PresentForm()
    if not form.validate():
        return _commitments(file, what, form), 422
    try:
        if what in rules.COMMITMENTS:
            _answer(file, what, form)
        elif what == rules.LIMITS:
            actions.first_meeting.tell_limits(me(), file)
        else:
            actions.first_meeting.present(me(), file, {what: form.state.data}, language=form.language.data)
    except actions.SomeoneElseWrote as error:
        words.not_saved(form, str(error), queries.first_meeting.offers(file)[what].version)
        return _commitments(file, what, form), error.status
    return see("commitments", _("Noted."), code=code, _anchor=what)


@bp.route("/files/<code>/situation", methods=["GET", "POST"])
@needs("support.follow", service=FOLLOW_UP)
def situation(code: str) -> Page:
    """How things stand for her, theme by theme, in her words (commitment 2)."""
    file = queries.file_or_404(code, me())
    if not queries.first_meeting.limits_told(file):
        return see("first_meeting", str(actions.first_meeting.LimitsFirst()), code=code, screen=rules.CONFIDENTIALITY)
    form = words.SituationForm()
    if request.method == "GET":
        return _situation(file)
    if not form.validate():
        return _situation(file, form), 422
    try:
        actions.first_meeting.note_situation(me(), file, form.told, version=form.seen)
    except actions.SomeoneElseWrote as error:
        words.not_saved(form, str(error), queries.first_meeting.situation(file).version)
        return _situation(file, form, theirs=True), error.status
    if "first" in request.args and "pause" not in request.form:
        return redirect(url_for(".first_meeting", code=code, screen=rules.after(SITUATION, file.person.kind)), 303)
    return see("file", _("Kept, in her words."), code=code)


def _situation(file: Any, form: Any = None, theirs: bool = False) -> str:
    found = queries.first_meeting.situation(file)
    return render_template(
        "support/situation.html",
        file=file,
        person=file.person,
        situation=found,
        words=words.THEMES,
        first="first" in request.args,
        theirs=theirs,
        form=form or words.situation_form(found.words, found.version),
    )
