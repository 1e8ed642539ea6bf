"""The first meeting, screen by screen: each answer is kept as she goes, and none is ever overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts.models import User
from app.db import db
from app.errors import Conflict
from app.journal import record
from app.web.times import today
from plugins.support.actions.holding import SomeoneElseWrote, hold
from plugins.support.models import Answer, CaseFile, FirstMeeting, SituationNote
from plugins.support.rules import first_meeting as rules


class LimitsFirst(Conflict):
    """Confidentiality and its limits are explained before anything is asked (D-CONF-7)."""

    def message(self) -> str:
        return _("First tell her how confidentiality works and where it ends. Nothing is asked before.")


def begin(user: User, file: CaseFile, *, language: str, interpreter: str) -> FirstMeeting:
    """She is welcomed, in her language; sent again, it changes these two. Raises NotAllowed, NotGranted, FileClosed."""
    hold(user, file, open_only=True)
    path = _path(file)
    if path is None:
        path = FirstMeeting(file_id=file.id, safe_id=file.safe_id, place=rules.WELCOME, started_on=today(), by=user.id)
        db.session.add(path)
        record("support.first_meeting_begun", file.uid, by=user, codes=[file.person.code])
    path.language, path.interpreter = language, interpreter
    _go_on(path, file, rules.WELCOME)
    return path


def tell_limits(user: User, file: CaseFile) -> None:
    """How confidentiality works, and where it ends, was explained to her, in the meeting's language."""
    hold(user, file, open_only=True)
    _keep(user, file, rules.LIMITS, "presented", today(), _language(file))
    _go_on(_path(file), file, rules.CONFIDENTIALITY)


def present(user: User, file: CaseFile, given: Mapping[str, str], *, language: str | None = None) -> None:
    """The declaration, the tools and the protocol: each presented in a language, or not now (law; section 6).

    Raises NotAllowed, NotGranted, FileClosed, LimitsFirst.
    """
    hold(user, file, open_only=True)
    _limits_come_first(file)
    for what, state in given.items():
        _keep(user, file, what, state, today(), (language or _language(file)) if state == "presented" else None)
    _go_on(_path(file), file, rules.TOOLS)


def answer(user: User, file: CaseFile, what: str, *, state: str, day: date, version: int) -> None:
    """What she answered to one of the seven commitments. `version`: the number of the answer seen, 0 for none.

    Raises NotAllowed, NotGranted, FileClosed, LimitsFirst, SomeoneElseWrote.
    """
    hold(user, file, open_only=True)
    _limits_come_first(file)
    last = _last(file, what)
    if version != (last.id if last else 0):
        raise SomeoneElseWrote
    _keep(user, file, what, state, day)
    _go_on(_path(file), file, what)


def note_situation(user: User, file: CaseFile, words: Mapping[str, str | None], *, version: int) -> None:
    """Her situation, theme by theme, in her words; None: she would rather not say. What did not change adds no row.

    `version`: the number of the last note seen, 0 for none. Raises as `answer` does.
    """
    hold(user, file, open_only=True)
    _limits_come_first(file)
    if version != (db.session.scalar(select(func.max(SituationNote.id)).where(SituationNote.file_id == file.id)) or 0):
        raise SomeoneElseWrote
    known = {note.theme: note.words for note in _notes(file)}
    fresh = {theme: text for theme, text in words.items() if theme not in known or known[theme] != text}
    for theme, text in fresh.items():
        note = SituationNote(file_id=file.id, safe_id=file.safe_id, theme=theme, words=text, by=user.id)
        db.session.add(note)
        db.session.flush()
    if fresh:
        record("support.situation_noted", file.uid, by=user, codes=[file.person.code], n=len(fresh))


def finish(user: User, file: CaseFile) -> None:
    """The first meeting is over; what was not offered yet can be at any time. Raises LimitsFirst."""
    hold(user, file, open_only=True)
    _limits_come_first(file)
    path = _path(file)
    if path is not None and path.finished_on is None:
        path.finished_on = today()
        record("support.first_meeting_finished", file.uid, by=user, codes=[file.person.code])


def _path(file: CaseFile) -> FirstMeeting | None:
    return db.session.scalar(select(FirstMeeting).where(FirstMeeting.file_id == file.id))


def _language(file: CaseFile) -> str:
    """That of the meeting; else the one that she prefers."""
    path = _path(file)
    return path.language if path else file.person.languages.split()[0]


def _go_on(path: FirstMeeting | None, file: CaseFile, screen: str) -> None:
    """Keep how far it went; going back to change an answer loses no ground."""
    if path is not None and path.finished_on is None and screen in rules.screens(file.person.kind):
        ahead = rules.after(screen, file.person.kind)
        path.place = rules.further(path.place, ahead, file.person.kind)


def _last(file: CaseFile, what: str) -> Answer | None:
    query = select(Answer).where(Answer.file_id == file.id, Answer.what == what)
    return db.session.scalar(query.order_by(Answer.id.desc()).limit(1))


def _notes(file: CaseFile) -> list[SituationNote]:
    """Every note, oldest first: the last of a theme holds."""
    query = select(SituationNote).where(SituationNote.file_id == file.id)
    return list(db.session.scalars(query.order_by(SituationNote.id)))


def _limits_come_first(file: CaseFile) -> None:
    if _last(file, rules.LIMITS) is None:
        raise LimitsFirst


def _keep(user: User, file: CaseFile, what: str, state: str, day: date, language: str | None = None) -> None:
    """One more row, unless it says what the last one says."""
    last = _last(file, what)
    if last is not None and (last.state, last.language, last.day) == (state, language, day):
        return
    row = Answer(file_id=file.id, safe_id=file.safe_id, what=what, state=state, language=language, day=day, by=user.id)
    db.session.add(row)
    db.session.flush()
    record("support.offer_answered", row.uid, by=user, codes=[file.person.code])
