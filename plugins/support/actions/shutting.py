"""Letting everybody out of what is held about a person: when it is sealed, and when it is destroyed."""

from __future__ import annotations

from sqlalchemy import select, update

from app import vault
from app.accounts.models import User
from app.db import db, now
from app.people.models import Person
from plugins.support.models import Assignment, CaseFile, StandIn
from plugins.support.queries.safes import safes_of


def shut(person: Person, file: CaseFile | None, *, by: User | None) -> None:
    """End every assignment, stand-in and grant on her file, her own safe, her register and all that stands beside."""
    safes = {person.safe_id, person.register_safe_id}
    if file:
        safes |= safes_of(file)
        for model, column in ((Assignment, Assignment.until), (StandIn, StandIn.ended_at)):
            ended = update(model).where(model.file_id == file.id, column.is_(None))
            db.session.execute(ended.values({column: now()}))
    query = select(vault.Grant.safe_id, User).join(User, User.id == vault.Grant.user_id)
    query = query.where(vault.Grant.safe_id.in_(safes - {None}), vault.Grant.revoked_at.is_(None)).distinct()
    for safe_id, who in db.session.execute(query).all():
        vault.revoke(safe_id, who, by=by)
