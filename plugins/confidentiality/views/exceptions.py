"""Telling without her consent, on a ground of the law: decided by one, confirmed by another, told (D-CONF-4)."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.accounts.current import me
from app.accounts.permissions import needs
from app.people.disclosure import Part, recipients
from app.people.queries import received_under
from app.web.i18n import language
from plugins.confidentiality.actions import exceptions as actions
from plugins.confidentiality.forms import exceptions as forms
from plugins.confidentiality.queries import exceptions as queries
from plugins.confidentiality.queries import persons
from plugins.confidentiality.rules import exceptions as rules
from plugins.confidentiality.views.base import Page, bp, see


def colleagues(permission: str = "confidentiality.second") -> list[tuple[str, str]]:
    """Whom she may ask to look at it too."""
    return [(user.uid, user.name) for user in persons.seconds(me(), permission)]


@bp.route("/persons/<code>/without-consent", methods=["GET", "POST"])
@needs("confidentiality.decide")
def new_exception(code: str) -> Page:
    """One page, in the order of the law; in an emergency it takes two minutes."""
    person, said = persons.person_or_404(code, me()), {}
    if ground := request.args.get("ground", ""):
        said = {"ground": ground if ground in rules.GROUNDS else None}
    form = forms.DecisionForm(data=said, colleagues=colleagues())
    subject = request.args.get("for", "")[:32]
    if request.method == "GET" or not form.validate():
        page = render_template(
            "confidentiality/exception_new.html", form=form, person=person, recipients=recipients(me()), subject=subject
        )
        return page if request.method == "GET" else (page, 422)
    answers = form.answers | {"second": accounts.by_uid(form.second.data)}
    made = actions.decide(me(), person, subject=subject, **answers)
    said_so = _("%(name)s is asked now. Call her too: nothing is permitted until she confirms.", name=made.asked.name)
    return see("exception", said_so, uid=made.uid)


@bp.get("/without-consent/<uid>")
@needs("confidentiality.read")
def exception(uid: str) -> str:
    return exception_page(queries.exception_or_404(uid, me()))


def exception_page(found: Any, **asked: Any) -> str:
    """What was decided; what each may do now."""
    state = queries.exception_state(found)
    mine = persons.may_tell(found.person, me())
    decides = mine or me().can("confidentiality.registers")
    blank: dict[str, Any] = {"formdata": None}
    pages = {
        "second": forms.SecondForm(colleagues=colleagues() if decides and state == "waiting" else (), **blank),
        "answer": forms.AnswerForm(**blank),
        "tell": forms.TellForm(items=found.items.split(), **blank),
        "told": forms.ToldForm(data={"told": found.told, "why_not": found.why_not}, **blank),
    } | asked
    return render_template(
        "confidentiality/exception.html",
        found=found,
        person=found.person,
        state=state,
        tells=mine and state == "in_force",
        decides=decides,
        confirms=state == "waiting" and me().can("confidentiality.second") and found.decided_by != me().id,
        ends=found.confirmed_at + rules.PERMITS_FOR if found.confirmed_at else None,
        received=received_under(found.uid),
        typed=request.form,
        **pages,
    )


@bp.post("/without-consent/<uid>/<any(confirm, refuse):answer>")
@needs("confidentiality.second")
def answer_exception(uid: str, answer: str) -> Page:
    found, form = queries.exception_or_404(uid, me()), forms.AnswerForm()
    if not form.validate():
        return exception_page(found, answer=form), 422
    if answer == "confirm":
        actions.confirm(me(), found, answer=form.answer.data)
        return see("exception", _("Confirmed. It may be told now, for 24 hours. Tell your colleague."), uid=uid)
    actions.refuse(me(), found, answer=form.answer.data)
    return see("exception", _("Noted: nothing is permitted. Tell your colleague why."), uid=uid)


@bp.post("/without-consent/<uid>/second")
@needs("confidentiality.decide")
def ask_second(uid: str) -> Page:
    found, form = queries.exception_or_404(uid, me()), forms.SecondForm(colleagues=colleagues())
    if not form.validate():
        return exception_page(found, second=form), 422
    second = accounts.by_uid(form.second.data)
    actions.ask_another(me(), found, second)
    return see("exception", _("%(name)s is asked now. Call her too.", name=second.name), uid=uid)


@bp.post("/without-consent/<uid>/told")
@needs("confidentiality.decide")
def exception_told(uid: str) -> Page:
    found, form = queries.exception_or_404(uid, me()), forms.ToldForm()
    if not form.validate():
        return exception_page(found, told=form), 422
    actions.note_told(me(), found, told=form.told.data, why_not=form.why_not.data)
    return see("exception", _("Noted."), uid=uid)


@bp.post("/without-consent/<uid>/tell")
@needs("confidentiality.consents")
def tell(uid: str) -> Page:
    """Tell it now: only what was written under the items that are necessary."""
    found = queries.exception_or_404(uid, me())
    form = forms.TellForm(items=found.items.split())
    valid = form.validate()
    told = forms.parts_told(form.may, form.way.data or "", request.form)
    if valid and not told:
        form.form_errors.append(_("Write what is told under one item at least; when it is spoken, tick what was said."))
    if not valid or not told:
        return exception_page(found, tell=form), 422
    parts = [Part(*each) for each in told]
    actions.tell(me(), found, parts=parts, way=form.way.data, title=_("Information"), language=language())
    return see("exception", _("It is in the register: what was told, to whom, when."), uid=uid)
