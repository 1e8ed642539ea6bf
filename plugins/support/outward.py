"""What this plugin brings around steps, partners, referrals, letters and interpreters: answers to hooks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from flask import url_for
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.hookspecs import Bound, MenuItem, Permission, SettingSpec
from plugins.support import queries
from plugins.support.forms import referrals as referral_forms
from plugins.support.forms import steps as step_forms
from plugins.support.rules import FOLLOW_UP, partners

item = partial(MenuItem, group=_l("Follow-up"))


def permissions() -> Iterator[Permission]:
    keepers = ("support_worker", "coordinator")
    yield Permission("support.partners", _l("Keep the directory of partners"), keepers)
    yield Permission("support.interpreters", _l("Keep the directory of interpreters"), keepers)


def settings() -> Iterator[SettingSpec]:
    kinds, hint = _l("Kinds of steps to add"), _l("One a line; French, then after semicolons English, Spanish, Creole.")
    yield SettingSpec("support.step_kinds", kinds, "", check=step_forms.check_kinds, hint=hint, long=True)
    days = _l("Days before she is asked how a referral went")
    yield SettingSpec("support.ask_after_days", days, 14, check=referral_forms.ask_days)


def menu(user: User) -> Iterator[MenuItem]:
    if user.can("support.partners"):
        yield item(_l("Partners"), url_for("support.partners"), "handshake", 20, service=partners.SERVICE)
    if user.can("support.interpreters"):
        yield item(_l("Interpreters"), url_for("support.interpreters"), "globe", 21, service=FOLLOW_UP)


def recipients(user: User) -> Iterator[str]:
    """Partners that a letter may be meant for."""
    if user.can("support.follow"):
        yield from queries.partners.partner_names(limit=40)


def owe_secrecy() -> Iterator[Bound]:
    """Interpreters sign each year (D-CONF-13)."""
    yield from queries.interpreters.bound(_l("Interpreter"), url_for("support.interpreters"))
