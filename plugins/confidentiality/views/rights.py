"""Her rights: what she asked, the answer, who opened her file."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.current import me
from app.accounts.permissions import needs
from app.errors import IntranetError
from plugins.confidentiality.actions import rights as actions
from plugins.confidentiality.forms import rights as forms
from plugins.confidentiality.queries import persons
from plugins.confidentiality.queries import rights as queries
from plugins.confidentiality.views.base import Page, bp, page_mark, see

bp.add_app_template_filter(forms.word, "rights_word")
bp.add_app_template_filter(forms.state, "rights_state")


@bp.get("/requests")
@needs("confidentiality.rights")
def requests() -> str:
    return _requests(forms.CodeForm(formdata=None))


def _requests(form: forms.CodeForm) -> str:
    answered, before = "answered" in request.args, page_mark("before")
    found = queries.requests(me(), answered=answered, before=before)
    return render_template("confidentiality/requests.html", page=found, answered=answered, before=before, form=form)


@bp.post("/requests")
@needs("confidentiality.rights", lock=False)
def find_person() -> Page:
    """To a person's rights by her code, for who has no list of names."""
    form = forms.CodeForm()
    person = persons.person_of(form.code.data or "") if form.validate() else None
    if person is None or not persons.may_open(person, me()):
        form.code.errors = [*form.code.errors, _("Nobody of yours has this code. Look at each letter and number.")][:1]
        return _requests(form), 422
    return redirect(url_for(".rights", code=person.code), 303)


@bp.get("/persons/<code>/rights")
@needs("confidentiality.rights")
def rights(code: str) -> str:
    """What she asked, the last first."""
    person = persons.person_or_404(code, me())
    return render_template("confidentiality/rights.html", person=person, requests=queries.requests_of(person))


@bp.route("/persons/<code>/requests/new", methods=["GET", "POST"])
@needs("confidentiality.rights")
def new_request(code: str) -> Page:
    person, form = persons.person_or_404(code, me()), forms.RequestForm()
    if request.method == "GET" or not form.validate():
        page = render_template("confidentiality/request_new.html", person=person, form=form)
        return page if request.method == "GET" else (page, 422)
    made = actions.receive(me(), person, **form.values)
    return see("rights_request", _("Noted. It is on your desk until it is answered."), uid=made.uid)


@bp.get("/requests/<uid>")
@needs("confidentiality.rights")
def rights_request(uid: str) -> str:
    return _page(uid)


def _page(uid: str, **sent: object) -> str:
    """A request; a form that was not accepted keeps what was typed."""
    found = queries.request_or_404(uid, me())
    blank = {"identity": forms.IdentityForm(formdata=None), "statement": forms.StatementForm(formdata=None)}
    hers = queries.is_her_worker(found.person, me())
    return render_template("confidentiality/request.html", asked=found, hers=hers, **(blank | sent))


@bp.post("/requests/<uid>/identity")
@needs("confidentiality.rights")
def check_identity(uid: str) -> Page:
    form = forms.IdentityForm()
    if not form.validate():
        return _page(uid, identity=form), 422
    actions.check_identity(me(), queries.request_or_404(uid, me()), form.identity.data)
    return see("rights_request", _("Noted."), uid=uid)


@bp.route("/requests/<uid>/answer", methods=["GET", "POST"])
@needs("confidentiality.rights")
def answer_request(uid: str) -> Page:
    found, form = queries.request_or_404(uid, me()), forms.AnswerForm()
    if request.method == "GET":
        form.version.data = str(found.version)
        return render_template("confidentiality/answer.html", asked=found, form=form)
    status = 422
    if form.validate():
        try:
            actions.answer(me(), found, **form.values)
            return see("rights_request", _("Answered. It is off your desk, and in the register."), uid=uid)
        except IntranetError as error:
            form.refuse(error)
            form.version.data, status = str(found.version), error.status
    return render_template("confidentiality/answer.html", asked=found, form=form), status


@bp.post("/requests/<uid>/statement")
@needs("confidentiality.rights")
def attach_statement(uid: str) -> Page:
    form = forms.StatementForm()
    if not form.validate():
        return _page(uid, statement=form), 422
    actions.attach_statement(me(), queries.request_or_404(uid, me()), form.statement.data or "")
    return see("rights_request", _("Kept with her file."), uid=uid)


@bp.post("/requests/<uid>/corrected")
@needs("confidentiality.rights")
def note_correction(uid: str) -> Page:
    actions.note_correction(me(), queries.request_or_404(uid, me()))
    return see("rights_request", _("Noted: it is corrected."), uid=uid)
