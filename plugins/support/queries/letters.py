"""Reads of letters: a file's, one, and whether what it says may leave today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from app.accounts.models import User
from app.db import db
from app.errors import NotFound
from app.hookspecs import Permit, Refusal
from app.people import disclosure
from app.people.disclosure import permits
from app.people.models import Person
from app.people.rules import ITEMS
from app.vault.crypto import plain
from plugins.support.models import CaseFile, Letter
from plugins.support.queries.hers import of_hers
from plugins.support.queries.legible import Legible
from plugins.support.queries.pages import PAGE
from plugins.support.rules import letters as rules
from plugins.support.rules.letters import Piece


class Letters(NamedTuple):
    rows: Sequence[Any]  # each legible
    after: str | None  # the uid from which the next page goes on


def letters_of(file: CaseFile, after: str | None = None) -> Letters:
    """A page of an opened file's letters, the last first."""
    query = select(Letter).where(Letter.file_id == file.id)
    if after:
        query = query.where(Letter.id < select(Letter.id).where(Letter.uid == after).scalar_subquery())
    rows = db.session.scalars(query.order_by(Letter.id.desc()).limit(PAGE + 1)).all()
    return Letters([Legible(row) for row in rows[:PAGE]], rows[PAGE - 1].uid if len(rows) > PAGE else None)


def letter_or_404(uid: str, user: User) -> Letter:
    """A letter of a file that this user may open, opened. Raises NotFound."""
    return of_hers(Letter, uid, user)


def permit_or_404(person: Person, user: User, uid: str) -> Permit:
    """One of what may be told about her today. Raises NotFound."""
    for permit in permits(person, user):
        if permit.uid == uid:
            return permit
    raise NotFound


class Standing(NamedTuple):
    """Whether what a draft says may leave today. What counts is asked again when it is sent."""

    permit: Permit | None  # that of its recipient and purpose which covers most
    items: Sequence[str]  # what the form offers
    out: Sequence[Piece]  # what would leave and is not covered
    refusal: Refusal | None  # why not, and what to do

    @property
    def ready(self) -> bool:
        return self.permit is not None and not self.out


def standing(user: User, letter: Letter, pieces: Sequence[Piece] | None = None) -> Standing:
    """Of a draft as it is kept, or with these pieces instead. Journals nothing; nothing leaves by it."""
    written = rules.pieces(letter.parts) if pieces is None else pieces
    told = {each.item for each in rules.told(written)}
    same = [each for each in permits(letter.file.person, user) if _is_for(each, letter)]
    permit = rules.best(same, told)
    covered = permit.items if permit else frozenset()
    shown = {each.item for each in written} | (covered or set(ITEMS))
    out = rules.not_covered(written, covered) if permit else []
    refusal = None if permit and not out else _why_not(user, letter, told)
    return Standing(permit, [item for item in ITEMS if item in shown], out, refusal)


def _is_for(permit: Permit, letter: Letter) -> bool:
    return plain(permit.recipient) == plain(letter.recipient) and permit.purpose == letter.purpose


def _why_not(user: User, letter: Letter, items: set[str]) -> Refusal | None:
    person = letter.file.person
    answer = disclosure.answer(
        user, person, recipient=letter.recipient, purpose=letter.purpose, items=items or ITEMS[:1]
    )
    return answer if isinstance(answer, Refusal) else None


def pieces_of(letter: Letter) -> list[Piece]:
    """What is written in an opened letter."""
    return rules.pieces(letter.parts)
