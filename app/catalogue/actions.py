"""Switching services, changing settings: the only place that writes here."""

from __future__ import annotations

from flask import current_app, g
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.catalogue.models import Service, SettingVersion
from app.catalogue.services import SERVICES, providers
from app.catalogue.settings import editable, held
from app.db import db, now
from app.errors import Conflict, IntranetError, NotFound
from app.hookspecs import SettingSpec
from app.journal import record
from app.plugins import plugins_of

LONGEST = 10_000  # characters


class WrongValue(IntranetError):
    """The setting does not take this value; shown at the field."""

    status = 422


class ChangedMeanwhile(Conflict):
    """Somebody saved another version since the form was opened."""


def switch_service(user: User, number: int, *, on: bool) -> None:
    """Switch a service of the declaration, as every worker sees at its next request. Its data and figures stay.

    Raises NotAllowed, NotFound; Conflict when no plugin provides it.
    """
    user.must("core.services.switch")
    if number not in SERVICES:
        raise NotFound
    if on and not providers(number):
        raise Conflict(_("No plugin provides this service yet. It can be switched on once one is installed."))
    row = db.session.get(Service, number, with_for_update=True) or Service(number=number, enabled=False)
    if row.enabled != on:
        row.enabled, row.since, row.by = on, now(), user.uid
        db.session.add(row)
        g.pop("switches", None)
        record("services.enabled" if on else "services.disabled", subject=str(number), by=user)


def change_setting(user: User, key: str, value: str, language: str = "", *, seen: int | None = None) -> None:
    """Append a version. `seen`: the number of the version that the editor had before her eyes.

    Journaled without content. Raises NotAllowed, NotFound, WrongValue, ChangedMeanwhile.
    """
    spec = editable(key)
    user.must(spec.permission)
    g.pop("settings", None)
    newest = held(spec, language)
    value = value.replace("\r\n", "\n").strip()
    _check(spec, value)
    if seen is not None and seen != newest.number:
        raise ChangedMeanwhile
    if value != newest.value:
        number = newest.number + 1
        _append(SettingVersion(key=key, language=language, number=number, value=value, by=user.uid))
        record("settings.changed", subject=key, by=user, language=language, version=number)


def _append(version: SettingVersion) -> None:
    g.pop("settings", None)
    try:
        with db.session.begin_nested():
            db.session.add(version)
    except IntegrityError:  # on PostgreSQL, two at the same instant
        raise ChangedMeanwhile from None


def _check(spec: SettingSpec, value: str) -> None:
    """A check that fails in a way of its own means no (law 5)."""
    try:
        if len(value) > LONGEST:
            raise ValueError(_("This is too long: %(most)s characters at most.", most=LONGEST))
        if isinstance(spec.default, int) and not (value.isascii() and value.isdecimal()):
            raise ValueError(_("Write a whole number."))
        spec.check(value)
    except ValueError as error:
        raise WrongValue(str(error)) from None
    except Exception as error:
        plugins_of(current_app).fault(spec.key.split(".")[0], "register_settings", type(error).__name__)
        raise WrongValue(_("This value could not be checked, so it was not saved.")) from None
