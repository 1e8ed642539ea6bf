"""Use cases: the only room that writes. Each checks who may, changes rows, and records what happened."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from app import vault
from app.accounts import queries as accounts
from app.accounts.current import whoever
from app.accounts.models import User
from app.catalogue.settings import setting
from app.db import db, now
from app.errors import Conflict, NotAllowed
from app.journal import record
from app.people.models import Person
from app.web.times import today
from plugins.support import rules
from plugins.support.models import AnonymousContact, Assignment, CaseFile, Contact, Visit

FOLLOWS = "support.follow"  # why she may open the safes of a person whom she follows


class FileClosed(Conflict):
    """A closed file takes nothing new."""

    def message(self) -> str:
        return _("This file is closed. Reopen it first, then note what took place.")


class AlreadyOpen(Conflict):
    """A person has one file."""

    def message(self) -> str:
        return _("She has a file already. If it is not in your list, ask the coordinator to assign it to you.")


class SomeoneElseWrote(Conflict):
    """What she saw has changed meanwhile: nothing is overwritten."""

    def message(self) -> str:
        return _("A colleague changed this meanwhile. What she wrote is below; send yours again if it still holds.")


class TooLate(Conflict):
    """A contact is corrected within a day, by who noted it."""

    def message(self) -> str:
        return _("A contact can be corrected for a day, by who noted it. Note a new one to complete it.")


class NothingToUndo(Conflict):
    def message(self) -> str:
        return _("There is no visit of yours to take back on this day.")


# --- files ---------------------------------------------------------------------------------------------------------


def open_file(user: User, person: Person) -> CaseFile:
    """Open her file, with a safe of its own; whoever opens it follows her.

    Raises NotAllowed, NotGranted, AlreadyOpen.
    """
    user.must("support.follow")
    vault.open_safes(user, [person.safe_id], why="support.open", codes=[person.code])
    db.session.refresh(person, with_for_update=True)
    if db.session.scalar(select(CaseFile.id).where(CaseFile.person_id == person.id)):
        raise AlreadyOpen
    file = _new_file(user, person)
    _follow(file, user, peer=False, by=user)
    return file


def _new_file(user: User, person: Person) -> CaseFile:
    weeks = int(setting("support.reassess_weeks"))
    due = rules.reassessment_due(today(), weeks)
    file = CaseFile(
        person=person,
        safe_id=vault.create_safe("support.file").id,
        opened_on=today(),
        reassess_every_weeks=weeks,
        reassess_on=due,
        due_on=due,
    )
    db.session.add(file)
    db.session.flush()
    record("support.file_opened", file.uid, by=user, codes=[person.code])
    return file


def close_file(user: User, file: CaseFile) -> None:
    """Close a file: it is kept, takes nothing new, and may be reopened. Raises NotAllowed, NotGranted."""
    _hold(user, file)
    if file.closed_on is None:
        file.closed_on = today()
        _changed(file, "support.file_closed", by=user)


def reopen_file(user: User, file: CaseFile) -> None:
    """She came back: her file goes on, and her needs are looked at again. Raises NotAllowed, NotGranted."""
    _hold(user, file)
    if file.closed_on is not None:
        file.closed_on = None
        file.reassess_on = rules.reassessment_due(today(), file.reassess_every_weeks)
        _changed(file, "support.file_reopened", by=user)


def set_next_step(
    user: User, file: CaseFile, *, step: str | None, on: date | None, line: str | None, version: int
) -> None:
    """What comes next and when; `on` None: nothing for now.

    Raises NotAllowed, NotGranted, FileClosed, SomeoneElseWrote.
    """
    _hold(user, file, open_only=True, version=version)
    file.step, file.step_on, file.step_line = (step, on, line or None) if on else (None, None, None)
    _changed(file, "support.next_step_set" if on else "support.next_step_done", by=user)


def note_reassessment(user: User, file: CaseFile, *, version: int) -> None:
    """Needs were looked at again, together (commitment 6): the next time is counted from today."""
    _hold(user, file, open_only=True, version=version)
    file.reassess_on = rules.reassessment_due(today(), file.reassess_every_weeks)
    _changed(file, "support.reassessed", by=user)


def _hold(user: User, file: CaseFile, *, open_only: bool = False, version: int | None = None) -> None:
    """Her permission, her grant, then the row for us alone, as it is now."""
    user.must("support.follow")
    vault.open_safes(user, [file.safe_id], why="support.file", codes=[file.person.code])
    db.session.refresh(file, with_for_update=True)
    if open_only and file.closed_on is not None:
        raise FileClosed
    if version is not None and version != file.version:
        raise SomeoneElseWrote


def _changed(file: CaseFile, action: str, *, by: User) -> None:
    file.due_on = rules.next_due(file.reassess_on, file.step_on)
    file.version += 1
    record(action, file.uid, by=by, codes=[file.person.code])


# --- contacts ------------------------------------------------------------------------------------------------------


def log_contact(
    user: User, file: CaseFile, *, kind: str, how: str, day: date, minutes: int | None, line: str | None
) -> Contact:
    """Record an exchange (D-FILE-1). Raises NotAllowed, NotGranted, FileClosed."""
    _hold(user, file, open_only=True)
    contact = Contact(
        file=file, safe_id=file.safe_id, kind=kind, how=how, day=day, minutes=minutes, line=line or None, by=user.id
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
    _hold(user, contact.file, open_only=True)
    if not rules.may_correct(contact.at, contact.by, user.id, now()):
        raise TooLate
    db.session.refresh(contact, with_for_update=True)
    if contact.version != version:
        raise SomeoneElseWrote
    values["line"] = values.get("line") or None
    fields = rules.changed({name: getattr(contact, name) for name in values}, values)
    if not fields:
        return
    for name in fields:
        setattr(contact, name, values[name])
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


# --- drop-in visits ------------------------------------------------------------------------------------------------


def count_visit(user: User, *, day: date, number: int = 1) -> Visit:
    """Count visits on a day, without identity (service 9). Each count is a row: two people counting lose nothing."""
    user.must("support.count")
    visit = Visit(day=day, number=number, by=user.id)
    db.session.add(visit)
    record("support.visit_counted", by=user, day=day.isoformat(), number=number)
    return visit


def undo_visit(user: User, *, day: date) -> Visit:
    """Take back one's own last count of a day. Raises NotAllowed, NothingToUndo."""
    user.must("support.count")
    mine = select(Visit).where(Visit.day == day, Visit.by == user.id, ~Visit.undone)
    last = db.session.scalar(mine.order_by(Visit.id.desc()).limit(1).with_for_update())
    if last is None:
        raise NothingToUndo
    last.undone = True
    record("support.visit_undone", by=user, day=day.isoformat(), number=last.number)
    return last


# --- who follows ---------------------------------------------------------------------------------------------------


def assign(user: User, file: CaseFile, to: User) -> Assignment:
    """Have a worker follow a person, or a peer be beside her; the grants come with it (D-CONF-1, DOMAIN section 8).

    Who assigns sees codes and dates, opens nothing, and can't assign to herself. Raises NotAllowed.
    """
    user.must("support.assign")
    peer = not to.can("support.follow")
    if not rules.may_assign(user.id, to.id) or (peer and not to.can("support.accompany")):
        record("support.assignment_refused", file.uid, by=user, codes=[file.person.code], survives=True, to=to.uid)
        raise NotAllowed
    db.session.refresh(file, with_for_update=True)
    current = select(Assignment).where(Assignment.file_id == file.id, Assignment.user_id == to.id)
    return db.session.scalar(current.where(Assignment.until.is_(None))) or _follow(file, to, peer=peer, by=user)


def assign_person(user: User, person: Person, to: User) -> Assignment:
    """The same for a person who may have no file yet: an empty one is opened first, by her code. Raises NotAllowed."""
    user.must("support.assign")
    db.session.refresh(person, with_for_update=True)
    file = db.session.scalar(select(CaseFile).where(CaseFile.person_id == person.id))
    if file is None:
        file = _new_file(user, person)
        _from_registering(file, by=user)
    return assign(user, file, to)


def _from_registering(file: CaseFile, *, by: User) -> None:
    """She who registered the person follows too, until it is ended; when she may not, her grant is over."""
    person, registrar = file.person, accounts.by_id(file.person.registered_by)
    if not vault.is_granted(registrar, person.safe_id):
        return
    if registrar.is_active and registrar.can("support.follow") and rules.may_assign(by.id, registrar.id):
        _follow(file, registrar, peer=False, by=by)
    else:
        vault.revoke(person.safe_id, registrar, by=by, whys=("registered",))


def end_assignment(user: User, assignment: Assignment) -> None:
    """She no longer follows: her grants for it end at once, on the file and on the person. Raises NotAllowed."""
    user.must("support.assign")
    db.session.refresh(assignment, with_for_update=True)  # two at once end it once
    if assignment.until is not None:
        return
    file, former = db.session.get_one(CaseFile, assignment.file_id), db.session.get_one(User, assignment.user_id)
    assignment.until = now()
    for safe_id in (file.safe_id, file.person.safe_id):
        vault.revoke(safe_id, former, by=user, whys=(FOLLOWS, "registered"))
    record("support.assignment_ended", file.uid, by=user, codes=[file.person.code], of=former.uid)


def _follow(file: CaseFile, who: User, *, peer: bool, by: User) -> Assignment:
    safes = [file.person.safe_id] if peer else [file.person.safe_id, file.safe_id]
    for safe_id in safes:
        vault.grant(safe_id, who, why=FOLLOWS, by=by)
    assignment = Assignment(file_id=file.id, user_id=who.id, peer=peer, by=by.id)
    db.session.add(assignment)
    db.session.flush()
    record("support.assigned", file.uid, by=by, codes=[file.person.code], to=who.uid, peer=peer)
    return assignment


# --- the end -------------------------------------------------------------------------------------------------------


def erase(person: Person) -> None:
    """Destroy what is written about a person: the key of her file's safe; the counts stay (D-CONF-9)."""
    file = db.session.scalar(select(CaseFile).where(CaseFile.person_id == person.id))
    if file is None:
        return
    ended = update(Assignment).where(Assignment.file_id == file.id, Assignment.until.is_(None))
    db.session.execute(ended.values(until=now()))
    file.closed_on = file.closed_on or today()
    file.step, file.step_on, file.step_line = None, None, None
    vault.destroy(db.session.get_one(vault.Safe, file.safe_id), by=whoever())
    record("support.file_erased", file.uid, by=whoever(), codes=[person.code])
