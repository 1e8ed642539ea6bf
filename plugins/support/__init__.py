"""Follow-up: what this plugin brings, at a glance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.hookspecs import Card, Due, MenuItem, Panel, Permission, Result, RetentionCategory, SettingSpec, hookimpl
from app.hookspecs import PluginInfo as Info
from app.journal import Entry
from app.people.models import Person
from plugins.support import actions, demo, forms, queries, rules, views
from plugins.support.rules import FOLLOW_UP, GATHERING_PLACE

INFO = Info("support", title=_l("Follow-up"), services=(1, 2, 4, 8, 9))


@hookimpl
def register_blueprints(app: Flask) -> Iterator[Blueprint]:
    yield views.bp


@hookimpl
def register_permissions() -> Iterator[Permission]:
    yield Permission("support.follow", _l("Follow the persons assigned to her"), ("support_worker",))
    yield Permission("support.accompany", _l("Be beside the persons assigned to her, as a peer"), ("peer_supporter",))
    yield Permission("support.assign", _l("Assign files by their codes"), ("coordinator",))
    counting = ("support_worker", "peer_supporter", "coordinator")
    yield Permission("support.count", _l("Count anonymous contacts and drop-in visits"), counting)


@hookimpl
def register_settings() -> Iterator[SettingSpec]:
    yield SettingSpec("support.reassess_weeks", _l("Weeks between two looks at her needs"), 12, check=forms.weeks)


@hookimpl
def register_retention() -> Iterator[RetentionCategory]:
    yield RetentionCategory("support.contact", _l("Contacts noted in a file"), rules.CONTACTS_KEPT_MONTHS)
    yield RetentionCategory("support.file", _l("Follow-up files without activity"), rules.REVIEW_AFTER_MONTHS)


@hookimpl
def menu_items(user: User) -> Iterator[MenuItem]:
    def item(
        title: str, page: str, icon: str, weight: int, count: int | None = None, service: int = FOLLOW_UP
    ) -> MenuItem:
        return MenuItem(title, url_for(f"support.{page}"), icon, weight, count, _("Follow-up"), service)

    if user.can("support.follow"):
        yield item(_("Log a contact"), "contact", "plus", 10)
        yield item(_("Files"), "files", "folder-heart", 11, queries.count_open(user))
    if user.can("support.accompany"):
        yield item(_("Persons I am beside"), "accompanied", "hand-heart", 12)
    if user.can("support.assign"):
        yield item(_("Assignments"), "assignments", "users-round", 13, queries.count_waiting())
    if user.can("support.count"):
        yield item(_("Drop-in visits"), "visits", "door-open", 14, service=GATHERING_PLACE)


@hookimpl
def desk_cards(user: User) -> Iterator[Card]:
    def card(title: str, name: str, weight: int, service: int = FOLLOW_UP, **data: Any) -> Card:
        return Card(title, f"support/_{name}_card.html", data, weight, service=service)

    if user.can("support.follow"):
        yield card(_("My files"), "files", 10, files=queries.my_files(user, limit=6).rows)
        form = forms.ContactForm(formdata=None)
        yield card(_("Log a contact"), "contact", 11, persons=queries.at_hand(user), contact=form)
        yield card(_("This month"), "month", 80, month=queries.month(user))
    if user.can("support.assign"):
        yield card(_("Assignments"), "assignments", 20, without=queries.count_waiting())
    if user.can("support.count"):
        yield card(_("Drop-in visits"), "visits", 30, GATHERING_PLACE, visits=queries.visits_today(user))


@hookimpl
def deadlines(user: User, until: date) -> Iterator[Due]:
    for code, due in queries.due(user, until) if user.can("support.follow") else ():
        yield Due(due.day, forms.due_title(due.what, code), url_for("support.file", code=code), service=FOLLOW_UP)


@hookimpl
def person_panels(person: Person, user: User) -> Iterator[Panel]:
    if user.can("support.follow") and (told := queries.summary(person, user)):
        yield Panel(_("Follow-up"), "support/_panel.html", told, weight=10, service=FOLLOW_UP)


@hookimpl
def search(text: str, user: User) -> Iterator[Result]:
    if not text and user.can("support.follow"):
        yield Result(_("Log a contact"), url_for("support.contact"), icon="plus", weight=1, service=FOLLOW_UP)
    if not text and user.can("support.count"):
        yield Result(_("Count a visit"), url_for("support.visits"), icon="door-open", weight=2, service=GATHERING_PLACE)
    for code in queries.codes_found(user, text) if user.can("support.follow") else ():
        title, url = _("Log a contact with %(code)s", code=code), url_for("support.file", code=code)
        yield Result(title, url, group=_("Follow-up"), icon="plus", weight=20, service=FOLLOW_UP)


@hookimpl
def describe_event(event: Entry) -> str | None:
    return forms.sentence(event.action)


@hookimpl
def export_person(person: Person) -> dict[str, Any]:
    return queries.everything_about(person)


@hookimpl
def erase_person(person: Person) -> None:
    actions.erase(person)


@hookimpl
def load_demo(world: Any) -> None:
    demo.load(world)
