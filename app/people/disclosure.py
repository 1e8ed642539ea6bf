"""The only way out: what an outside recipient is told about a person is told here, and nowhere else (D-CONF-3).

Somebody must permit it, now: her written consent or a ground of the law, which a plugin finds. Nobody answers, or what
answers fails: nothing leaves. There is no override. What left, under which permit, is kept in the register.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import current_app
from flask_babel import gettext as _

from app import papers, vault
from app.accounts.models import User
from app.db import db
from app.errors import Conflict
from app.hookspecs import DisclosureRequest, Permit, Refusal
from app.journal import record
from app.people.actions import register_safe
from app.people.models import Disclosure, Person
from app.plugins import plugins_of
from app.vault.crypto import plain
from app.web.times import today

Draw = Callable[[Permit], bytes]


class NothingPermits(Conflict):
    """No consent or ground covers this recipient, purpose and every item, now. `refusal` says why and what to do."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(" ".join(str(text) for text in (refusal.reason, refusal.todo) if text))


@dataclass(frozen=True)
class Part:
    """A piece of what is told: which item it is (one of rules.ITEMS), its heading and its paragraphs."""

    item: str
    heading: str
    paragraphs: Sequence[str]


def authorize(user: User, person: Person, *, recipient: str, purpose: str, items: Iterable[str]) -> Permit:
    """The permit that covers this recipient, this purpose and every item, today. Raises NothingPermits, journaled."""
    told = frozenset(items)
    found = answer(user, person, recipient=recipient, purpose=purpose, items=told)
    if isinstance(found, Permit):
        return found
    count = len(told)
    record("people.disclosure_refused", by=user, codes=[person.code], survives=True, purpose=purpose, items=count)
    raise NothingPermits(found)


def answer(user: User, person: Person, *, recipient: str, purpose: str, items: Iterable[str]) -> Permit | Refusal:
    """What `authorize` would say now, for a page that prepares something: nothing leaves by it."""
    wanted = DisclosureRequest(person, recipient, purpose, frozenset(items), user)
    answers = [each.value for each in plugins_of(current_app).call_each("authorize_disclosure", request=wanted)]
    for each in answers:
        if isinstance(each, Permit) and covers(each, wanted, today()):
            return each
    return next((each for each in answers if isinstance(each, Refusal)), None) or _nobody_answers()


def covers(permit: Permit, wanted: DisclosureRequest, day: date) -> bool:
    """Whether a permit is hers, for this recipient, this purpose and every item, on this day (D-CONF-3)."""
    same = plain(permit.recipient) == plain(wanted.recipient) != "" and permit.purpose == wanted.purpose
    hers = permit.code == wanted.person.code
    return hers and same and bool(wanted.items) and wanted.items <= permit.items and day <= permit.until


def _nobody_answers() -> Refusal:
    return Refusal(
        _("Nothing was sent: nothing permits it, or consents cannot be checked because they are switched off."),
        _("Her written consent has to be on record first. Ask the privacy officer."),
    )


def permits(person: Person, user: User) -> list[Permit]:
    """What may be told about her today, to whom: a letter begins from one of these."""
    asked = plugins_of(current_app).call_each("disclosure_permits", person=person, user=user)
    return [each.value for each in asked if today() <= each.value.until and each.value.code == person.code]


def recipients(user: User) -> list[str]:
    """Names of outside recipients that are known, in the order of the alphabet."""
    known = {answer.value for answer in plugins_of(current_app).call_each("recipients", user=user)}
    return sorted(known, key=plain)


def disclose(
    user: User,
    person: Person,
    *,
    recipient: str,
    purpose: str,
    parts: Sequence[Part],
    way: str,
    title: str,
    language: str,
    subject: str = "",
) -> Disclosure:
    """Tell a recipient about a person: a letter of these parts alone, kept and entered in the register (D-CONF-6).

    `way`: one of rules.WAYS; what is spoken makes no letter. `subject`: the uid of what asked for it. The permit is
    asked for in this unit of work, so that a consent withdrawn meanwhile stops it. Raises NotAllowed, NotGranted,
    NothingPermits.
    """
    user.must("core.people.disclose")
    vault.open_safes(user, [person.safe_id], why="disclosure", codes=[person.code])
    items = [part.item for part in parts]
    permit = authorize(user, person, recipient=recipient, purpose=purpose, items=items)
    entry = Disclosure(
        person_id=person.id,
        safe_id=register_safe(person),
        by=user.id,
        ground=permit.ground,
        permit=permit.uid,
        purpose=purpose,
        items=" ".join(dict.fromkeys(items)),
        recipient=recipient,
        way=way,
        subject=subject,
    )
    db.session.add(entry)
    db.session.flush()
    if way != "spoken":
        letter = _letter(user, recipient, parts, title, language, entry.uid)
        kept = papers.keep_made(user, entry.safe_id, letter, title, subject=entry.uid)
        entry.paper, entry.sha256 = kept.uid, hashlib.sha256(letter).hexdigest()
    told = len(set(items))
    record("people.disclosed", entry.uid, by=user, codes=[person.code], ground=permit.ground, of=permit.uid, items=told)
    return entry


def _letter(user: User, recipient: str, parts: Sequence[Part], title: str, language: str, reference: str) -> bytes:
    told = [papers.section(part.heading, *map(papers.paragraph, part.paragraphs)) for part in parts]
    data = {"to": [recipient], "date": today(), "parts": told, "sign": [user.name], "reference": reference[:8]}
    return papers.pdf("letter", data, title=title, language=language)
