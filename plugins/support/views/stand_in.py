"""Standing in for a colleague, and the reviews of it."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from app.errors import NotFound
from app.web.times import today
from plugins.support.actions import stand_in as actions
from plugins.support.forms import stand_in as forms
from plugins.support.queries import stand_in as queries
from plugins.support.rules import FOLLOW_UP
from plugins.support.views.base import Page, bp, see

bp.add_app_template_filter(forms.why_word, "support_why")


@bp.get("/stand-in")
@needs("support.stand_in", service=FOLLOW_UP)
def stand_in() -> str:
    """Open a file that is not hers, for a reason and a time (D-CONF-1); those that she opened so."""
    return stand_in_page(forms.StandInForm(formdata=None))


def stand_in_page(form: forms.StandInForm) -> str:
    return render_template("support/stand_in.html", form=form, mine=queries.mine(me()))


@bp.post("/stand-in")
@needs("support.stand_in", service=FOLLOW_UP)
def open_for_a_time() -> Page:
    form = forms.StandInForm()
    if not form.validate():
        return stand_in_page(form), 422
    try:
        found = queries.file_to_open(form.file.data or "")
    except NotFound:
        forms.refuse(form.file, _("No file with this code can be opened. Look at each letter and number."))
        return stand_in_page(form), 422
    actions.stand_in(me(), found, why=form.why.data, hours=form.hours.data, line=form.line.data)
    return see(
        "file", _("It is open to you for a time. Her worker and the reviewers were told."), code=found.person.code
    )


@bp.post("/stand-ins/<uid>/end")
@needs("support.stand_in", service=FOLLOW_UP)
def end_stand_in(uid: str) -> Response:
    """She needs it no longer."""
    made = queries.stand_in_or_404(uid)
    if made.user_id != me().id:
        raise NotFound
    actions.end(me(), made)
    return see("stand_in", _("Ended. The file is closed to you from now on."))


@bp.get("/stand-ins")
@needs("support.review", service=FOLLOW_UP)
def stand_ins() -> str:
    done, after = "done" in request.args, request.args.get("after")
    found = queries.to_review(done=done, after=after)
    return render_template("support/stand_ins.html", found=found, done=done, after=after, user=me(), today=today())


@bp.get("/stand-ins/<uid>")
@needs("support.review", service=FOLLOW_UP)
def stand_in_to_review(uid: str) -> str:
    return review_page(uid, forms.ReviewForm(formdata=None))


def review_page(uid: str, form: forms.ReviewForm) -> str:
    shown = queries.shown(me(), uid)
    return render_template("support/stand_in_review.html", shown=shown, form=form, own=shown.by.id == me().id)


@bp.post("/stand-ins/<uid>")
@needs("support.review", service=FOLLOW_UP)
def review_stand_in(uid: str) -> Page:
    form = forms.ReviewForm()
    if not form.validate():
        return review_page(uid, form), 422
    actions.review(me(), queries.stand_in_or_404(uid), verdict=form.verdict.data, remark=form.remark.data)
    return see("stand_ins", _("Reviewed. It is in the journal."))


@bp.post("/stand-ins/<uid>/stop")
@needs("support.review", service=FOLLOW_UP)
def stop_stand_in(uid: str) -> Response:
    """A reviewer shuts the file at once."""
    actions.end(me(), queries.stand_in_or_404(uid))
    return see("stand_in_to_review", _("Ended. The file is closed to her from now on."), uid=uid)
