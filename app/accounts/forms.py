"""Forms of accounts. Browsers are told what each field is, so that password managers work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, Length, Optional, Regexp

from app.accounts.permissions import ROLES
from app.accounts.rules import LONGEST, SHORTEST
from app.web.times import today

_l: Any = lazy_gettext  # WTForms takes lazy texts; its types do not say so
LANGUAGES = [SelectChoice("fr", "Français"), SelectChoice("en", "English")]
WRITE = DataRequired(_l("Write this, please."))


class SignInForm(FlaskForm):  # type: ignore[misc]
    email: Any = EmailField(_l("E-mail"), [WRITE, Length(max=254)], render_kw={"autocomplete": "username"})
    password: Any = PasswordField(
        _l("Password"), [WRITE, Length(max=1000)], render_kw={"autocomplete": "current-password"}
    )


class CodeForm(FlaskForm):  # type: ignore[misc]
    code: Any = StringField(
        _l("Code"), [WRITE, Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"},
    )  # fmt: skip


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """The app's code; or a recovery code with the password; or a passkey's answer."""

    code: Any = StringField(_l("Code"), [Optional(), Length(max=40)], render_kw={"autocomplete": "one-time-code"})
    password: Any = PasswordField(
        _l("Password"), [Optional(), Length(max=1000)], render_kw={"autocomplete": "current-password"}
    )
    credential: Any = HiddenField()


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    new: Any = PasswordField(
        _l("New password"),
        [WRITE],
        description=_l(
            "%(n)s characters or more, up to %(most)s. A sentence that only you would say is easy to keep.",
            n=SHORTEST, most=LONGEST,
        ),
        render_kw={"autocomplete": "new-password"},
    )  # fmt: skip


class ChangePasswordForm(NewPasswordForm):
    current: Any = PasswordField(_l("Current password"), [WRITE], render_kw={"autocomplete": "current-password"})


class LanguageForm(FlaskForm):  # type: ignore[misc]
    language: Any = RadioField(_l("Language"), [WRITE], choices=LANGUAGES)


class InviteForm(LanguageForm):
    name: Any = StringField(_l("Name"), [WRITE, Length(max=120)], render_kw={"autocomplete": "off"})
    email: Any = EmailField(
        _l("E-mail"),
        [
            WRITE,
            Length(max=254),
            Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", message=_l("Write a whole address, such as name@example.org.")),
        ],
        render_kw={"autocomplete": "off"},
    )


class LinkForm(FlaskForm):  # type: ignore[misc]
    afresh: Any = BooleanField(_l("She has lost her second factor too: another person releases the link"))


class ProposeForm(FlaskForm):  # type: ignore[misc]
    role: Any = SelectField(_l("Role"), [WRITE], choices=[SelectChoice(role, title) for role, title in ROLES.items()])
    since: Any = DateField(_l("From"), [WRITE], default=today)
    until: Any = DateField(_l("Until"), [WRITE], default=lambda: today() + timedelta(days=365))
