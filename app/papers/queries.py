"""Reading papers: which belong to a record, and the content of one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import Damaged, NotFound, NotGranted
from app.journal import record
from app.papers.models import Paper, PaperChunk
from app.people.models import Person

CHUNK = 256 * 1024  # bytes in one piece


def papers_of(*subjects: str) -> list[Paper]:
    """The papers of these records, the last first. Their names open with the records' safes; no content is read."""
    query = select(Paper).where(Paper.subject.in_(subjects)).order_by(Paper.id.desc())
    return list(db.session.scalars(query))


def paper_or_404(uid: str, user: User, why: str = "paper") -> Paper:
    """A paper, its safe opened and journaled. Raises NotFound when there is none, or none for this user (D-CONF-1)."""
    paper = db.session.scalar(select(Paper).where(Paper.uid == uid))
    if paper is None or _is_kept_from(user, paper.safe_id):
        record("papers.refused", by=user, codes=codes_of(paper.safe_id) if paper else [], survives=True)
        raise NotFound
    try:
        vault.open_safes(user, [paper.safe_id], why=why, codes=codes_of(paper.safe_id))
    except NotGranted:
        raise NotFound from None
    return paper


def _is_kept_from(user: User, safe_id: int) -> bool:
    """What is accounted for about a person, and copies of her record, are not the peer's (DOMAIN section 8).

    Though her own safe is; nor are they anybody's whose role is over, whatever was granted to her.
    """
    kind, within = db.session.execute(
        select(vault.Safe.kind, vault.Safe.within_id).where(vault.Safe.id == safe_id)
    ).one()
    if kind == "register":
        return not user.can("core.registers.read")
    return within is not None and not user.can("core.people.names")


def codes_of(safe_id: int) -> list[str]:
    """The code of the person whose safe it is, or stands by it or in it, if it is one's: who opened hers (D-CONF-8)."""
    hers = Person.safe_id.in_((vault.Safe.id, vault.Safe.beside_id, vault.Safe.within_id))
    return list(db.session.scalars(select(Person.code).join(vault.Safe, hers).where(vault.Safe.id == safe_id)))


class Content:
    """A paper's content, found whole before its first byte leaves, and opened piece by piece while it does."""

    def __init__(self, paper: Paper) -> None:
        """Raises NotGranted when its safe is not open; Damaged, journaled, when a piece was changed, moved or lost."""
        query = select(PaperChunk.number, PaperChunk.sealed).where(PaperChunk.paper_id == paper.id)
        self.uid = paper.uid
        self._opener = vault.Opener(paper.safe_id)
        self._pieces = [(row.number, row.sealed) for row in db.session.execute(query.order_by(PaperChunk.number))]
        self._check(paper)

    def __iter__(self) -> Iterator[bytes]:
        for expected, (number, sealed) in enumerate(self._pieces):
            last = expected == len(self._pieces) - 1
            if number != expected:
                raise Damaged
            yield self._opener.open_bytes(sealed, place(self.uid, number, last=last))

    def _check(self, paper: Paper) -> None:
        digest = hashlib.sha256()
        try:
            for piece in self:
                digest.update(piece)
            if digest.hexdigest() != paper.sha256:
                raise Damaged
        except Damaged:
            record("vault.damaged", paper.uid, by=None, survives=True, column="core_paper_chunk.sealed")
            raise


class Place(NamedTuple):
    table: str
    row: str
    column: str


def place(uid: str, number: int, *, last: bool) -> Place:
    """Where a piece stands: moved to another paper, put in another order, or cut off, it does not open."""
    return Place(PaperChunk.__tablename__, uid, f"{number}.last" if last else str(number))
