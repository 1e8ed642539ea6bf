"""What is due to be destroyed, what forbids it, and the certificates of what was."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from app import papers
from app.accounts.current import me
from app.accounts.permissions import needs
from app.web.i18n import language
from app.web.times import day
from plugins.confidentiality.actions import destruction, lift_hold, place_hold
from plugins.confidentiality.forms import retention as forms
from plugins.confidentiality.queries import retention as queries
from plugins.confidentiality.rules import retention as rules
from plugins.confidentiality.views.base import Page, bp, page_mark, see

bp.add_app_template_filter(forms.word, "retention_word")


@bp.get("/retention")
@needs("confidentiality.retention")
def retention() -> str:
    """Categories, months, and what is proposed: codes, kinds and days, nothing of what is in it."""
    return _retention(forms.KeepForm(formdata=None))


def _retention(form: forms.KeepForm) -> str:
    state = request.values.get("state", "proposed" if me().can("confidentiality.registers") else "approved")
    state = state if state in forms.STATES else "proposed"
    after = page_mark("after")
    page = queries.proposals(state, after)
    kept = queries.kept()
    titles = {each.category.key: each.category.title for each in kept}
    words = {"titles": titles, "state": state, "after": after, "states": forms.STATES}
    return render_template("confidentiality/retention.html", kept=kept, page=page, form=form, **words)


def _chosen() -> Any:
    return queries.proposals_named(request.form.getlist("ids")[: queries.PAGE])


@bp.post("/retention/approve")
@needs("confidentiality.registers", fresh=True)
def approve_destruction() -> Page:
    done = destruction.approve(me(), _chosen())
    said = ngettext(
        "One approved. Another person confirms it.", "%(num)d approved. Another person confirms them.", done
    )
    return see("retention", said if done else _("Choose one or more rows first."))


@bp.post("/retention/keep")
@needs("confidentiality.retention")
def keep_for_now() -> Page:
    form = forms.KeepForm()
    if not form.validate():
        return _retention(form), 422
    done = destruction.keep_for_now(me(), _chosen(), **form.values)
    said = ngettext("One is kept for now.", "%(num)d are kept for now.", done)
    return see("retention", said if done else _("Choose one or more rows first."))


@bp.post("/retention/confirm")
@needs("confidentiality.confirm", fresh=True)
def confirm_destruction() -> Page:
    """The second person agrees, and it is done."""
    chosen = _chosen()
    made = destruction.confirm(me(), chosen)
    said = ngettext("One destroyed, with its certificate.", "%(num)d destroyed, each with its certificate.", len(made))
    if len(made) < len(chosen):
        said = f"{said} {_('What is in use again was left as it is.')}"
    return see("retention", said if chosen else _("Choose one or more rows first."), state="approved")


@bp.get("/certificates/<uid>")
@needs("confidentiality.retention")
def certificate(uid: str) -> str:
    found = queries.certificate_or_404(uid)
    return render_template("confidentiality/certificate.html", made=found, facts=_facts(found))


@bp.get("/certificates/<uid>/pdf")
@needs("confidentiality.retention")
def certificate_pdf(uid: str) -> Response:
    found = queries.certificate_or_404(uid)
    said = papers.paragraph(_("What is named here was destroyed and can no longer be read, here or in any backup."))
    parts = [papers.section(_("What was destroyed"), papers.facts(_facts(found)), said)]
    signed = papers.section(_("Two people agreed"), papers.signatures(*queries.people_of(found).values()))
    title = _("Certificate of destruction %(number)s", number=rules.number(found.year, found.number))
    made = papers.pdf("sheet", {"sections": [*parts, signed]}, title=title, language=language())
    answer = Response(made, mimetype="application/pdf")
    number = rules.number(found.year, found.number)
    answer.headers["Content-Disposition"] = f'attachment; filename="certificate-{number}.pdf"'
    return answer


def _facts(found: Any) -> list[tuple[str, Any]]:
    names = queries.people_of(found)
    return [
        (_("Certificate"), rules.number(found.year, found.number)),
        (_("Code"), found.code or "–"),
        (_("What it was"), found.title),
        (_("How"), found.method),
        (_("Without activity since"), day(found.since, year=True)),
        (_("Destroyed on"), day(found.destroyed_on, year=True)),
        (_("Approved by"), names.get("approved_by", "–")),
        (_("Confirmed by"), names.get("confirmed_by", "–")),
    ]


# --- what forbids it -------------------------------------------------------------------------------------------------


@bp.route("/holds/new", methods=["GET", "POST"])
@needs("confidentiality.hold")
def new_hold() -> Page:
    """By her code alone: it opens nothing."""
    form = forms.HoldForm(request.form if request.method == "POST" else None, code=request.args.get("code", ""))
    if request.method == "GET":
        return render_template("confidentiality/hold_new.html", form=form)
    person = queries.may_be_held(form.code.data or "", me()) if form.validate() else None
    if form.validate() and person is None:
        form.code.errors = [_("Nobody of yours has this code. Look at each letter and number.")]
    if person is None:
        return render_template("confidentiality/hold_new.html", form=form), 422
    place_hold(me(), person, why=form.why.data or "", source=form.source.data)
    return see("new_hold", _("Noted: nothing about %(code)s is destroyed until this ends.", code=person.code))


@bp.get("/holds/<uid>")
@needs("confidentiality.registers")
def hold(uid: str) -> str:
    found = queries.hold_or_404(uid, me())
    return render_template("confidentiality/hold.html", hold=found, form=forms.LiftForm(formdata=None))


@bp.post("/holds/<uid>/lift")
@needs("confidentiality.registers", fresh=True)
def end_hold(uid: str) -> Page:
    form, found = forms.LiftForm(), queries.hold_or_404(uid, me())
    if not form.validate():
        return render_template("confidentiality/hold.html", hold=found, form=form), 422
    lift_hold(me(), found, why=form.why.data or "")
    return see("hold", _("Ended: it forbids nothing any more."), uid=uid)
