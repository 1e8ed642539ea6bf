"""What her consents, disclosures and decisions put on others' pages: what is due, panels on her page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.hookspecs import Due, Panel, Permission, SettingSpec
from app.people.models import Person
from app.web.times import local_day, today
from plugins.confidentiality.forms.consents import days
from plugins.confidentiality.queries import youth
from plugins.confidentiality.queries.waiting import waiting
from plugins.confidentiality.rules import consents as consent_rules
from plugins.confidentiality.rules import exceptions as rules
from plugins.confidentiality.rules import undertakings as undertaking_rules

URGENT = 1
PERMISSIONS = (
    Permission("confidentiality.consents", _l("Ask the persons assigned to her for consents"), ("support_worker",)),
    Permission(
        "confidentiality.read",
        _l("Read what is accounted for about a person, when it is open to her"),
        ("support_worker", "coordinator", "privacy_officer"),
    ),
    Permission(
        "confidentiality.decide",
        _l("Decide to tell without consent, and note that a consent is taken back"),
        ("support_worker", "privacy_officer"),
    ),
    Permission("confidentiality.co_review", _l("Look too at a decision not to report"), ("coordinator",)),
    Permission("confidentiality.second", _l("Be the second person who confirms"), ("coordinator", "privacy_officer")),
)
SETTINGS = (
    SettingSpec("confidentiality.consent_days", _l("Days that a consent lasts"), consent_rules.DAYS, check=days),
    SettingSpec(
        "confidentiality.consent_cap_days", _l("Days that a consent lasts at most"), consent_rules.CAP, check=days
    ),
)


def deadlines(user: User, until: date) -> Iterator[Due]:
    """What waits for her: as the second person, as a worker, as who keeps the registers. Codes alone (D-CONF-11)."""
    for row in waiting(user, until):
        if row.kind == "undertaking":
            yield from _own_undertaking(row.day, until)
            continue
        page, title = _TITLES[row.kind]
        day = row.day or (local_day(row.at + rules.PERMITS_FOR) if row.at else today())
        url = url_for(f"confidentiality.{page}", uid=row.uid)
        yield Due(day, str(title) % {"code": row.code}, url, weight=30 if row.kind == "ends" else URGENT)


def _own_undertaking(signed: date | None, until: date) -> Iterator[Due]:
    """Hers to sign each year (D-CONF-13)."""
    day = undertaking_rules.valid_until(signed) if signed else today()
    if day <= until:
        yield Due(day, _l("Sign your confidentiality undertaking"), url_for("confidentiality.undertaking"))


_TITLES: dict[str, tuple[str, Any]] = {  # the page, and what to do there
    "confirm": ("exception", _l("Confirm or refuse, at once: telling about %(code)s without consent")),
    "review": ("youth", _l("Look at a decision not to report: %(code)s")),
    "ends": ("consent", _l("Her consent ends: %(code)s")),
    "tell": ("exception", _l("May be told now, without consent: %(code)s")),
    "say": ("exception", _l("Tell her what was told without her consent: %(code)s")),
    "again": ("youth", _l("Decide again about youth protection: %(code)s")),
    "order": ("order", _l("An order is to be answered")),
}


def person_panels(person: Person, user: User) -> Iterator[Panel]:
    """For her workers: what must be reported of a girl of 16 or 17; what may be told, and what was.

    Nothing is read for them here: htmx asks for the second one's content once the page is there.
    """
    if not user.can("confidentiality.consents"):
        return
    if youth.is_minor(person):
        yield Panel(_l("Youth protection"), "confidentiality/_youth_panel.html", {"person": person}, weight=5)
    yield Panel(_l("Consents"), "confidentiality/_consents_panel.html", {"person": person}, weight=20)
