"""A copy of her whole file: begun by her worker, marked, looked at whole, then made (D-CONF-8)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from app import papers, vault
from app.accounts.models import User
from app.db import db, now
from app.errors import Conflict, IntranetError, NotGranted
from app.journal import record
from app.papers.models import Paper
from app.web.times import today
from plugins.confidentiality.models.rights import Preparation, RightsRequest
from plugins.confidentiality.queries.whole_file import marks_of
from plugins.confidentiality.rules import whole_file as rules
from plugins.confidentiality.rules.whole_file import Marks, Section

NAMES = {"application/pdf": "PDF", "application/json": "JSON"}
OPEN_FOR = timedelta(hours=24)  # then she begins again, if she still follows her


class MarkedMeanwhile(Conflict):
    """A colleague marked something else meanwhile: nothing is overwritten."""

    def message(self) -> str:
        return _("A colleague prepared this meanwhile. Look at the page again, then mark what is missing.")


class LookFirst(Conflict):
    """Nothing is given that nobody looked at."""

    def message(self) -> str:
        return _("Some pages were not looked at, or have changed since. Look at them, then make the copy.")


class WordTooShort(IntranetError):
    status = 422

    def message(self) -> str:
        return _("Write a word or a name of two letters or more, 80 at most.")


def begin(user: User, request: RightsRequest) -> Preparation:
    """Open it to her for a day. Raises NotAllowed, NotGranted: only who may open her record prepares it."""
    _must_follow(user, request)
    db.session.refresh(request.person, with_for_update=True)  # two at once begin one
    found = db.session.scalar(select(Preparation).where(Preparation.request_id == request.id))
    if found is None:
        safe = vault.create_safe("confidentiality.whole_file", within=request.person.safe_id)
        found = Preparation(safe_id=safe.id, request_id=request.id, by=user.id)
        db.session.add(found)
    if not vault.is_granted(user, found.safe_id):
        vault.grant(found.safe_id, user, why="confidentiality.whole_file", by=user, until=now() + OPEN_FOR)
    db.session.flush()
    record("confidentiality.whole_file_begun", found.uid, by=user, codes=[request.person.code])
    return found


def mark(
    user: User,
    preparation: Preparation,
    number: int,
    page: Sequence[Section],
    *,
    hidden: Mapping[str, str],
    version: int,
    word: str | None = None,
) -> None:
    """What is hidden on a page, with the reasons; it was looked at, as it is, unless a `word` is to be hidden first.

    Raises WordTooShort, MarkedMeanwhile.
    """
    marks = _hold(user, preparation, version)
    here = {entry.key for section in page for entry in section.entries}
    kept = {key: why for key, why in marks.entries.items() if key not in here}
    kept |= {key: why for key, why in hidden.items() if key in here and why in rules.REASONS}
    if word is not None:
        marks = _with_word(marks, word)
    else:
        marks = marks._replace(seen={**marks.seen, str(number): rules.seal_of(page)})
    _keep(user, preparation, marks._replace(entries=kept))


def hide_word(user: User, preparation: Preparation, word: str, version: int) -> None:
    """Hide a word or a name wherever it stands. Raises WordTooShort, MarkedMeanwhile."""
    _keep(user, preparation, _with_word(_hold(user, preparation, version), word))


def show_word(user: User, preparation: Preparation, word: str, version: int) -> None:
    """Do not hide it any more. Raises MarkedMeanwhile."""
    marks = _hold(user, preparation, version)
    _keep(user, preparation, marks._replace(words=tuple(each for each in marks.words if each != word)))


def must_be_looked_at(pages: Sequence[Sequence[Section]], marks: Marks) -> None:
    """Raises LookFirst."""
    if rules.not_seen(pages, marks):
        raise LookFirst


def keep_copies(user: User, preparation: Preparation, made: Mapping[str, bytes], version: int) -> list[Paper]:
    """Keep the PDF and the JSON, sealed; by kind. Raises MarkedMeanwhile when a mark was set since they were made."""
    _hold(user, preparation, version)
    preparation.made_on = today()
    code = preparation.request.person.code
    kept = [
        papers.keep_made(user, preparation.safe_id, content, NAMES[kind], subject=preparation.uid, kind=kind)
        for kind, content in made.items()
    ]
    record("confidentiality.whole_file_made", preparation.uid, by=user, codes=[code], survives=False, n=len(kept))
    return kept


def _with_word(marks: Marks, word: str) -> Marks:
    if not rules.may_be_hidden(word) or len(marks.words) >= rules.MOST:
        raise WordTooShort
    return marks._replace(words=tuple(dict.fromkeys((*marks.words, word.strip()))))


def _must_follow(user: User, request: RightsRequest) -> None:
    """Her worker: not the privacy officer, who opens registers and no notes (DOMAIN section 8)."""
    user.must("confidentiality.whole_file")
    if not vault.is_granted(user, request.person.safe_id, lasting=True):  # who stands in sees it in part (D-FILE-5)
        raise NotGranted
    vault.open_safes(user, [request.person.safe_id], why="export", codes=[request.person.code])


def _hold(user: User, preparation: Preparation, version: int) -> Marks:
    _must_follow(user, preparation.request)
    code = preparation.request.person.code
    vault.open_safes(user, [preparation.safe_id], why="confidentiality.whole_file", codes=[code])
    db.session.refresh(preparation, with_for_update=True)
    if preparation.version != version:
        raise MarkedMeanwhile
    return marks_of(preparation)


def _keep(user: User, preparation: Preparation, marks: Marks) -> None:
    preparation.marks = json.dumps(marks._asdict(), ensure_ascii=False)
    preparation.version += 1
    db.session.flush()
    about = [preparation.request.person.code]
    entries, words = len(marks.entries), len(marks.words)
    record("confidentiality.whole_file_marked", preparation.uid, by=user, codes=about, entries=entries, words=words)
