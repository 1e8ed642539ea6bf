"""The way in: password, second factor, passkey, one-time link; the way out; confirming that it is she."""

from __future__ import annotations

from time import time

from flask import flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import actions, factors, passwords, queries, sessions, throttle
from app.accounts.current import me, whoever
from app.accounts.forms import CodeForm, ConfirmForm, NewPasswordForm, SignInForm
from app.accounts.models import Invitation, User
from app.accounts.permissions import PUBLIC, SIGNED_IN, needs
from app.accounts.views import Answer, again, back, bp, challenge, json_options, new_hash, see, settings, wrong_code
from app.db import now
from app.errors import NotFound
from app.journal import record
from app.web import drafts

PATIENCE = 600  # seconds between the password and the second factor
KEPT = "kept."  # before the names of a form that waits on the page where she confirms


def count_try(what: str, who: str, *, by_place: bool = False) -> bytes:
    """Raises TooManyTries. `by_place`: each place has its own tries, because anybody may try; else it is her alone."""
    key = throttle.key_of(what, who)
    place = throttle.key_of(what, who, request.remote_addr or "") if by_place else key
    try:
        throttle.take(place, key if by_place else None)
    finally:
        sessions.look_again()
    return place


def _sign_in_page(form: SignInForm, notice: str = "") -> str:
    demo = queries.demo_accounts() if settings().demo else []
    return render_template("accounts/sign_in.html", form=form, demo=demo, notice=notice, next=back())


def _let_in(user: User) -> Response:
    _enter(user)
    return redirect(back())


def _enter(user: User) -> None:
    """Begin her session; she is told when somebody asked to take her second factor away."""
    sessions.sign_in(user)
    if queries.told_of_afresh(user):
        flash(
            _("Lately, somebody asked for a link that takes your second factor away. Not for you? Say so at once."),
            "late",
        )


@bp.get("/sign-in")
@needs(PUBLIC)
def sign_in() -> Answer:
    return redirect(back()) if whoever() else _sign_in_page(SignInForm())


@bp.post("/sign-in")
@needs(PUBLIC, lock=False)
def sign_in_with_password() -> Answer:
    """The same answer, as fast, for an address that is unknown, disabled, or has another password."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), 422
    place = count_try("sign-in", form.email.data.strip(), by_place=True)
    user = queries.by_email(form.email.data)
    known = user.password_hash if user else None
    if not passwords.matches(known, form.password.data) or (user := _still(form.email.data, known)) is None:
        record("accounts.sign_in_failed", by=None, survives=True)
        form.password.errors = [_("This address and this password do not go together. Look at both again.")]
        return _sign_in_page(form), 422
    throttle.forget(place)
    if settings().demo and not factors.has_any(user):
        return _let_in(user)
    sessions.end_session()
    session["expected"] = [user.uid, int(time())]
    return redirect(url_for(".second_factor", next=back()))


def _still(email: str, password_hash: str | None) -> User | None:
    """Now under the write lock: the user, if nothing changed while the password was looked at."""
    sessions.lock_again()
    user = queries.by_email(email)
    return user if user and user.is_active and user.password_hash == password_hash else None


def _expected() -> User | None:
    """Who gave her password a moment ago, and now shows her second factor."""
    uid, since = session.get("expected", ("", 0))
    user = queries.by_uid(uid) if time() - since < PATIENCE else None
    return user if user and user.is_active else None


@bp.get("/sign-in/code")
@needs(PUBLIC)
def second_factor() -> Answer:
    user = _expected()
    return redirect(url_for(".sign_in")) if user is None else _code_page(user, CodeForm())


def _code_page(user: User, form: CodeForm) -> str:
    keys = factors.passkeys_of(user)
    return render_template("accounts/second_factor.html", form=form, who=user, keys=keys, next=back())


@bp.post("/sign-in/code")
@needs(PUBLIC, lock=False)
def second_factor_with_code() -> Answer:
    """The code of her app, or one of her recovery codes."""
    user, form = _expected(), CodeForm()
    if user is None:
        return redirect(url_for(".sign_in"))
    if not form.validate():
        return _code_page(user, form), 422
    place = count_try("code", user.uid)
    sessions.lock_again()
    if (user := _expected()) is None:
        return redirect(url_for(".sign_in"))
    if not actions.shows_code(user, form.code.data, password_right=True):
        record("accounts.second_factor_failed", user.uid, by=None, survives=True)
        form.code.errors = [_("This is not the code of this moment. Wait for the next one, then try again.")]
        return _code_page(user, form), 422
    throttle.forget(place)
    return _let_in(user)


@bp.get("/sign-in/passkey")
@needs(PUBLIC)
def passkey_options() -> Response:
    return json_options(factors.authentication_options(whoever() or _expected()))


@bp.post("/sign-in/passkey")
@needs(PUBLIC)
def sign_in_with_passkey() -> Answer:
    """A passkey that checked her finger, face or PIN is both factors at once."""
    owner = factors.use_passkey(request.form.get("credential", ""), challenge())
    user = queries.by_id(owner) if owner else None
    if user is None or not user.is_active:
        record("accounts.sign_in_failed", by=None, survives=True)
        return _sign_in_page(
            SignInForm(formdata=None), _("This passkey did not work. Try again, or use your password.")
        ), 422
    return _let_in(user)


@bp.post("/sign-in/demo")
@needs(PUBLIC)
def sign_in_to_demo() -> Answer:
    """An invented account, in the demo and nowhere else."""
    user = queries.by_uid(request.form.get("account", "")) if settings().demo else None
    if user is None or not user.demo or not user.is_active:
        raise NotFound
    return _let_in(user)


@bp.post("/sign-out")
@needs(PUBLIC)
def sign_out() -> Response:
    if user := whoever():
        record("accounts.signed_out", user.uid, by=user)
    sessions.end_session()
    return cleared(redirect(url_for(".sign_in")))


def cleared(response: Response) -> Response:
    """The browser forgets what it kept of us."""
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


# --- confirming that it is she ---------------------------------------------------------------------------------------


@bp.route("/confirm", methods=["GET", "POST"])
@needs(SIGNED_IN, lock=False)
def step_up() -> Answer:
    """Within five minutes before what matters. A form that came along (307) waits here, in hidden fields."""
    form, came = ConfirmForm(), drafts.typed()
    if "confirming" not in request.form:
        return _confirm_page(ConfirmForm(formdata=None), came, waits=request.method == "POST")
    waits = "waits" in request.form
    kept = [(name.removeprefix(KEPT), value) for name, value in came if name.startswith(KEPT)]
    place = count_try("code", me().uid)
    right = bool(form.password.data) and passwords.matches(me().password_hash, form.password.data)
    sessions.lock_again()
    user = whoever()
    if user is None:
        return sessions.send_to_sign_in()
    if not form.validate() or not _is_she(user, form, right):
        record("accounts.step_up_failed", user.uid, by=user, survives=True)
        form.code.errors = [_("This could not be confirmed. Wait for the next code, then try again.")]
        return _confirm_page(form, kept, waits=waits), 422
    throttle.forget(place)
    g.account_session.confirmed_at = now()
    record("accounts.stepped_up", user.uid, by=user)
    return render_template("accounts/resend.html", path=back(), fields=kept) if waits else redirect(back())


def _confirm_page(form: ConfirmForm, kept: drafts.Fields, *, waits: bool) -> str:
    form.code.flags.required = form.password.flags.required = True  # whichever of them is shown
    keys = factors.passkeys_of(me())
    hidden = [
        ("confirming", "1"),
        *([("waits", "1")] if waits else []),
        *((KEPT + name, value) for name, value in kept),
    ]
    return render_template(
        "accounts/confirm.html", form=form, keys=keys, who=me(), kept=kept, hidden=hidden, next=back()
    )


def _is_she(user: User, form: ConfirmForm, password_right: bool) -> bool:
    if form.credential.data:
        return factors.use_passkey(form.credential.data, challenge()) == user.id
    if settings().demo and not factors.has_any(user):
        return password_right or user.password_hash is None
    return actions.shows_code(user, form.code.data or "", password_right=password_right)


# --- the one-time link -----------------------------------------------------------------------------------------------


def _invited(token: str) -> tuple[Invitation, User]:
    """Raises NotFound, which says what to do."""
    invited = queries.invitation(token)
    user = queries.by_id(invited.user_id) if invited else None
    if invited is None or user is None or not user.is_active:
        raise NotFound(_("This link was used, or its seven days are over. Ask the administrator for a new one."))
    session.setdefault("language", user.language)
    return invited, user


@bp.route("/welcome/<token>", methods=["GET", "POST"])
@needs(PUBLIC, lock=False)
def welcome(token: str) -> Answer:
    """Choose a password. It holds once the second factor is there too."""
    (_link, user), form = _invited(token), NewPasswordForm()
    if request.method == "GET":
        return render_template("accounts/welcome.html", form=form, who=user)
    if not form.validate() or (password_hash := new_hash(form, user)) is None:
        return again("accounts/welcome.html", form=form, who=user)
    sessions.lock_again()
    invited, user = _invited(token)
    actions.choose_password(invited, password_hash)
    if invited.afresh or not factors.has_any(user):
        return redirect(url_for(".welcome_factor", token=token))
    actions.accept(invited, user)
    return see(url_for(".sign_in"), _("Your new password holds. Sign in with it."))


@bp.route("/welcome/<token>/second-factor", methods=["GET", "POST"])
@needs(PUBLIC)
def welcome_factor(token: str) -> Answer:
    """Set up an app or a passkey; outside the demo there is no way around it. Then the recovery codes, once."""
    (invited, user), form = _invited(token), CodeForm()
    if not invited.password_hash:
        return redirect(url_for(".welcome", token=token))
    secret = factors.totp_secret_for(invited.token_hash)
    page = {"form": form, "token": token, "secret": secret, "picture": factors.totp_picture(user, secret)}
    if request.method == "GET":
        return render_template("accounts/welcome_factor.html", **page, demo=settings().demo)
    asked = challenge()
    actions.accept(invited, user)
    later = settings().demo and "later" in request.form
    if answer := request.form.get("credential"):
        done = actions.set_up_passkey(user, answer, asked, sessions.device())
    else:
        done = form.validate() and actions.set_up_totp(user, secret, form.code.data)
    if not done and not later:
        form.code.errors = form.code.errors or [wrong_code()]
        return again("accounts/welcome_factor.html", **page, demo=settings().demo)
    _enter(user)
    if later:
        return redirect("/")
    return render_template("accounts/recovery_codes.html", codes=actions.renew_recovery_codes(user))


@bp.get("/welcome/<token>/passkey")
@needs(PUBLIC)
def welcome_passkey_options(token: str) -> Response:
    return json_options(factors.registration_options(_invited(token)[1]))
