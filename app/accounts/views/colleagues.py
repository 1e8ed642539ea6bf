"""The accounts: list, invite, one account, roles that two people grant."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import actions, queries, rules
from app.accounts.current import me
from app.accounts.forms import InviteForm, LinkForm, ProposeForm
from app.accounts.models import User
from app.accounts.permissions import ROLES, needs
from app.accounts.views import Answer, again, bp, see
from app.web.times import today


@bp.get("/accounts")
@needs("core.users.see")
def index() -> Answer:
    users, older = queries.accounts(request.args.get("after", 0, type=int))
    values = {"users": users, "next_page": older and url_for(".index", after=older), "roles": ROLES}
    waiting = {"proposals": queries.proposals(), "links": queries.links_asked()}
    return render_template("accounts/index.html", **values, **waiting, review=rules.next_review(today()), today=today())


@bp.route("/accounts/invite", methods=["GET", "POST"])
@needs("core.users.edit", fresh=True)
def invite() -> Answer:
    form = InviteForm(language="fr")
    if request.method == "GET":
        return render_template("accounts/invite.html", form=form)
    if form.validate():
        try:
            user, link = actions.invite(form.name.data, form.email.data, by=me(), language=form.language.data)
            return render_template("accounts/link.html", who=user, link=link)
        except actions.AddressTaken as error:
            form.email.errors = [str(error)]
    return again("accounts/invite.html", form=form)


@bp.get("/accounts/<uid>")
@needs("core.users.see")
def account(uid: str) -> Answer:
    return _account_page(queries.by_uid(uid), ProposeForm())


def _account_page(user: User, propose: ProposeForm) -> str:
    values = {"propose": propose, "link": LinkForm(formdata=None), "roles": ROLES, "today": today()}
    values |= {"joined": queries.joined(user), "asked": queries.asked_afresh(user)}
    return render_template("accounts/account.html", who=user, **values)


@bp.post("/accounts/<uid>/link")
@needs("core.users.edit", fresh=True)
def new_link(uid: str) -> Answer:
    user = queries.by_uid(uid)
    if not LinkForm().afresh.data:
        return render_template("accounts/link.html", who=user, link=actions.new_link(user, by=me()))
    actions.ask_afresh(user, by=me())
    return see(url_for(".account", uid=uid), _("Asked. Another person releases the link now, and is shown it."))


@bp.post("/accounts/<uid>/release")
@needs("core.roles.approve", fresh=True)
def release(uid: str) -> Answer:
    """The link that takes a second factor away, for the second person's eyes alone."""
    user = queries.by_uid(uid)
    return render_template("accounts/link.html", who=user, link=actions.release_afresh(user, by=me()))


@bp.post("/accounts/<uid>/disable")
@needs("core.users.edit", fresh=True)
def disable(uid: str) -> Response:
    actions.disable(queries.by_uid(uid), by=me())
    return see(url_for(".account", uid=uid), _("The account is disabled. She is signed out everywhere."))


@bp.post("/accounts/<uid>/enable")
@needs("core.users.edit", fresh=True)
def enable(uid: str) -> Response:
    actions.enable(queries.by_uid(uid), by=me())
    return see(url_for(".account", uid=uid), _("The account is open again."))


@bp.post("/accounts/<uid>/roles")
@needs("core.roles.propose", fresh=True)
def propose(uid: str) -> Answer:
    user, form = queries.by_uid(uid), ProposeForm()
    if form.validate():
        try:
            actions.propose_role(user, form.role.data, form.since.data, form.until.data, by=me())
            return see(url_for(".account", uid=uid), _("Proposed. Another person approves it now."))
        except actions.WrongTerm as error:
            form.until.errors = [str(error)]
    return _account_page(user, form), 422


@bp.post("/roles/<int(max=2147483647):grant_id>/approve")
@needs("core.roles.approve", fresh=True)
def approve(grant_id: int) -> Response:
    actions.approve_role(grant_id, by=me())
    return see(url_for(".index"), _("Approved. The role holds from its first day on."))


@bp.post("/roles/<int(max=2147483647):grant_id>/end")
@needs("core.users.see", fresh=True)
def end(grant_id: int) -> Response:
    """Ending a role asks for one person only: taking away is never urgent to undo."""
    actions.end_role(grant_id, by=me())
    return redirect(url_for(".index"))
