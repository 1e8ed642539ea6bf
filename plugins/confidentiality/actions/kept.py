"""Entries of the house's registers: made in a safe of their own, changed with a trace (D-CONF-6)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from flask_babel import gettext as _

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import Conflict
from app.journal import record
from app.web.times import today
from plugins.confidentiality.models import Assessment, Incident, Provider, Revision
from plugins.confidentiality.queries.incidents import SAFE as SAFE

Kept = Incident | Provider | Assessment
AnEntry = TypeVar("AnEntry", Incident, Provider, Assessment)


class WrittenMeanwhile(Conflict):
    """What she saw has changed meanwhile: nothing is overwritten."""

    def message(self) -> str:
        return _("A colleague changed this meanwhile. What she wrote is below; send yours again if it still holds.")


def add(user: User, model: Callable[..., AnEntry], event: str, **values: Any) -> AnEntry:
    """A new entry, in a safe of its own so that it can be destroyed apart. Whoever calls this checked who may."""
    entry = model(safe_id=vault.create_safe(SAFE).id, by=user.id, **values)
    db.session.add(entry)
    db.session.flush()
    record(f"confidentiality.{event}", entry.uid, by=user)
    return entry


def hold(user: User, entry: Kept, version: int | None = None) -> None:
    """Her permission, its safe, then the row for us alone. Raises NotAllowed, NotGranted, WrittenMeanwhile."""
    user.must("confidentiality.registers")
    vault.open_safes(user, [entry.safe_id], why=SAFE)
    db.session.refresh(entry, with_for_update=True)
    if version is not None and version != entry.version:
        raise WrittenMeanwhile


def change(user: User, entry: Kept, event: str, **values: Any) -> bool:
    """Set what differs, and keep what it said before; whether anything changed. The entry is held."""
    before = {name: getattr(entry, name) for name, value in values.items() if getattr(entry, name) != value}
    if not before:
        return False
    for name in before:
        setattr(entry, name, values[name])
    entry.changed_on, entry.version = today(), entry.version + 1
    told = json.dumps(_plain(before), ensure_ascii=False)
    db.session.add(Revision(safe_id=entry.safe_id, subject=entry.uid, by=user.id, before=told))
    record(f"confidentiality.{event}", entry.uid, by=user, fields=".".join(before)[:64])
    return True


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
