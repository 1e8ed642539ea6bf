"""Confidentiality: what this plugin brings, at a glance."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from flask import Blueprint, Flask, url_for
from flask_babel import lazy_gettext as _l

from app import hookspecs as hooks
from app.accounts.models import User
from app.hookspecs import MenuItem, Permission, hookimpl
from plugins.confidentiality import forms, views
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
    hear_of_orders = ("support_worker", "coordinator", "privacy_officer")
    yield Permission("confidentiality.hold", _l("Forbid that what is held about a person is destroyed"), hear_of_orders)


@hookimpl
def menu_items(user: User) -> Iterator[MenuItem]:
    if user.can("confidentiality.registers"):
        yield item(_l("Registers"), url_for("confidentiality.registers"), "clipboard-list", 60)


describe_event = hookimpl(forms.describe)
