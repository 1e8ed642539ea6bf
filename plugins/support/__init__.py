"""Follow-up: what this plugin brings, at a glance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from flask import Blueprint, Flask, url_for
from flask_babel import lazy_gettext as _l

from app import hookspecs as hooks
from app.accounts.models import User
from app.hookspecs import Card, Due, MenuItem, Panel, Permission, Result, SettingSpec, hookimpl
from app.people.models import Person
from app.plugins import ANSWERS
from app.web.times import today
from plugins.support import actions, demo, duty, forms, outward, queries, rules, views

INFO = hooks.PluginInfo("support", title=_l("Follow-up"), services=(1, 2, 4, 8, 9))
item = partial(MenuItem, group=INFO.title, service=rules.FOLLOW_UP)
card = partial(Card, service=rules.FOLLOW_UP)


@hookimpl
def register_blueprints(app: Flask) -> Iterator[Blueprint]:
    yield views.bp


@hookimpl
def register_permissions() -> Iterator[Permission]:
    readers = ("support_worker", "coordinator")  # a coordinator: for a stated reason and time (DOMAIN section 8)
    yield Permission("support.read", _l("Read a file that is open to her"), readers)
    yield Permission("support.follow", _l("Follow the persons assigned to her"), ("support_worker",))
    yield Permission("support.accompany", _l("Be beside the persons assigned to her, as a peer"), ("peer_supporter",))
    yield Permission("support.assign", _l("Assign files by their codes"), ("coordinator",))
    counting = ("support_worker", "peer_supporter", "coordinator")
    yield Permission("support.count", _l("Count anonymous contacts and drop-in visits"), counting)
    yield from duty.permissions()
    yield from outward.permissions()


@hookimpl
def register_settings() -> Iterator[SettingSpec]:
    yield SettingSpec("support.reassess_weeks", _l("Weeks between two looks at her needs"), 12, check=forms.weeks)
    yield from duty.settings()
    yield from outward.settings()


@hookimpl
def register_retention() -> Iterator[hooks.RetentionCategory]:
    yield from duty.kept()


@hookimpl
def menu_items(user: User) -> Iterator[MenuItem]:
    if user.can("support.follow"):
        yield item(_l("Log a contact"), url_for("support.contact"), "plus", 10)
        yield item(_l("Files"), url_for("support.files"), "folder-heart", 11, queries.count_open(user))
    if user.can("support.accompany"):
        yield item(_l("Persons I am beside"), url_for("support.accompanied"), "hand-heart", 12)
    if user.can("support.assign"):
        yield item(_l("Assignments"), url_for("support.assignments"), "users-round", 13, queries.count_waiting())
    if user.can("support.count"):
        yield item(_l("Drop-in visits"), url_for("support.visits"), "door-open", 14, service=rules.GATHERING_PLACE)
    yield from duty.menu(user)
    yield from outward.menu(user)


@hookimpl
def desk_cards(user: User) -> Iterator[Card]:
    if user.can("support.follow"):
        mine, at_hand = queries.for_the_desk(user)
        yield card(_l("My files"), "support/_files_card.html", {"files": mine}, 10)
        blank = {"persons": at_hand, "contact": forms.ContactForm(formdata=None)}
        yield card(_l("Log a contact"), "support/_contact_card.html", blank, 11)
    if user.can("support.assign"):
        yield card(_l("Assignments"), "support/_assignments_card.html", queries.without_worker(), 20)
    figures = queries.desk_figures(user) if user.can("support.count") else None
    if figures and user.can("support.follow"):
        yield card(_l("This month"), "support/_month_card.html", {"month": figures.month}, 80)
    if figures:
        told = {"visits": figures.today}
        yield card(_l("Drop-in visits"), "support/_visits_card.html", told, 30, service=rules.GATHERING_PLACE)


@hookimpl
def deadlines(user: User, until: date) -> Iterator[Due]:
    """The nearest: what a plugin answers beyond a number is cut, and counts as a fault (law 5)."""
    yield from sorted(_waiting(user, until), key=lambda due: due.day)[:ANSWERS]


def _waiting(user: User, until: date) -> Iterator[Due]:
    words = forms.waiting
    for row in queries.waiting.waiting(user, until):
        _words, page, service = words.WAITS[row.kind]
        url = url_for(f"support.{page}", **words.names(row))
        yield Due(row.day or today(), words.title(row), url, words.hint(row), service=service)


@hookimpl
def person_panels(person: Person, user: User) -> Iterator[Panel]:
    if user.can("support.follow") and (told := queries.summary(person, user)):
        yield Panel(_l("Follow-up"), "support/_panel.html", told, 10, service=rules.service_of(person.kind))


@hookimpl
def search(text: str, user: User) -> Iterator[Result]:
    if not text and user.can("support.follow"):
        yield Result(_l("Log a contact"), url_for("support.contact"), icon="plus", weight=1, service=rules.FOLLOW_UP)
    for code in queries.codes_found(user, text) if user.can("support.follow") else ():
        title, url = _l("Log a contact with %(code)s", code=code), url_for("support.file", code=code)
        yield Result(title, url, group=INFO.title, icon="plus", weight=20, service=rules.FOLLOW_UP)


describe_event = hookimpl(forms.describe)
run_daily = hookimpl(actions.imports.sweep)
recipients = hookimpl(outward.recipients)
owe_secrecy = hookimpl(outward.owe_secrecy)
export_person = hookimpl(duty.export)
erase_person = hookimpl(actions.erase)
load_demo = hookimpl(demo.load)
