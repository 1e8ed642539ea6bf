"""The directory of partners: added, corrected, looked over again, put aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.accounts.models import User
from app.db import db
from app.journal import record
from app.vault.crypto import plain
from app.web.times import today
from plugins.support.actions.holding import SomeoneElseWrote
from plugins.support.models import Partner

PERMISSION = "support.partners"


def add_partner(user: User, **values: Any) -> Partner:
    """Add a partner, as it is known today. Raises NotAllowed."""
    user.must(PERMISSION)
    partner = _filled(Partner(version=1), values)
    partner.checked_on = today()
    db.session.add(partner)
    db.session.flush()
    record("support.partner_added", partner.uid, by=user)
    return partner


def add_partners(user: User, rows: Iterable[Mapping[str, Any]]) -> list[Partner]:
    """Add the partners of a list, which nobody has looked over yet. Raises NotAllowed."""
    user.must(PERMISSION)
    partners = [_filled(Partner(version=1), {**row, "languages": " ".join(row["languages"])}) for row in rows]
    db.session.add_all(partners)
    db.session.flush()
    record("support.partner_added", by=user, n=len(partners))
    return partners


def change_partner(user: User, partner: Partner, *, version: int, **values: Any) -> None:
    """Raises NotAllowed, SomeoneElseWrote."""
    _hold(user, partner)
    if partner.version != version:
        raise SomeoneElseWrote
    _filled(partner, values)
    partner.checked_on, partner.version = today(), partner.version + 1
    record("support.partner_changed", partner.uid, by=user)


def check_partner(user: User, partner: Partner) -> None:
    """All that is written still holds today. Raises NotAllowed."""
    _hold(user, partner)
    partner.checked_on = today()
    record("support.partner_checked", partner.uid, by=user)


def archive_partner(user: User, partner: Partner) -> None:
    """It is proposed no more; what was referred there stays. Raises NotAllowed."""
    _hold(user, partner)
    partner.archived_on = partner.archived_on or today()
    record("support.partner_archived", partner.uid, by=user)


def restore_partner(user: User, partner: Partner) -> None:
    """Raises NotAllowed."""
    _hold(user, partner)
    partner.archived_on = None
    record("support.partner_restored", partner.uid, by=user)


def _hold(user: User, partner: Partner) -> None:
    user.must(PERMISSION)
    db.session.refresh(partner, with_for_update=True)


def _filled(partner: Partner, values: Mapping[str, Any]) -> Partner:
    for name, value in values.items():
        setattr(partner, name, value or "")
    partner.sorted_as = plain(partner.name)[:240]
    partner.found_by = plain(f"{partner.name} {partner.area or ''} {partner.note or ''}")[:2000]
    return partner
