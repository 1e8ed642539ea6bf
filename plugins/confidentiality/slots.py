"""What her consents, disclosures and decisions put on others' pages: what is due, panels on her page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.hookspecs import Due, Panel, Permission, SettingSpec
from app.people.models import Person
from app.people.queries import disclosures_of
from app.web.times import local_day, today
from plugins.confidentiality.forms.consents import days
from plugins.confidentiality.queries import consents, exceptions, orders, persons, youth
from plugins.confidentiality.rules import consents as consent_rules
from plugins.confidentiality.rules import exceptions as rules

URGENT = 1
PERMISSIONS = (
    Permission("confidentiality.consents", _l("Ask the persons assigned to her for consents"), ("support_worker",)),
    Permission(
        "confidentiality.read",
        _l("Read what is accounted for about a person, when it is open to her"),
        ("support_worker", "coordinator", "privacy_officer"),
    ),
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
    if user.can("confidentiality.second"):
        yield from _as_second(user)
    if user.can("confidentiality.consents"):
        yield from _as_worker(user, until)
    if user.can("confidentiality.registers"):
        for row in orders.orders_due(until):
            yield Due(row.due_on, _("An order is to be answered"), _url("order", row.uid), weight=URGENT)


def _as_second(user: User) -> Iterator[Due]:
    for row in exceptions.to_confirm(user):
        title = _("Confirm or refuse, at once: telling about %(code)s without consent", code=row.code)
        yield Due(today(), title, _url("exception", row.uid), weight=URGENT)
    for row in youth.to_review(user):
        title = _("Look at a decision not to report: %(code)s", code=row.code)
        yield Due(today(), title, _url("youth", row.uid), weight=URGENT)


def _as_worker(user: User, until: date) -> Iterator[Due]:
    for row in consents.ending(user, min(until, today() + consent_rules.SOON)):
        yield Due(row.until, _("Her consent ends: %(code)s", code=row.code), _url("consent", row.uid))
    for row in exceptions.to_finish(user):
        end = local_day(row.confirmed_at + rules.PERMITS_FOR)
        title = _("May be told now, without consent: %(code)s", code=row.code)
        if row.told == "later":
            title = _("Tell her what was told without her consent: %(code)s", code=row.code)
        yield Due(end, title, _url("exception", row.uid), weight=URGENT)
    for row in youth.to_decide_again(user):
        title = _("Decide again about youth protection: %(code)s", code=row.code)
        yield Due(today(), title, _url("youth", row.uid), weight=URGENT)


def person_panels(person: Person, user: User) -> Iterator[Panel]:
    """For her workers: what may be told, what was; for a girl of 16 or 17, what must be reported."""
    if not persons.may_tell(person, user):
        return
    if told := _youth(person):
        yield Panel(_l("Youth protection"), "confidentiality/_youth_panel.html", told, weight=5)
    yield Panel(_l("Consents"), "confidentiality/_consents_panel.html", account(person, user), weight=20)


def account(person: Person, user: User) -> dict[str, Any]:
    """What is accounted for about her, opened for this user."""
    if person.register_safe_id is None:
        return {"person": person, "consents": [], "exceptions": [], "disclosures": []}
    persons.open_register(person, user)
    return {
        "person": person,
        "consents": [(each, consents.state_of(each)) for each in consents.consents_of(person, limit=30)],
        "exceptions": [(each, exceptions.exception_state(each)) for each in exceptions.exceptions_of(person, limit=10)],
        "disclosures": disclosures_of(person)[:10],
    }


def _youth(person: Person) -> dict[str, Any] | None:
    """Before intake, and ever after: what was decided stays, whatever her age has become."""
    minor = youth.is_minor(person)
    decided = youth.youth_of(person) if minor or person.register_safe_id else []
    if not (minor or decided):
        return None
    return {"person": person, "minor": minor, "decided": [(each, youth.youth_state(each)) for each in decided]}


def _url(what: str, uid: str) -> str:
    return url_for(f"confidentiality.{what}", uid=uid)
