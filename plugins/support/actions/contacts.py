"""Exchanges: noted in one line, corrected within a day by who noted them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app import vault
from app.accounts.models import User
from app.db import db, now
from app.errors import Conflict
from app.journal import record
from plugins.support import rules
from plugins.support.actions.holding import SomeoneElseWrote, hold
from plugins.support.actions.retention import contacts_safe
from plugins.support.models import AnonymousContact, CaseFile, Contact


class TooLate(Conflict):
    """A contact is corrected within a day, by who noted it."""

    def message(self) -> str:
        return _("A contact can be corrected for a day, by who noted it. Note a new one to complete it.")


def log_contact(
    user: User, file: CaseFile, *, kind: str, how: str, day: date, minutes: int | None, line: str | None
) -> Contact:
    """Record an exchange (D-FILE-1), its line in the safe of its year. Raises NotAllowed, NotGranted, FileClosed."""
    hold(user, file, open_only=True)
    safe = contacts_safe(file, day)
    contact = Contact(
        file=file, safe_id=safe, kind=kind, how=how, day=day, minutes=minutes, line=line or None, by=user.id
    )
    db.session.add(contact)
    db.session.flush()
    file.last_contact_on = max(day, file.last_contact_on or day)
    record("support.contact_logged", contact.uid, by=user, codes=[file.person.code])
    return contact


def correct_contact(user: User, contact: Contact, *, version: int, **values: Any) -> None:
    """Correct one's own contact within a day; which fields changed is journaled, never what was in them.

    Raises NotAllowed, NotGranted, FileClosed, TooLate, SomeoneElseWrote.
    """
    hold(user, contact.file, open_only=True)
    if not rules.may_correct(contact.at, contact.by, user.id, now()):
        raise TooLate
    db.session.refresh(contact, with_for_update=True)
    if contact.version != version:
        raise SomeoneElseWrote
    vault.open_safes(user, [contact.safe_id], why="support.file", codes=[contact.file.person.code])
    values["line"] = values.get("line") or None
    fields = rules.changed({name: getattr(contact, name) for name in values}, values)
    if not fields:
        return
    for name in fields:
        setattr(contact, name, values[name])
    if "day" in fields and contact.safe_id != contact.file.safe_id:  # it belongs to that year now
        contact.safe_id, contact.line = contacts_safe(contact.file, contact.day), values["line"]
    contact.corrected_at, contact.version = now(), contact.version + 1
    db.session.flush()
    newest = select(Contact.day).where(Contact.file_id == contact.file_id).order_by(Contact.day.desc()).limit(1)
    contact.file.last_contact_on = db.session.scalar(newest)
    code = contact.file.person.code
    record("support.contact_corrected", contact.uid, by=user, codes=[code], fields="+".join(fields))


def log_anonymous_contact(
    user: User, *, kind: str, how: str, day: date, minutes: int | None, language: str
) -> AnonymousContact:
    """Record an exchange with somebody who gave no name: no words about her at all (D-FILE-2). Raises NotAllowed."""
    user.must("support.count")
    contact = AnonymousContact(kind=kind, how=how, day=day, minutes=minutes, language=language, by=user.id)
    db.session.add(contact)
    record("support.anonymous_contact_logged", by=user)
    return contact
