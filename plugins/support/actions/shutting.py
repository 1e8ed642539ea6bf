"""Letting everybody out of what is held about a person: when it is sealed, and when it is destroyed."""

from __future__ import annotations

from sqlalchemy import select, update

from app import vault
from app.accounts.models import User
from app.db import db, now
from app.people.models import Person
from plugins.support.models import Assignment, CaseFile, StandIn
from plugins.support.queries.safes import safes_of


def end_following(file: CaseFile) -> None:
    """Nobody follows, is beside or stands in any more. Grants are left as they are."""
    for model, column in ((Assignment, Assignment.until), (StandIn, StandIn.ended_at)):
        under_way = update(model).where(model.file_id == file.id, column.is_(None))
        db.session.execute(under_way.values({column: now()}))


def shut(person: Person, file: CaseFile | None, *, by: User) -> None:
    """End every assignment, stand-in and grant: on her file and what stands beside it, her own safe, her register."""
    safes = {person.safe_id, person.register_safe_id}
    if file:
        end_following(file)
        safes |= safes_of(file)
    query = select(vault.Grant.safe_id, User).join(User, User.id == vault.Grant.user_id)
    query = query.where(vault.Grant.safe_id.in_(safes - {None}), vault.Grant.revoked_at.is_(None)).distinct()
    for safe_id, who in db.session.execute(query).all():
        vault.revoke(safe_id, who, by=by)
