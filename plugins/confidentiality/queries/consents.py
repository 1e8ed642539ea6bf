"""Consents: one, those of a person, those that end soon, and whether one permits something (D-CONF-2, D-CONF-3)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import NotFound
from app.hookspecs import DisclosureRequest
from app.people.models import Person
from app.vault import Safe
from app.vault.crypto import plain
from app.web.times import today
from plugins.confidentiality.models import Consent
from plugins.confidentiality.papers.consent import Text, consent_text
from plugins.confidentiality.queries.persons import open_register, opened
from plugins.confidentiality.queries.registers import Column, Register, Rows, Wanted, keep, of_page, rows_of
from plugins.confidentiality.rules import consents as consent_rules
from plugins.confidentiality.rules.consents import Terms, Verdict


def consent_or_404(uid: str, user: User) -> Consent:
    """A consent, opened for this user. Raises NotFound, and a refusal is journaled."""
    found = db.session.scalar(select(Consent).where(Consent.uid == uid))
    if found is None:
        raise NotFound
    opened(found, user)
    return found


def terms_of(consent: Consent) -> Terms:
    """What an opened consent says, for the rules."""
    return Terms(
        uid=consent.uid,
        recipient=plain(consent.recipient or ""),
        purpose=consent.purpose,
        items=frozenset(consent.items.split()),
        until=consent.until,
        signed=consent.signed_at is not None,
        withdrawn=consent.withdrawn_at is not None,
    )


def state_of(consent: Consent) -> str:
    """ "draft", "in_force", "expired" or "withdrawn", today; nothing needs to be opened for it."""
    end, signed, withdrawn = consent.until, consent.signed_at is not None, consent.withdrawn_at is not None
    return Terms("", "", None, frozenset(), end, signed, withdrawn).state(today())


def next_screen(consent: Consent) -> str:
    """The first question of a draft that waits for its answer."""
    return terms_of(consent).next_screen(consent.risks and consent.alternatives and consent.free)


def consents_of(person: Person, limit: int = 100) -> Sequence[Consent]:
    """All of hers, the last first; her register has been opened."""
    query = select(Consent).where(Consent.person_id == person.id).order_by(Consent.id.desc())
    return db.session.scalars(query.limit(limit)).all()


def text_of(consent: Consent) -> Text:
    """What she reads and signs: as it was kept, else as it is now, when its questions are answered."""
    if consent.text:
        kept: Text = json.loads(consent.text)
        return kept
    assert consent.purpose and consent.until
    return consent_text(
        language=consent.language,
        recipient=consent.recipient or "",
        purpose=consent.purpose,
        words=consent.words or "",
        items=consent.items.split(),
        until=consent.until,
    )


# --- the gate --------------------------------------------------------------------------------------------------------


def judged(request: DisclosureRequest) -> Verdict:
    """Whether a consent of hers covers what is asked, now. Her consents are held until this unit of work ends.

    So a withdrawal comes before, and nothing is sent, or after. Her register has been opened.
    """
    query = select(Consent).where(Consent.person_id == request.person.id).order_by(Consent.id.desc())
    query = query.with_for_update(of=Consent).execution_options(populate_existing=True)
    known = [terms_of(consent) for consent in db.session.scalars(query)]
    return consent_rules.judge(known, plain(request.recipient), request.purpose, request.items, today())


def in_force(person: Person, user: User) -> Iterable[Consent]:
    """Those that permit something today; her register is opened when there may be one."""
    query = select(Consent).where(Consent.person_id == person.id, Consent.signed_at.is_not(None))
    query = query.where(Consent.withdrawn_at.is_(None), Consent.until >= today()).order_by(Consent.id.desc())
    found = db.session.scalars(query).all()
    if found:
        open_register(person, user)
    return found


def everything_about(person: Person) -> list[dict[str, Any]]:
    """Her consents as plain values, for her request (D-CONF-8); her register has been opened."""
    told = ("recipient", "purpose", "words", "items", "language", "talk", "how", "name", "withdrawn_how")
    days = ("created_at", "signed_at", "until", "withdrawn_at")
    return [
        {name: getattr(each, name) for name in told}
        | {name: value.isoformat() if (value := getattr(each, name)) else None for name in days}
        for each in consents_of(person, limit=1000)
    ]


# --- the register ----------------------------------------------------------------------------------------------------


def _page(user: User, wanted: Wanted) -> Rows:
    """Signed ones, the last first (D-CONF-6). Raises NotAllowed."""
    user.must("confidentiality.registers")
    found = db.session.scalars(of_page(_signed(select(Consent)), Consent.id, Consent.signed_on, wanted)).all()
    vault.open_safes(user, {one.safe_id for one in found}, why="register", codes=[one.person.code for one in found])
    return rows_of(found, wanted, _row)


def _row(one: Consent) -> dict[str, Any]:
    told = ("id", "uid", "signed_on", "recipient", "purpose", "items", "until", "how", "withdrawn_at")
    return {name: getattr(one, name) for name in told} | {"code": one.person.code, "state": state_of(one)}


def _signed(query: Any) -> Any:
    query = query.join(Safe, Safe.id == Consent.safe_id).where(Safe.destroyed_at.is_(None))
    return query.where(Consent.signed_at.is_not(None))


keep(
    Register(
        "consents",
        _l("Consents"),
        "file-text",
        (
            Column("signed_on", _l("Signed"), "date"),
            Column("code", _l("Person"), "code"),
            Column("recipient", _l("To whom")),
            Column("purpose", _l("What for"), "word", "purposes"),
            Column("items", _l("What may be said"), "words", "items"),
            Column("until", _l("Until"), "date"),
            Column("state", _l("State"), "word", "consents"),
            Column("how", _l("How"), "word", "signatures", long=True),
            Column("withdrawn_at", _l("Withdrawn"), "instant", long=True),
        ),
        page=_page,
        size=lambda: _signed(select(Consent.id)),
        endpoint="confidentiality.consent",
        hint=_l("Written, for one recipient and one purpose, until a day."),
        weight=10,
    )
)
