"""Who follows a person, by her code: given and ended by the coordinator, who opens nothing."""

from __future__ import annotations

from sqlalchemy import select

from app import vault
from app.accounts import queries as accounts
from app.accounts.models import User
from app.catalogue.settings import setting
from app.db import db, now
from app.errors import NotAllowed, NotFound
from app.journal import record
from app.people.models import Person
from app.web.times import today
from plugins.support import rules
from plugins.support.actions import life, sharing
from plugins.support.actions.holding import FOLLOWS
from plugins.support.actions.own_file import is_sealed
from plugins.support.models import Assignment, CaseFile


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
    hers = select(Assignment).where(Assignment.file_id == file.id, Assignment.user_id == to.id)
    current = db.session.scalar(hers.where(Assignment.until.is_(None)))
    if current and current.peer == peer:
        return current
    if current:
        unfollow(current, by=user)  # her role has changed since, and what she may open with it
    return follow(file, to, peer=peer, by=user)


def assign_person(user: User, person: Person, to: User) -> Assignment:
    """The same for a person who may have no file yet: an empty one is opened first, by her code. Raises NotAllowed."""
    user.must("support.assign")
    db.session.refresh(person, with_for_update=True)
    file = db.session.scalar(select(CaseFile).where(CaseFile.person_id == person.id))
    if file is None:
        file = new_file(user, person)
        _from_registering(file, by=user)
    return assign(user, file, to)


def new_file(user: User, person: Person) -> CaseFile:
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


def _from_registering(file: CaseFile, *, by: User) -> None:
    """She who registered the person follows too, until it is ended; when she may not, her grant is over."""
    person, registrar = file.person, accounts.by_id(file.person.registered_by)
    if not vault.is_granted(registrar, person.safe_id):
        return
    if registrar.is_active and registrar.can("support.follow") and rules.may_assign(by.id, registrar.id):
        follow(file, registrar, peer=False, by=by)
    else:
        vault.revoke(person.safe_id, registrar, by=by, whys=("registered",))


def end_assignment(user: User, assignment: Assignment) -> None:
    """She no longer follows: her grants for it end at once, on the file and on the person. Raises NotAllowed."""
    user.must("support.assign")
    db.session.refresh(assignment, with_for_update=True)  # two at once end it once
    if assignment.until is None:
        unfollow(assignment, by=user)


def unfollow(assignment: Assignment, *, by: User) -> None:
    file, former = db.session.get_one(CaseFile, assignment.file_id), db.session.get_one(User, assignment.user_id)
    assignment.until = now()
    db.session.refresh(file, with_for_update=True)  # a life history that begins meanwhile waits, then leaves her out
    history = life.current_of(file)
    for safe_id in (file.safe_id, file.person.safe_id, *((history.safe_id,) if history else ())):
        vault.revoke(safe_id, former, by=by, whys=(FOLLOWS, "registered"))
    db.session.flush()
    sharing.stop_when_nobody_is_beside(file, by=by)
    record("support.assignment_ended", file.uid, by=by, codes=[file.person.code], of=former.uid)


def follow(file: CaseFile, who: User, *, peer: bool, by: User) -> Assignment:
    """Raises NotFound for a file that is sealed from everybody (D-FILE-6). Its row is held."""
    if is_sealed(file.person_id):
        record("support.assignment_refused", file.uid, by=by, codes=[file.person.code], survives=True, to=who.uid)
        raise NotFound
    safes = [file.person.safe_id] if peer else [file.person.safe_id, file.safe_id]
    for safe_id in safes:
        vault.grant(safe_id, who, why=FOLLOWS, by=by)
    if not peer:
        life.open_to(file, who, by=by)
    assignment = Assignment(file_id=file.id, user_id=who.id, peer=peer, by=by.id)
    db.session.add(assignment)
    db.session.flush()
    record("support.assigned", file.uid, by=by, codes=[file.person.code], to=who.uid, peer=peer)
    return assignment
