"""What waits in the house's registers, on the desk of who keeps them; and the undertaking that is hers to sign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.models import User
from app.hookspecs import Due, Result
from app.vault.crypto import plain
from app.web.times import today
from plugins.confidentiality.forms.house import WAITS
from plugins.confidentiality.queries import house, incidents, review, roles, undertakings
from plugins.confidentiality.rules import undertakings as rules


def deadlines(user: User, until: date) -> Iterator[Due]:
    """Neutral words, no code: an incident is known by its page alone (D-CONF-11)."""
    if user.can("confidentiality.sign"):
        yield from _own(user, until)
    if user.can("confidentiality.registers"):
        for one in incidents.incidents_due(until):
            yield Due(one.day, WAITS[one.what], url_for("confidentiality.incident", uid=one.uid))
        for uid, day, endpoint in house.reviews_due(until):
            yield Due(day, _REVIEWS[endpoint], url_for(f"confidentiality.{endpoint}", uid=uid))
    if user.can("confidentiality.findings"):
        yield from _watching(user, until)


def actions_named(text: str) -> Iterator[Result]:
    """Her undertaking, found by the beginning of its words."""
    title = _("My confidentiality undertaking")
    if all(f" {start}" in f" {plain(title)}" for start in plain(text).split()):
        yield Result(title, url_for("confidentiality.undertaking"), group=_("Actions"), icon="notebook-pen")


_REVIEWS = {
    "provider": _l("Look at a provider again"),
    "assessment": _l("Look at an impact assessment again"),
}


def _own(user: User, until: date) -> Iterator[Due]:
    signed = undertakings.last_signed(user)
    day = rules.valid_until(signed) if signed else today()
    if day <= until:
        yield Due(day, _l("Sign your confidentiality undertaking"), url_for("confidentiality.undertaking"))


def _watching(user: User, until: date) -> Iterator[Due]:
    """Counted in one statement: openings to answer, undertakings to ask for, roles to look at again."""
    number = review.waiting(user)
    if number.findings:
        said = ngettext("%(num)d unusual opening to answer", "%(num)d unusual openings to answer", number.findings)
        yield Due(today(), said, url_for("confidentiality.findings"))
    if number.undertakings and user.can("confidentiality.registers"):
        said = ngettext("%(num)d undertaking to ask for", "%(num)d undertakings to ask for", number.undertakings)
        yield Due(today(), said, url_for("confidentiality.undertakings"))
    _first, due = roles.quarter()
    if number.roles:
        said = ngettext("%(num)d role to look at again", "%(num)d roles to look at again", number.roles)
        yield Due(due, said, url_for("confidentiality.role_review"))
