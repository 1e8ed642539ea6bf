"""Youth protection: what must be reported, what was decided, the second look (D-CONF-7)."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.accounts.current import me
from app.accounts.permissions import needs
from plugins.confidentiality.actions import youth as actions
from plugins.confidentiality.forms import exceptions as forms
from plugins.confidentiality.queries import exceptions, persons
from plugins.confidentiality.queries import youth as queries
from plugins.confidentiality.views.base import Page, bp, see
from plugins.confidentiality.views.exceptions import colleagues


@bp.route("/persons/<code>/youth", methods=["GET", "POST"])
@needs("confidentiality.consents")
def new_youth(code: str) -> Page:
    person = persons.person_or_404(code, me())
    form = forms.YouthForm(colleagues=colleagues("confidentiality.co_review"))
    if request.method == "GET" or not form.validate():
        page = render_template("confidentiality/youth_new.html", form=form, person=person)
        return page if request.method == "GET" else (page, 422)
    second = accounts.by_uid(form.second.data) if form.second.data else None
    made = actions.decide_youth(me(), person, **(form.answers | {"second": second}))
    if made.decision == "report":
        return see("youth", _("Noted. Nothing is sent by itself: go on to tell youth protection."), uid=made.uid)
    return see("youth", _("Noted. It waits for the second look."), uid=made.uid)


@bp.get("/youth/<uid>")
@needs("confidentiality.read")
def youth(uid: str) -> str:
    return youth_page(queries.youth_or_404(uid, me()), forms.AnswerForm(formdata=None))


def youth_page(found: Any, form: forms.AnswerForm) -> str:
    state = queries.youth_state(found)
    return render_template(
        "confidentiality/youth.html",
        found=found,
        person=found.person,
        state=state,
        form=form,
        reviews=state == "waiting" and me().can("confidentiality.co_review") and found.by != me().id,
        decides=persons.may_tell(found.person, me()),
        reports=exceptions.for_subject(found.uid),
    )


@bp.post("/youth/<uid>/<any(agree, again):answer>")
@needs("confidentiality.co_review")
def review_youth(uid: str, answer: str) -> Page:
    found, form = queries.youth_or_404(uid, me()), forms.AnswerForm()
    if not form.validate():
        return youth_page(found, form), 422
    actions.review_youth(me(), found, agreed=answer == "agree", answer=form.answer.data)
    return see("youth", _("Noted, with your name and the day."), uid=uid)
