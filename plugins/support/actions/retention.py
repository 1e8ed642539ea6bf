"""What is kept for as long as the board decided, and how it ends: keys are destroyed, counts stay (D-CONF-9)."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from app import vault
from app.accounts.current import whoever
from app.catalogue.settings import setting
from app.db import db
from app.errors import Conflict, NotFound
from app.journal import record
from app.people import actions as people
from app.web.times import today
from plugins.support.models import CaseFile, Contact, ContactsYear
from plugins.support.queries.retention import files_still_since, years_still_since
from plugins.support.rules import retention as rules


class NotDue(Conflict):
    """Something happened meanwhile: it is not destroyed."""

    def message(self) -> str:
        return _("This is in use again, or gone already: it is not destroyed. It is proposed anew when its time comes.")


def contacts_safe(file: CaseFile, day: date) -> int:
    """The safe of what contacts of a file said in a day's year: found, or made. The file's row is held."""
    year = select(ContactsYear.safe_id).where(ContactsYear.file_id == file.id, ContactsYear.year == day.year)
    found = db.session.scalar(year)
    if found is None:
        found = vault.create_safe("support.contacts", beside=file.safe_id).id
        db.session.add(ContactsYear(file_id=file.id, year=day.year, safe_id=found))
        db.session.flush()
    return found


def destroy_contacts(uid: str) -> None:
    """What a year's contacts of one file said; that they took place, how and for how long is kept.

    Raises NotFound, NotDue.
    """
    row = db.session.scalar(select(ContactsYear).where(ContactsYear.uid == uid))
    if row is None:
        raise NotFound
    db.session.refresh(row.file, with_for_update=True)
    before = rules.kept_since(today(), int(setting("support.keep_contact_months")))
    if uid not in {due.uid for due in years_still_since(before, 1, uid=uid)}:
        raise NotDue
    number = db.session.scalar(select(func.count(Contact.id)).where(Contact.safe_id == row.safe_id))
    vault.destroy(db.session.get_one(vault.Safe, row.safe_id), by=whoever())
    record("support.contacts_destroyed", uid, by=whoever(), codes=[row.file.person.code], n=number, year=row.year)


def destroy_file(uid: str) -> None:
    """All that is written about a person, here and elsewhere, her name included. Raises NotFound, NotDue."""
    file = db.session.scalar(select(CaseFile).where(CaseFile.uid == uid))
    if file is None:
        raise NotFound
    db.session.refresh(file, with_for_update=True)
    before = rules.kept_since(today(), int(setting("support.keep_file_months")))
    if uid not in {due.uid for due in files_still_since(before, 1, uid=uid)}:
        raise NotDue
    people.erase(file.person, by=whoever())
