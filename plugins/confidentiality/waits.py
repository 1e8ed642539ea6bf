"""What the house's registers put on others' pages: permissions, settings, menu, what is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.models import User
from app.accounts.permissions import ROLES
from app.hookspecs import Due, Permission, Result, RetentionCategory, SettingSpec
from app.vault.crypto import plain
from app.web.times import today
from plugins.confidentiality.actions.incidents import destroy
from plugins.confidentiality.forms import review as words
from plugins.confidentiality.forms.house import WAITS
from plugins.confidentiality.queries import house, incidents, review, roles
from plugins.confidentiality.rules import undertakings as rules
from plugins.confidentiality.rules.incidents import KEPT_MONTHS as KEPT
from plugins.confidentiality.rules.review import MANY

WATCHING = ("privacy_officer", "board_chair")


PERMISSIONS = (
    Permission("confidentiality.report", _l("Report a confidentiality incident"), tuple(ROLES)),
    Permission("confidentiality.sign", _l("Sign her confidentiality undertaking"), tuple(ROLES)),
    Permission("confidentiality.findings", _l("Answer for what is unusual in the journal"), WATCHING),
    Permission("confidentiality.review_roles", _l("Look at every role again each quarter"), WATCHING),
)
SETTINGS = (
    SettingSpec(
        "confidentiality.undertaking",
        _l("Confidentiality undertaking, as it is signed"),
        rules.TEXT,
        per_language=True,
        long=True,
    ),
    SettingSpec("confidentiality.many_openings", _l("Persons in an hour that are unusual"), MANY, words.many),
    SettingSpec("confidentiality.incident_months", _l("Months that an incident is kept"), KEPT[0], words.five_years),
)
MENU = (
    ("confidentiality.findings", _l("Unusual openings"), "confidentiality.findings", "eye", 65),
    ("confidentiality.review_roles", _l("Review of roles"), "confidentiality.role_review", "list-checks", 66),
    ("confidentiality.report", _l("Report an incident"), "confidentiality.report_incident", "triangle-alert", 69),
)
INCIDENTS = RetentionCategory(
    "confidentiality.incidents",
    _l("Confidentiality incidents"),
    "confidentiality.incident_months",
    incidents.incidents_expired,
    destroy,
    _l("The key of its safe is destroyed: nobody can read it any more, in backups either."),
)


def deadlines(user: User, until: date) -> Iterator[Due]:
    """Neutral words, no code: an incident is known by its page alone (D-CONF-11)."""
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
