"""Referrals, and how each went (service 4)."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _

from app.accounts.current import me
from app.accounts.permissions import needs
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.forms import referrals as words
from plugins.support.forms.letters import BeginForm
from plugins.support.forms.referrals import OutcomeForm, ReferralForm
from plugins.support.rules.partners import SERVICE
from plugins.support.views.base import Page, bp, see
from plugins.support.views.page import file_page_of


@bp.get("/files/<code>/referrals")
@needs("support.read", service=SERVICE)
def referrals(code: str) -> str:
    file, after = queries.file_or_404(code, me()), request.args.get("after")
    found = queries.referrals.referrals_of(file, after)
    return file_page_of("support/referrals.html", file, found=found, words=words, after=after)


@bp.get("/files/<code>/referrals/new")
@needs("support.follow", service=SERVICE)
def new_referral(code: str) -> str:
    form = ReferralForm(formdata=None)
    form.on.data = today()
    return referral_form_page(queries.file_or_404(code, me()), form)


def referral_form_page(file: Any, form: ReferralForm) -> str:
    names = queries.partners.partner_names()
    return file_page_of("support/referral_new.html", file, form=form, words=words, names=names)


@bp.post("/files/<code>/referrals")
@needs("support.follow", service=SERVICE)
def refer(code: str) -> Page:
    file, form = queries.file_or_404(code, me()), ReferralForm()
    if not form.validate():
        return referral_form_page(file, form), 422
    made = actions.referrals.refer(me(), file, **form.values)
    said = _("Noted. Now write what is to be sent.") if made.form == "sent" else _("Noted. Nothing left.")
    return see("referral", said, uid=made.uid)


@bp.get("/referrals/<uid>")
@needs("support.read", service=SERVICE)
def referral(uid: str) -> str:
    found = queries.referrals.referral_or_404(uid, me())
    told = {name: getattr(found, name) or "" for name in ("outcome", "found", "note")}
    return referral_page(found, OutcomeForm(formdata=None, version=found.version, **told))


def referral_page(found: Any, form: OutcomeForm, theirs: bool = False) -> str:
    return file_page_of(
        "support/referral.html",
        found.file,
        referral=found,
        form=form,
        both=form.both(found) if theirs else None,
        words=words,
        letters=queries.referrals.letters_for(found),
        begin=BeginForm(formdata=None, recipient=found.recipient),
    )


@bp.post("/referrals/<uid>/outcome")
@needs("support.follow", service=SERVICE)
def note_outcome(uid: str) -> Page:
    found, form = queries.referrals.referral_or_404(uid, me()), OutcomeForm()
    if not form.validate():
        return referral_page(found, form), 422
    try:
        actions.referrals.note_outcome(me(), found, version=form.seen, **form.values)
    except actions.SomeoneElseWrote as error:
        form.not_saved(str(error), found.version)
        return referral_page(found, form, theirs=True), error.status
    said = _("Noted. What she said of a partner is counted apart from her.")
    return see("referrals", said, code=found.file.person.code)


@bp.route("/referrals/<uid>/edit", methods=["GET", "POST"])
@needs("support.follow", service=SERVICE)
def edit_referral(uid: str) -> Page:
    found = queries.referrals.referral_or_404(uid, me())
    form = ReferralForm(obj=found)
    form.form.data = found.form
    if request.method == "GET":
        return edit_page(found, form)
    form.form.raw_data = [found.form]  # its form stays
    if not form.validate():
        return edit_page(found, form), 422
    values = {name: value for name, value in form.values.items() if name != "form"}
    try:
        actions.referrals.change_referral(me(), found, version=form.seen, **values)
    except actions.SomeoneElseWrote as error:
        form.not_saved(str(error), found.version)
        return edit_page(found, form, theirs=True), error.status
    return see("referral", _("Saved."), uid=uid)


def edit_page(found: Any, form: ReferralForm, theirs: bool = False) -> str:
    names = queries.partners.partner_names()
    both = form.both(found) if theirs else None
    return file_page_of(
        "support/referral_edit.html", found.file, referral=found, form=form, both=both, words=words, names=names
    )
