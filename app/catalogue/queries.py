"""What the pages of services and settings show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import User
from app.catalogue.models import Service, SettingVersion
from app.catalogue.services import SERVICES, providers, services_on
from app.catalogue.settings import held, languages_of
from app.db import db
from app.hookspecs import SettingSpec
from app.plugins import plugins_of, switches
from app.web.i18n import language


class ServiceLine(NamedTuple):
    """A service, for who switches it. `state`: on, off, waiting (its plugin is off), or absent (no plugin yet)."""

    number: int
    name: str
    providers: str
    state: str
    row: Service | None


def services() -> list[ServiceLine]:
    """All fourteen, provided or not."""
    rows = {row.number: row for row in db.session.scalars(select(Service))}
    return [_line(number, rows.get(number)) for number in SERVICES]


def _line(number: int, row: Service | None) -> ServiceLine:
    titles = ", ".join(str(info.title) for info in providers(number))
    state = "absent" if not titles else "waiting" if row and row.enabled else "off"
    return ServiceLine(number, SERVICES[number][language()], titles, "on" if number in services_on() else state, row)


class Said(NamedTuple):
    """A text of the organisation as paragraphs, and the language that it is in."""

    paragraphs: list[str]
    language: str


def said(spec: SettingSpec) -> Said:
    """In the reader's language; in French where nothing else is written."""
    tongue = language() if held(spec).value else "fr"
    return Said([part.strip() for part in held(spec, tongue).value.split("\n\n") if part.strip()], tongue)


def settings_of(user: User) -> dict[str, list[tuple[SettingSpec, dict[str, str]]]]:
    """The settings that she may change and their values by language, by group; not those of plugins that are off."""
    groups: dict[str, list[tuple[SettingSpec, dict[str, str]]]] = {}
    for spec in current_app.extensions["settings"].values():
        if user.can(spec.permission) and (group := _group(spec)):
            values = {tongue: held(spec, tongue).value for tongue in languages_of(spec)}
            groups.setdefault(group, []).append((spec, values))
    return groups


def _group(spec: SettingSpec) -> str | None:
    owner = spec.key.split(".")[0]
    if owner == "core":
        return _("What the public page says") if spec.long else _("The organisation")
    info = plugins_of(current_app).found[owner].info
    return str(info.title) if info and owner in switches().plugins else None


def versions(key: str, tongue: str) -> Sequence[SettingVersion]:
    """Newest first."""
    mine = SettingVersion.key == key, SettingVersion.language == tongue
    return db.session.scalars(select(SettingVersion).where(*mine).order_by(SettingVersion.number.desc())).all()
