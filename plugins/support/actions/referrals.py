"""Referrals: begun in one of three forms; how it went is asked later (service 4)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.catalogue.settings import setting
from app.db import db
from app.journal import record
from app.web.times import today
from plugins.support.actions.holding import SomeoneElseWrote, hold
from plugins.support.models import CaseFile, Echo, Partner, Referral
from plugins.support.queries.partners import partner_named
from plugins.support.rules import referrals as rules


def refer(user: User, file: CaseFile, *, form: str, recipient: str, reason: str | None, on: date) -> Referral:
    """Note a referral. Nothing leaves by it: what is to be sent goes through a letter (D-CONF-3).

    Raises NotAllowed, NotGranted, FileClosed.
    """
    hold(user, file, open_only=True)
    referral = Referral(file=file, safe_id=file.safe_id, by=user.id, version=1, form=form)
    _fill(referral, recipient=recipient, reason=reason, on=on)
    referral.ask_on = rules.ask_on(form, on, ask_after())
    db.session.add(referral)
    db.session.flush()
    record("support.referral_made", referral.uid, by=user, codes=[file.person.code], form=form)
    return referral


def change_referral(user: User, referral: Referral, *, version: int, **values: Any) -> None:
    """`recipient`, `reason`, `on`; its form stays. Raises NotAllowed, NotGranted, FileClosed, SomeoneElseWrote."""
    _hold(user, referral, version)
    _fill(referral, **values)
    if referral.ask_on is not None:
        referral.ask_on = rules.ask_on(referral.form, referral.on, ask_after()) or referral.ask_on
    _count(referral)
    record("support.referral_changed", referral.uid, by=user, codes=[referral.file.person.code])


def note_outcome(
    user: User, referral: Referral, *, version: int, outcome: str | None, found: str | None, note: str | None
) -> None:
    """How it went; `outcome` None: not known yet, to be asked again later. What she said of a partner is counted
    apart from her (D-CONF-12). Raises NotAllowed, NotGranted, FileClosed, SomeoneElseWrote.
    """
    _hold(user, referral, version)
    known = rules.is_known(outcome)
    referral.outcome, referral.note = outcome if known else None, note or None
    referral.found = found or None
    referral.ask_on = None if known else rules.ask_again_on(today(), ask_after())
    _count(referral)
    record("support.outcome_noted", referral.uid, by=user, codes=[referral.file.person.code], known=known)


def ask_after() -> int:
    return int(setting("support.ask_after_days"))


def _hold(user: User, referral: Referral, version: int) -> None:
    hold(user, referral.file, open_only=True)
    db.session.refresh(referral, with_for_update=True)
    if referral.version != version:
        raise SomeoneElseWrote
    referral.version += 1


def _fill(referral: Referral, *, recipient: str, reason: str | None, on: date) -> None:
    partner = partner_named(recipient)
    referral.recipient, referral.reason, referral.on = recipient, reason or None, on
    referral.partner = partner.uid if partner else None


def _count(referral: Referral) -> None:
    """Count what she said for the partner; said again otherwise, the first is replaced."""
    if referral.echo and (before := db.session.scalar(select(Echo).where(Echo.uid == referral.echo))):
        db.session.delete(before)
        db.session.flush()
    referral.echo = None
    partner = db.session.scalar(select(Partner).where(Partner.uid == referral.partner)) if referral.partner else None
    if partner is None or referral.outcome is None:
        return
    echo = Echo(partner_id=partner.id, outcome=referral.outcome, found=int(referral.found) if referral.found else None)
    db.session.add(echo)
    db.session.flush()
    referral.echo = echo.uid
