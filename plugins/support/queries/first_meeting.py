"""Where the first meeting stands, what was offered to her, and her situation in her words. The file has been opened."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from app.accounts.models import User
from app.catalogue.services import SERVICES, services_on
from app.catalogue.settings import held, languages_of, spec_of
from app.db import db
from app.errors import NotFound
from app.web.i18n import language
from plugins.support.models import Answer, CaseFile, FirstMeeting, SituationNote
from plugins.support.rules import first_meeting as rules

HISTORY = 200  # answers of one file that are shown


class Offer(NamedTuple):
    """An offer, and what she answered; the last answer says where it stands."""

    what: str
    answers: list[tuple[Answer, User]]  # the last first

    @property
    def last(self) -> Answer | None:
        return self.answers[0][0] if self.answers else None

    @property
    def state(self) -> str:
        """ "" when it was not offered yet."""
        return self.answers[0][0].state if self.answers else ""

    @property
    def version(self) -> int:
        return self.answers[0][0].id if self.answers else 0


def offers(file: CaseFile) -> dict[str, Offer]:
    """Everything that is offered to somebody like her, in order, with its history. One query."""
    query = select(Answer, User).join(User, User.id == Answer.by).where(Answer.file_id == file.id)
    found: dict[str, Offer] = {what: Offer(what, []) for what in rules.offers_to(file.person.kind)}
    for answer, by in db.session.execute(query.order_by(Answer.id.desc()).limit(HISTORY)):
        found.setdefault(answer.what, Offer(answer.what, [])).answers.append((answer, by))
    return found


def path(file: CaseFile) -> FirstMeeting | None:
    return db.session.scalar(select(FirstMeeting).where(FirstMeeting.file_id == file.id))


def limits_told(file: CaseFile) -> bool:
    told = select(Answer.id).where(Answer.file_id == file.id, Answer.what == rules.LIMITS)
    return db.session.scalar(told.limit(1)) is not None


def screen_or_404(file: CaseFile, screen: str) -> str:
    """One of the screens for somebody like her. Raises NotFound."""
    if screen not in rules.screens(file.person.kind):
        raise NotFound
    return screen


class Theme(NamedTuple):
    """One theme of her situation, and what was written of it."""

    name: str
    notes: list[tuple[SituationNote, User]]  # the last first

    @property
    def last(self) -> SituationNote | None:
        return self.notes[0][0] if self.notes else None


class Situation(NamedTuple):
    themes: dict[str, Theme]
    version: int  # the number of the last note

    @property
    def words(self) -> dict[str, str | None]:
        """As it stands; None: she would rather not say."""
        return {name: theme.last.words for name, theme in self.themes.items() if theme.last}


def situation(file: CaseFile) -> Situation:
    """Her situation, theme by theme, with its history. One query."""
    query = select(SituationNote, User).join(User, User.id == SituationNote.by).where(SituationNote.file_id == file.id)
    rows = db.session.execute(query.order_by(SituationNote.id.desc()).limit(HISTORY)).all()
    themes = {name: Theme(name, []) for name in rules.THEMES}
    for note, by in rows:
        themes[note.theme].notes.append((note, by))
    return Situation(themes, rows[0][0].id if rows else 0)


class Said(NamedTuple):
    """What the house says of itself, in a language that she reads."""

    language: str
    paragraphs: list[str]
    services: list[str]  # the names of those that are on


def said(key: str, tongue: str) -> Said:
    """A text of the public page in her language, else in the reader's."""
    spec = spec_of(key)
    tongue = tongue if tongue in languages_of(spec) and held(spec, tongue).value else language()
    paragraphs = [part.strip() for part in held(spec, tongue).value.split("\n\n") if part.strip()]
    return Said(tongue, paragraphs, [SERVICES[number][tongue] for number in services_on()])
