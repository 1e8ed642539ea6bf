"""Letters: written as drafts, sent through the one way out (D-CONF-3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask_babel import force_locale
from flask_babel import gettext as _

from app.accounts.models import User
from app.db import db, now
from app.errors import Conflict
from app.journal import record
from app.people import disclosure
from app.web.times import today
from plugins.support.actions.holding import SomeoneElseWrote, hold
from plugins.support.actions.referrals import ask_after
from plugins.support.models import CaseFile, Letter, Referral
from plugins.support.rules import letters as rules
from plugins.support.rules import referrals as later
from plugins.support.rules.letters import Piece


class AlreadySent(Conflict):
    """A letter leaves once, and then stays as it left."""

    def message(self) -> str:
        return _("This letter has left already: it stays as it was sent. Begin another one to add something.")


class EmptyLetter(Conflict):
    """There is nothing to send."""

    status = 422

    def message(self) -> str:
        return _("Nothing is written yet, or every part is left out. Write what they need to know first.")


def begin_letter(
    user: User, file: CaseFile, *, recipient: str, purpose: str, language: str, referral: Referral | None = None
) -> Letter:
    """Begin a draft, sealed in her file. Nothing leaves by it. Raises NotAllowed, NotGranted, FileClosed."""
    hold(user, file, open_only=True)
    letter = Letter(file=file, safe_id=file.safe_id, by=user.id, purpose=purpose, language=language, way="handed")
    letter.recipient, letter.parts, letter.version = recipient, rules.kept(()), 1
    letter.referral_id = referral.id if referral and referral.file_id == file.id else None
    db.session.add(letter)
    db.session.flush()
    record("support.letter_begun", letter.uid, by=user, codes=[file.person.code])
    return letter


def save_letter(
    user: User,
    letter: Letter,
    *,
    version: int,
    recipient: str,
    purpose: str,
    way: str,
    language: str,
    pieces: Sequence[Piece],
) -> None:
    """Keep a draft as it is now. Raises NotAllowed, NotGranted, FileClosed, AlreadySent, SomeoneElseWrote."""
    _hold(user, letter, version)
    letter.recipient, letter.purpose, letter.way, letter.language = recipient, purpose, way, language
    letter.parts, letter.version = rules.kept(pieces), letter.version + 1
    record("support.letter_saved", letter.uid, by=user, codes=[letter.file.person.code])


def leave_out(user: User, letter: Letter, *, version: int, covered: Collection[str]) -> None:
    """Leave out what no consent covers; it stays in the draft. Raises as `save_letter` does."""
    _hold(user, letter, version)
    letter.parts = rules.kept(rules.leave_out(rules.pieces(letter.parts), covered))
    letter.version += 1
    record("support.letter_saved", letter.uid, by=user, codes=[letter.file.person.code])


def discard_letter(user: User, letter: Letter, *, version: int) -> None:
    """Nothing of a draft is kept. Raises as `save_letter` does."""
    _hold(user, letter, version)
    record("support.letter_discarded", letter.uid, by=user, codes=[letter.file.person.code])
    db.session.delete(letter)
    db.session.flush()


def send_letter(user: User, letter: Letter, *, version: int) -> None:
    """Let a letter leave, as it is kept, through the one way out (D-CONF-3); it stays so from then on.

    Raises NothingPermits, which leaves the draft as it was; NotAllowed, NotGranted, FileClosed, AlreadySent,
    EmptyLetter, SomeoneElseWrote.
    """
    _hold(user, letter, version)
    told = rules.told(rules.pieces(letter.parts))
    if not told:
        raise EmptyLetter
    with force_locale(letter.language):
        title = _("Letter")
    entry = disclosure.disclose(
        user,
        letter.file.person,
        recipient=letter.recipient,
        purpose=letter.purpose,
        parts=[disclosure.Part(each.item, each.heading, each.paragraphs) for each in told],
        way=letter.way,
        title=title,
        language=letter.language,
        subject=letter.uid,
    )
    letter.sent_at, letter.sent_by, letter.disclosure, letter.paper = now(), user.id, entry.uid, entry.paper
    letter.version += 1
    if letter.referral_id and (referral := db.session.get(Referral, letter.referral_id)) and not referral.outcome:
        referral.ask_on = later.ask_again_on(today(), ask_after())
    record("support.letter_sent", letter.uid, by=user, codes=[letter.file.person.code], of=entry.uid)


def _hold(user: User, letter: Letter, version: int) -> None:
    """Her permission, her grant, then the draft for us alone, as she saw it."""
    hold(user, letter.file, open_only=True)
    db.session.refresh(letter, with_for_update=True)
    if letter.sent_at is not None:
        raise AlreadySent
    if letter.version != version:
        raise SomeoneElseWrote
