"""What this plugin brings around standing in, handing over, sealing and keeping: answers to hooks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.hookspecs import Card, Due, MenuItem, Permission, RetentionCategory, SettingSpec
from app.people.models import Person
from plugins.support.actions import retention
from plugins.support.forms.export import labels
from plugins.support.forms.stand_in import months
from plugins.support.queries.export import everything_about
from plugins.support.queries.retention import files_still_since, years_still_since
from plugins.support.rules import FOLLOW_UP
from plugins.support.rules.retention import CONTACT_MONTHS, FEWEST_CONTACT_MONTHS, FILE_MONTHS

item = partial(MenuItem, group=_l("Follow-up"), service=FOLLOW_UP)
card = partial(Card, service=FOLLOW_UP)
due = partial(Due, service=FOLLOW_UP)


def permissions() -> Iterator[Permission]:
    yield Permission(
        "support.stand_in", _l("Open a file for a stated reason and time"), ("support_worker", "coordinator")
    )
    reviewers = ("privacy_officer", "coordinator")
    yield Permission("support.review", _l("Review stand-ins"), reviewers, ("support.stand_in",))
    yield Permission("support.seal", _l("Seal the file of a colleague who was once served"), reviewers)
    yield Permission("support.lift", _l("Confirm that a sealed file opens again"), ("coordinator", "board_chair"))
    yield Permission("support.see_sealed", _l("See which codes are sealed"), (*reviewers, "board_chair"))


def settings() -> Iterator[SettingSpec]:
    keep = _l("Months a file is kept without activity, before it is proposed for destruction")
    yield SettingSpec("support.keep_file_months", keep, FILE_MONTHS, check=months())
    words = _l("Months the words of contacts are kept, once their year is over")
    yield SettingSpec("support.keep_contact_months", words, CONTACT_MONTHS, check=months(FEWEST_CONTACT_MONTHS))


def kept() -> Iterator[RetentionCategory]:
    shredded = _l("The key is destroyed: unreadable here and in every backup. Counts stay.")
    yield RetentionCategory(
        "support.contacts",
        _l("Words of contacts, by year"),
        "support.keep_contact_months",
        years_still_since,
        retention.destroy_contacts,
        shredded,
    )
    yield RetentionCategory(
        "support.files",
        _l("Follow-up files, with all that is held about the person"),
        "support.keep_file_months",
        files_still_since,
        retention.destroy_file,
        shredded,
    )


def menu(user: User) -> Iterator[MenuItem]:
    if user.can("support.stand_in"):
        yield item(_l("Stand in"), url_for("support.stand_in"), "key-round", 16)
    if user.can("support.assign"):
        yield item(_l("Hand over"), url_for("support.hand_over"), "arrow-right", 17)
    if user.can("support.review"):
        yield item(_l("Stand-ins"), url_for("support.stand_ins"), "eye", 18)
    if user.can("support.see_sealed"):
        yield item(_l("Sealed files"), url_for("support.sealed"), "lock", 19)


def export(person: Person) -> dict[str, Any]:
    """Her whole file: values under keys that do not change, and the words by which a person reads them (D-CONF-8)."""
    told = everything_about(person)
    return {**told, "labels": labels()} if told else {}
