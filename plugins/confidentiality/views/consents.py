"""Her consents: asked for one question at a time, signed, taken back."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import papers
from app.accounts.current import me
from app.accounts.permissions import needs
from app.catalogue.settings import setting
from app.db import write_lock
from app.errors import IntranetError, NotFound
from app.papers.queries import Content
from app.people.disclosure import recipients
from app.people.queries import disclosures_of, received_under
from app.web.uploads import takes_files
from plugins.confidentiality.actions import consents as actions
from plugins.confidentiality.forms import consents as forms
from plugins.confidentiality.forms.words import in_words
from plugins.confidentiality.queries import consents as queries
from plugins.confidentiality.queries import exceptions, persons, youth
from plugins.confidentiality.rules.consents import SCREENS
from plugins.confidentiality.views.base import Page, bp, see

bp.add_app_template_filter(in_words)


@bp.get("/persons/<code>")
@needs("confidentiality.read")
def account(code: str) -> str:
    """What is accounted for about her: consents, what was told, on which ground. Her own page asks for it in short."""
    person = persons.person_or_404(code, me())
    part = "_account.html" if "HX-Request" in request.headers else "account.html"
    return render_template(
        f"confidentiality/{part}",
        person=person,
        consents=[(each, queries.state_of(each)) for each in queries.consents_of(person)],
        exceptions=[(each, exceptions.exception_state(each)) for each in exceptions.exceptions_of(person)],
        decided=[(each, youth.youth_state(each)) for each in youth.youth_of(person)],
        disclosures=disclosures_of(person),
        tells=persons.may_tell(person, me()),
    )


# --- one question at a time ------------------------------------------------------------------------------------------


@bp.route("/persons/<code>/consents/new", methods=["GET", "POST"])
@needs("confidentiality.consents")
def new_consent(code: str) -> Page:
    """The first question; its answer makes a draft, which waits as long as she needs."""
    person, form = persons.person_or_404(code, me()), forms.RecipientForm()
    if request.method == "GET":
        return _question(form, "recipient", person, None)
    if not form.validate():
        return _question(form, "recipient", person, None), 422
    made = actions.begin(me(), person, recipient=form.recipient.data or "")
    return redirect(url_for(".consent_question", uid=made.uid, screen=SCREENS[1]), 303)


@bp.route("/consents/<uid>/<any(recipient, purpose, items, period, talk):screen>", methods=["GET", "POST"])
@needs("confidentiality.consents")
def consent_question(uid: str, screen: str) -> Page:
    found = queries.consent_or_404(uid, me())
    if found.signed_at is not None:
        return redirect(url_for(".consent", uid=uid), 303)
    form = _form(found, screen)
    if request.method == "GET":
        return _question(form, screen, found.person, found)
    if not form.validate():
        return _question(form, screen, found.person, found), 422
    try:
        actions.fill(me(), found, version=form.seen, **form.answers)
    except actions.SomeoneElseWrote as error:
        form.not_saved(str(error), found.version)
        return _question(form, screen, found.person, found), error.status
    after = SCREENS[SCREENS.index(screen) + 1]
    return redirect(_at(uid, after), 303)


def _at(uid: str, screen: str) -> str:
    """The address of a question, or of what comes after them all."""
    return url_for(".sign", uid=uid) if screen == "sign" else url_for(".consent_question", uid=uid, screen=screen)


def _form(found: Any, screen: str) -> Any:
    said = {name: getattr(found, name) for name in actions.QUESTIONS} | {"items": found.items.split()}
    extra = {"cap": int(setting("confidentiality.consent_cap_days"))} if screen == "period" else {}
    return forms.QUESTIONS[screen](data={**said, "version": str(found.version)}, **extra)


def _question(form: Any, screen: str, person: Any, found: Any) -> str:
    return render_template(
        "confidentiality/consent_question.html",
        form=form,
        screen=screen,
        title=forms.SCREEN_TITLES[screen],
        number=SCREENS.index(screen) + 1,
        screens=SCREENS,
        before=SCREENS[SCREENS.index(screen) - 1] if found and screen != SCREENS[0] else None,
        person=person,
        consent=found,
        recipients=recipients(me()) if screen == "recipient" else [],
    )


# --- its page --------------------------------------------------------------------------------------------------------


@bp.get("/consents/<uid>")
@needs("confidentiality.read")
def consent(uid: str) -> str:
    return consent_page(queries.consent_or_404(uid, me()), forms.WithdrawalForm(formdata=None))


def consent_page(found: Any, withdrawal: forms.WithdrawalForm) -> str:
    """What it says, and who has received what under it (D-CONF-5)."""
    return render_template(
        "confidentiality/consent.html",
        consent=found,
        person=found.person,
        state=queries.state_of(found),
        text=queries.text_of(found) if found.signed_at else None,
        goes_on=_at(found.uid, queries.next_screen(found)),
        received=received_under(found.uid),
        scans=papers.papers_of(found.uid) if found.how == "paper" else [],
        tells=persons.may_tell(found.person, me()),
        withdrawal=withdrawal,
    )


@bp.post("/consents/<uid>/withdraw")
@needs("confidentiality.decide")
def withdraw_consent(uid: str) -> Page:
    found, form = queries.consent_or_404(uid, me()), forms.WithdrawalForm()
    if not form.validate():
        return consent_page(found, form), 422
    already = actions.withdraw(me(), found, how=form.how.data)
    if already:
        return see(
            "consent", _("It is taken back: nothing more leaves. See below who has already received what."), uid=uid
        )
    return see("consent", _("It is taken back: nothing leaves. Nothing had been sent under it."), uid=uid)


@bp.post("/consents/<uid>/renew")
@needs("confidentiality.consents")
def renew_consent(uid: str) -> Page:
    made = actions.renew(me(), queries.consent_or_404(uid, me()))
    return redirect(url_for(".consent_question", uid=made.uid, screen=SCREENS[0]), 303)


@bp.post("/consents/<uid>/discard")
@needs("confidentiality.consents")
def discard_consent(uid: str) -> Page:
    found = queries.consent_or_404(uid, me())
    actions.discard(me(), found, version=forms.Asked().seen)
    return see("account", _("Put away. Nothing of it is kept."), code=found.person.code)


# --- her signature ---------------------------------------------------------------------------------------------------


@bp.get("/consents/<uid>/sign")
@needs("confidentiality.consents")
def sign(uid: str) -> Page:
    found = queries.consent_or_404(uid, me())
    if found.signed_at is not None:
        return redirect(url_for(".consent", uid=uid), 303)
    if (missing := queries.next_screen(found)) != "sign":
        return redirect(_at(uid, missing), 303)
    return _signing(found)


def _signing(found: Any, screen: Any = None, paper: Any = None) -> str:
    asked = {"formdata": None, "data": {"version": str(found.version)}}
    return render_template(
        "confidentiality/sign.html",
        consent=found,
        person=found.person,
        text=queries.text_of(found),
        screen=screen or forms.ScreenSignatureForm(**asked),
        paper=paper or forms.PaperSignatureForm(**asked),
        number=len(SCREENS),
    )


@bp.post("/consents/<uid>/sign")
@needs("confidentiality.consents")
def sign_on_screen(uid: str) -> Page:
    found, form = queries.consent_or_404(uid, me()), forms.ScreenSignatureForm()
    if not form.validate():
        return _signing(found, screen=form), 422
    try:
        actions.sign_on_screen(me(), found, version=form.seen, name=form.name.data or "", drawn=form.picture)
    except actions.SomeoneElseWrote as error:
        form.not_saved(str(error), found.version)
        return _signing(found, screen=form), error.status
    return see("consent", _("Signed. It holds from now on."), uid=uid)


@bp.post("/consents/<uid>/paper")
@needs("confidentiality.consents")
def print_consent(uid: str) -> Response:
    """The paper to sign, in her language, under a neutral name (D-CONF-11)."""
    found = queries.consent_or_404(uid, me())
    answer = Response(actions.print_paper(me(), found, version=forms.Asked().seen), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="paper-{_plain(found.uid)}.pdf"'
    return answer


@bp.post("/consents/<uid>/scan")
@needs("confidentiality.consents", lock=False)
@takes_files
def sign_on_paper(uid: str) -> Page:
    form = forms.PaperSignatureForm()
    if not form.validate() or form.scan.clean is None or form.on.data is None:
        return _signing(queries.consent_or_404(uid, me()), paper=form), 422
    write_lock()
    found = queries.consent_or_404(uid, me())
    try:
        actions.sign_on_paper(me(), found, version=form.seen, scan=form.scan.clean, on=form.on.data)
    except IntranetError as error:
        form.not_saved(str(error), found.version)
        return _signing(found, paper=form), error.status
    return see("consent", _("The signed paper is kept. The consent holds from now on."), uid=uid)


@bp.get("/consents/<uid>/signature")
@needs("confidentiality.read")
def signature(uid: str) -> Response:
    """What she drew, as a picture of the page."""
    found = queries.consent_or_404(uid, me())
    if found.how != "screen" or found.signature is None:
        raise NotFound
    return Response(iter(Content(papers.paper_or_404(found.signature, me(), why="paper"))), mimetype="image/png")


def _plain(uid: str) -> str:
    return "".join(letter for letter in uid if letter.isalnum())[:8]
