"""Her own account: language, password, second factors, recovery codes, sessions."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import actions, factors, passwords, queries, sessions, throttle
from app.accounts.current import me
from app.accounts.forms import ChangePasswordForm, CodeForm, LanguageForm
from app.accounts.permissions import SIGNED_IN, is_fresh, needs
from app.accounts.views import Answer, again, bp, challenge, json_options, new_hash, see, wrong_code
from app.accounts.views.door import cleared, count_try
from app.web import page


@bp.get("/account")
@needs(SIGNED_IN)
def mine() -> Answer:
    return render_template("accounts/mine.html", **_mine())


def _mine(password: ChangePasswordForm | None = None) -> dict[str, Any]:
    return {
        "language": LanguageForm(language=me().language, formdata=None),
        "password": password or ChangePasswordForm(formdata=None),
        "keys": factors.passkeys_of(me()),
        "codes_left": factors.recovery_codes_left(me()),
        "confirmed": is_fresh(),
    }


@bp.post("/account/language")
@needs(SIGNED_IN)
def change_language() -> Answer:
    form = LanguageForm()
    if not form.validate():
        return again("accounts/mine.html", **_mine() | {"language": form})
    actions.choose_language(me(), form.language.data)
    session.pop("language", None)
    return redirect(url_for(".mine"))


@bp.post("/account/password")
@needs(SIGNED_IN, lock=False)
def change_password() -> Answer:
    form = ChangePasswordForm()
    if not form.validate():
        return again("accounts/mine.html", **_mine(form))
    place = count_try("code", me().uid)
    known = me().password_hash
    if not passwords.matches(known, form.current.data):
        form.current.errors = [_("This is not your current password.")]
    elif chosen := new_hash(form, me()):
        sessions.lock_again()
        throttle.forget(place)
        if me().password_hash != known:
            return page(409)
        actions.change_password(me(), chosen, keep=g.account_session)
        return see(url_for(".mine"), _("Your password is changed. Your other sessions are closed."))
    return again("accounts/mine.html", **_mine(form))


@bp.route("/account/app", methods=["GET", "POST"])
@needs(SIGNED_IN, fresh=True)
def set_up_app() -> Answer:
    """An app that gives codes; the one before it is worth nothing any more."""
    form, secret = CodeForm(), factors.totp_secret_for(g.account_session.token_hash)
    values = {"form": form, "secret": secret, "picture": factors.totp_picture(me(), secret)}
    if request.method == "GET":
        return render_template("accounts/app.html", **values)
    if not form.validate() or not actions.set_up_totp(me(), secret, form.code.data):
        form.code.errors = form.code.errors or [wrong_code()]
        return again("accounts/app.html", **values)
    return _factor_added()


def _factor_added() -> Answer:
    """The first second factor comes with recovery codes."""
    if factors.recovery_codes_left(me()):
        return see(url_for(".mine"), _("It is set up."))
    return new_recovery_codes()


@bp.get("/account/passkeys/new")
@needs(SIGNED_IN, fresh=True)
def new_passkey_options() -> Response:
    return json_options(factors.registration_options(me()))


@bp.post("/account/passkeys")
@needs(SIGNED_IN, fresh=True)
def add_passkey() -> Answer:
    if actions.set_up_passkey(me(), request.form.get("credential", ""), challenge(), sessions.device()):
        return _factor_added()
    return page(422, _("This passkey could not be kept. Go back and try again, or choose an app."))


@bp.post("/account/factors/remove")
@needs(SIGNED_IN, fresh=True)
def remove_factor() -> Answer:
    """A passkey by its number, or the app."""
    actions.remove_factor(me(), request.form.get("passkey", type=int))
    return see(url_for(".mine"), _("It was taken away."))


@bp.post("/account/recovery-codes")
@needs(SIGNED_IN, fresh=True)
def new_recovery_codes() -> Answer:
    return render_template("accounts/recovery_codes.html", codes=actions.renew_recovery_codes(me()))


@bp.get("/account/sessions")
@needs(SIGNED_IN)
def my_sessions() -> Answer:
    return render_template("accounts/sessions.html", sessions=queries.sessions_of(me()), this=g.account_session.uid)


@bp.post("/account/sessions/end")
@needs(SIGNED_IN)
def end_one() -> Answer:
    actions.sign_out(me(), request.form.get("session", ""))
    return see(url_for(".my_sessions"), _("That session is closed."))


@bp.post("/account/sessions/end-all")
@needs(SIGNED_IN)
def end_all() -> Answer:
    """Sign out everywhere, here too."""
    actions.sign_out(me())
    sessions.end_session()
    return cleared(redirect(url_for(".sign_in")))
