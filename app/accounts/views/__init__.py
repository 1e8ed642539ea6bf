"""HTTP alone: the door (sign-in, links), her own account, her colleagues' accounts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import actions, passwords
from app.accounts.forms import NewPasswordForm
from app.accounts.models import User
from app.accounts.rules import LONGEST, SHORTEST
from app.catalogue.settings import setting
from app.config import Settings
from app.web.views import local_path

bp = Blueprint("accounts", __name__)
Answer = Response | str | tuple[str, int]


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def back() -> str:
    """Where she was going: a page of this site."""
    return local_path(request.args.get("next"))


def again(template: str, **values: Any) -> tuple[str, int]:
    """The form once more: what is to be looked at again is said, what was typed stays."""
    return render_template(template, **values), 422


def see(url: str, message: str) -> Response:
    flash(message, "success")
    return redirect(url)


def challenge() -> str:
    """The challenge that her browser was given, good for one answer."""
    return str(session.pop("challenge", ""))


def json_options(options: tuple[str, str]) -> Response:
    session["challenge"] = options[1]
    return Response(options[0], mimetype="application/json")


def wrong_code() -> str:
    return _("This code does not fit. Look at the app again: it changes every 30 seconds.")


def new_hash(form: NewPasswordForm, user: User) -> str | None:
    """The hash of the password that she chose; None, and why at the field, when it may not be one."""
    fault = actions.password_fault(form.new.data, user, [str(setting("core.organisation_name"))])
    if fault is None:
        return passwords.hashed(form.new.data)
    texts = {
        "short": _("Make it longer: %(n)s characters or more.", n=SHORTEST),
        "long": _("Shorten it: %(n)s characters at most.", n=LONGEST),
        "common": _("Many people use this one, so it is tried first. Choose another."),
        "personal": _("Leave out your name, your address and the organisation’s name: they are tried first."),
    }
    form.new.errors = [texts[fault]]
    return None


from app.accounts.views import colleagues, door, mine  # noqa: E402, F401  (their routes)
