"""Confidentiality: what this plugin brings, at a glance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from flask import Blueprint, Flask, url_for
from flask_babel import lazy_gettext as _l

from app import hookspecs as hooks
from app.accounts.models import User
from app.hookspecs import Due, MenuItem, Panel, Permission, Result, SettingSpec, hookimpl
from app.people.models import Person
from plugins.confidentiality import actions, demo, forms, gate, keeping, slots, views, waits
from plugins.confidentiality import models as models

INFO = hooks.PluginInfo("confidentiality", title=_l("Confidentiality"))
item = partial(MenuItem, group=INFO.title)


@hookimpl
def register_blueprints(app: Flask) -> Iterator[Blueprint]:
    yield views.bp


@hookimpl
def register_permissions() -> Iterator[Permission]:
    yield Permission(
        "confidentiality.registers",
        _l("Keep the registers of confidentiality"),
        ("privacy_officer",),
        opens=("confidentiality.register",),
    )
    yield from waits.PERMISSIONS
    yield from slots.PERMISSIONS
    yield from keeping.PERMISSIONS


@hookimpl
def register_settings() -> Iterator[SettingSpec]:
    yield from slots.SETTINGS
    yield from keeping.SETTINGS
    yield from waits.SETTINGS


@hookimpl
def menu_items(user: User) -> Iterator[MenuItem]:
    if user.can("confidentiality.registers"):
        yield item(_l("Registers"), url_for("confidentiality.registers"), "clipboard-list", 60)
    for permission, title, endpoint, icon, weight in waits.MENU:
        if user.can(permission):
            yield item(title, url_for(endpoint), icon, weight)
    if user.can("confidentiality.rights"):
        yield item(_l("Their rights"), url_for("confidentiality.requests"), "user-round", 61)
    if user.can("confidentiality.retention"):
        yield item(_l("Retention"), url_for("confidentiality.retention"), "archive", 64)


@hookimpl
def deadlines(user: User, until: date) -> Iterator[Due]:
    yield from slots.deadlines(user, until)
    yield from waits.deadlines(user, until)
    yield from keeping.deadlines(user, until)


@hookimpl
def search(text: str, user: User) -> Iterator[Result]:
    if text and user.can("confidentiality.sign"):
        yield from waits.actions_named(text)


@hookimpl
def register_retention() -> Iterator[hooks.RetentionCategory]:
    yield waits.INCIDENTS
    yield from keeping.kept()


@hookimpl
def run_daily(today: date) -> None:
    actions.review.look(today)
    actions.destruction.propose(today)


@hookimpl
def person_panels(person: Person, user: User) -> Iterator[Panel]:
    yield from slots.person_panels(person, user)
    yield from keeping.person_panels(person, user)


export_person = hookimpl(keeping.export_person)
erase_person = hookimpl(actions.retention.erase_copies)
authorize_disclosure = hookimpl(gate.authorize_disclosure)
disclosure_permits = hookimpl(gate.disclosure_permits)
describe_event = hookimpl(forms.describe)
load_demo = hookimpl(demo.load)
