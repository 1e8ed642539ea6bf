"""Confidentiality: what this plugin brings, at a glance."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

from app import hookspecs as hooks
from app.hookspecs import Permission, hookimpl
from plugins.confidentiality import forms, views

INFO = hooks.PluginInfo("confidentiality", title=_l("Confidentiality"))


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


describe_event = hookimpl(forms.describe)
