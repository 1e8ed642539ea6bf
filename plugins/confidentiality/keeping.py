"""What her rights and retention put on others' pages; what is kept, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app import vault
from app.accounts.models import User
from app.hookspecs import Due, Panel, Permission, RetentionCategory, SettingSpec
from app.people.models import Person
from app.web.times import today
from plugins.confidentiality import actions, forms, queries

_SECOND = ("coordinator", "board_chair")  # who confirms a destruction
PERMISSIONS = (
    Permission(
        "confidentiality.rights", _l("Answer what persons ask about their files"), ("support_worker", "privacy_officer")
    ),
    Permission("confidentiality.whole_file", _l("Prepare a copy of a person’s whole file"), ("support_worker",)),
    Permission(
        "confidentiality.hold",
        _l("Forbid that what is held about a person is destroyed"),
        ("support_worker", "coordinator", "privacy_officer"),
    ),
    Permission("confidentiality.retention", _l("See what is due to be destroyed"), ("privacy_officer", *_SECOND)),
    Permission("confidentiality.confirm", _l("Confirm a destruction that another person approved"), _SECOND),
)
SETTINGS = (
    SettingSpec(
        "confidentiality.asked_months",
        _l("Months before a file is destroyed whose destruction was asked for and granted"),
        0,
        forms.retention.months,
    ),
)


def kept() -> Iterator[RetentionCategory]:
    """What she asked to destroy; what each room keeps says itself how long."""
    yield RetentionCategory(
        "confidentiality.asked",
        _l("Files whose destruction was asked for and granted"),
        setting="confidentiality.asked_months",
        due=queries.retention.asked_to_destroy,
        destroy=actions.retention.destroy_what_was_asked,
        method=_l("The keys of her record and of her file are destroyed: nothing written about her can be read."),
    )


def deadlines(user: User, until: date) -> Iterator[Due]:
    """Requests to answer, by her code and kind; what waits for her as one of the two who agree (D-CONF-11)."""
    for asked in queries.rights.due(user, until) if user.can("confidentiality.rights") else ():
        url = url_for("confidentiality.rights_request", uid=asked.uid)
        yield Due(asked.due_on, forms.rights.due_title(asked.kind, asked.code), url)
    if user.can("confidentiality.retention"):
        waiting = queries.retention.to_decide(user)
        for state, number in waiting.items():
            yield Due(today(), _waits(state, number), url_for("confidentiality.retention", state=state), weight=80)


def _waits(state: str, number: int) -> str:
    if state == "proposed":
        return ngettext("%(num)d destruction to look at", "%(num)d destructions to look at", number)
    return ngettext("%(num)d destruction to confirm", "%(num)d destructions to confirm", number)


def person_panels(person: Person, user: User) -> Iterator[Panel]:
    if user.can("confidentiality.rights") and vault.opened([person.safe_id]):  # her page has opened it for this user
        told = {"code": person.code, "waiting": queries.rights.waiting(person)}
        yield Panel(_l("Her rights"), "confidentiality/_rights_panel.html", told, weight=60)


def export_person(person: Person) -> dict[str, Any]:
    """What is accounted for about her; her register has been opened."""
    return {
        "consents": queries.consents.everything_about(person),
        "without_consent": queries.exceptions.everything_about(person),
        "youth_protection": queries.youth.everything_about(person),
        "requests": queries.rights.everything_about(person),
        "labels": forms.rights.labels(),
    }
