"""Her support network: who is in the picture, and who was."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.db import db
from app.errors import NotFound
from plugins.support.models import CaseFile, NetworkTie
from plugins.support.queries.file import file_or_404
from plugins.support.queries.legible import Legible
from plugins.support.queries.pages import PAGE


class Network(NamedTuple):
    ties: list[Any]  # those there are, the closest first
    ended: list[Any]  # those there were, the latest first
    more: bool  # there were others before


def network(file: CaseFile) -> Network:
    """The network of an opened file."""
    query = select(NetworkTie).where(NetworkTie.file_id == file.id)
    there = query.where(NetworkTie.ended_on.is_(None)).order_by(NetworkTie.ring, NetworkTie.id)
    gone = query.where(NetworkTie.ended_on.is_not(None)).order_by(NetworkTie.ended_on.desc(), NetworkTie.id.desc())
    ended = db.session.scalars(gone.limit(PAGE + 1)).all()
    ties = [Legible(tie) for tie in db.session.scalars(there)]
    return Network(ties, [Legible(tie) for tie in ended[:PAGE]], len(ended) > PAGE)


def tie_or_404(uid: str, user: User) -> NetworkTie:
    """A tie of a file that this user may open, opened. Raises NotFound."""
    query = select(NetworkTie).options(joinedload(NetworkTie.file, innerjoin=True)).where(NetworkTie.uid == uid)
    tie = db.session.scalar(query)
    if tie is None:
        raise NotFound
    file_or_404(tie.file.person.code, user)
    return tie
