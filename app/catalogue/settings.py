"""What the organisation decides and edits in the product: the registry, and what holds now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Flask, current_app, g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from app.catalogue.models import SettingVersion
from app.catalogue.services import read
from app.db import db
from app.errors import NotFound
from app.hookspecs import SettingSpec
from app.plugins import MisnamedPlugin, plugins_of, switches
from app.web.i18n import LANGUAGES, language


def https_address(text: str) -> None:
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or parts.username or re.search(r"\s", text):
        raise ValueError(_("Write a whole address that begins with https://"))


def month_and_day(text: str) -> None:
    try:
        date.fromisoformat(f"2001-{text}")  # not a leap year: a day that exists every year
    except ValueError:
        raise ValueError(_("Write a month and a day, such as 04-01 for April 1.")) from None


def days(text: str) -> None:
    if not 1 <= int(text) <= 3650:
        raise ValueError(_("Write a number of days from 1 to 3650."))


def months(text: str) -> None:
    if not 1 <= int(text) <= 240:
        raise ValueError(_("Write a number of months from 1 to 240."))


def _text(key: str, title: Any, hint: Any = "") -> SettingSpec:
    return SettingSpec(key, title, read("texts")[key.removeprefix("core.")], per_language=True, long=True, hint=hint)


CORE_SETTINGS = (
    SettingSpec("core.organisation_name", _l("Name of the organisation"), ""),
    _text("core.welcome", _l("Welcome"), _l("Who may come, and in which languages.")),
    _text("core.mission", _l("Our mission")),
    _text("core.values", _l("Our values"), _l("One paragraph for each, with a blank line between.")),
    _text("core.confidentiality", _l("What stays between us")),
    _text(
        "core.commitments", _l("Our commitments, if you wish"), _l("One paragraph for each, with a blank line between.")
    ),
    _text("core.how_to_complain", _l("If something goes wrong")),
    _text("core.reach_us", _l("Reach us"), _l("Telephone, address, opening hours.")),
    SettingSpec("core.quick_exit_url", _l("Where “Quick exit” goes"), "https://fr.wikipedia.org/", https_address),
    SettingSpec("core.fiscal_year_start", _l("First day of the fiscal year (month-day)"), "04-01", month_and_day),
    SettingSpec("core.contact_confirmation_days", _l("Days before a safe contact is confirmed again"), 90, days),
    SettingSpec(
        "core.keep_register_months",
        _l("Months for which consents and disclosures are kept once a person’s file is destroyed"),
        36,
        months,
    ),
)


class Held(NamedTuple):
    """What holds now; number 0 is the default."""

    number: int
    value: str


def declare_settings(app: Flask) -> None:
    """Gather the settings of core and plugins. A plugin that names one wrongly does not load."""
    app.extensions["settings"] = specs = {spec.key: spec for spec in CORE_SETTINGS}
    for plugin, spec in plugins_of(app).ask_all("register_settings"):
        if not spec.key.startswith(f"{plugin}.") or spec.permission not in app.extensions["permissions"]:
            plugins_of(app).reject(plugin, MisnamedPlugin(f"setting {spec.key}: its key or permission is unknown"))
            continue
        specs[spec.key] = spec


def editable(key: str) -> SettingSpec:
    """A setting to be edited. Raises NotFound when nobody declared it, or when its plugin is off (law 3)."""
    owner = key.split(".")[0]
    if owner != "core" and owner not in switches().plugins:
        raise NotFound
    return spec_of(key)


def spec_of(key: str) -> SettingSpec:
    """Raises NotFound when nobody declared it."""
    found: SettingSpec | None = current_app.extensions["settings"].get(key)
    if found is None:
        raise NotFound
    return found


def setting(key: str, of: str | None = None) -> str | int:
    """What the organisation decided, or the default; a text in one language, the reader's when none is named.

    One query a request for all of them. Raises NotFound when nobody declared it.
    """
    spec = spec_of(key)
    value = held(spec, of).value
    return int(value) if isinstance(spec.default, int) else value


def languages_of(spec: SettingSpec) -> tuple[str, ...]:
    return tuple(LANGUAGES) if spec.per_language else ("",)


def held(spec: SettingSpec, of: str | None = None) -> Held:
    """Raises NotFound when the setting does not exist in that language."""
    if of is None:
        of = language() if spec.per_language else ""
    if of not in languages_of(spec):
        raise NotFound
    default = spec.default[of] if isinstance(spec.default, Mapping) else str(spec.default)
    return _newest().get((spec.key, of), Held(0, default))


def _newest_of_each() -> Select[str, str, int, str]:
    v = SettingVersion
    last = select(func.max(v.number).label("number"), v.key, v.language).group_by(v.key, v.language).subquery()
    same = (v.key == last.c.key) & (v.language == last.c.language) & (v.number == last.c.number)
    return select(v.key, v.language, v.number, v.value).join(last, same)


_NEWEST = _newest_of_each()


def _newest() -> dict[tuple[str, str], Held]:
    if "settings" not in g:
        rows = db.session.connection().execute(_NEWEST)
        g.settings = {(row.key, row.language): Held(row.number, row.value) for row in rows}
    found: dict[tuple[str, str], Held] = g.settings
    return found
