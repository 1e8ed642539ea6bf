"""Who is tied to whom, for who may open both files; for everybody else there is no tie (service 8)."""

from __future__ import annotations

from sqlalchemy import select

from app import vault
from app.accounts.models import User
from app.db import db
from app.people.models import Person
from plugins.support.models import CaseFile, Tie


def tied_to(file: CaseFile, user: User) -> list[str]:
    """The codes of those tied to an opened file whose own files are open to her as well; nothing else is opened."""
    codes = {tie.other for tie in db.session.scalars(select(Tie).where(Tie.file_id == file.id))}
    granted = vault.granted_to(user)
    query = select(Person.code).join(CaseFile, CaseFile.person_id == Person.id).where(Person.code.in_(codes))
    query = query.where(CaseFile.safe_id.in_(granted), Person.safe_id.in_(granted))
    return list(db.session.scalars(query.order_by(Person.code)))
