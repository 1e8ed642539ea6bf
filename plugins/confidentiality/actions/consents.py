"""Asking for a consent, signing it, taking it back (D-CONF-2). A draft permits nothing, whatever is written in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app import papers, vault
from app.accounts.models import User
from app.catalogue.settings import setting
from app.db import db, now
from app.errors import Conflict, IntranetError, NotAllowed
from app.journal import record
from app.papers.intake import Clean
from app.people import rules as people_rules
from app.people.actions import register_safe
from app.people.models import Disclosure, Person
from app.people.queries import received_under
from app.web.times import local_day, today
from plugins.confidentiality.models import Consent
from plugins.confidentiality.papers import consent as paper
from plugins.confidentiality.queries.consents import text_of
from plugins.confidentiality.rules import consents as rules

QUESTIONS = ("recipient", "purpose", "words", "items", "language", "until", "risks", "alternatives", "free", "talk")


class SomeoneElseWrote(Conflict):
    """What she saw has changed meanwhile: nothing is overwritten."""

    def message(self) -> str:
        return _("A colleague changed this meanwhile. Look at what it says now; send yours again if it still holds.")


class NotADraft(Conflict):
    """What she signed stays as she signed it."""

    def message(self) -> str:
        return _("This consent is signed and stays as it is. Ask for a new one, or note that she takes it back.")


class OneRecipient(IntranetError):
    """A consent names one recipient (D-CONF-2)."""

    status = 422

    def message(self) -> str:
        return _("One consent, one recipient. Ask for another consent for each of the others.")


class WrongEnd(IntranetError):
    """The last day is one that the board allows (D-CONF-2)."""

    status = 422

    def message(self) -> str:
        cap = int(setting("confidentiality.consent_cap_days"))
        return _("Choose a last day from today on, at most %(cap)d days ahead.", cap=cap)


class WrongDay(IntranetError):
    """The day on the paper is one on which it could be signed."""

    status = 422

    def message(self) -> str:
        return _("Write the day that stands beside her signature: from the day it was begun to today.")


class NotWhole(IntranetError):
    """Something is left to ask before she signs."""

    status = 422

    def message(self) -> str:
        return _("Something is left to talk over with her before she signs. Go back to what has no answer yet.")


def begin(user: User, person: Person, *, recipient: str) -> Consent:
    """A draft, for one recipient. Raises NotAllowed, NotGranted, OneRecipient."""
    _mine(user, person)
    return _draft(user, person, recipient=_one(recipient))


def renew(user: User, consent: Consent) -> Consent:
    """A new draft that says the same: talked over anew and signed anew. Raises NotAllowed, NotGranted."""
    _mine(user, consent.person)
    told = {name: getattr(consent, name) for name in ("recipient", "purpose", "words", "items", "language")}
    return _draft(user, consent.person, renews=consent.uid, **told)


def fill(user: User, consent: Consent, *, version: int, **answers: Any) -> None:
    """Answer some of QUESTIONS in a draft. What was printed before has to be printed again.

    Raises NotAllowed, NotGranted, NotADraft, SomeoneElseWrote, OneRecipient, WrongEnd; ValueError for an unknown word.
    """
    _hold(user, consent, version)
    if "recipient" in answers:
        answers["recipient"] = _one(answers["recipient"])
    if "items" in answers:
        answers["items"] = _known(answers["items"], people_rules.ITEMS)
    if "until" in answers:
        _must_end(answers["until"])
    _known([answers.get("purpose", "other")], people_rules.PURPOSES)
    _known([answers.get("language", "fr")], rules.LANGUAGES)
    _known(answers, QUESTIONS)
    for name, value in answers.items():
        setattr(consent, name, value)
    consent.text = consent.text_version = consent.printed_at = None
    consent.version += 1
    _note(user, consent, "consent_filled")


def discard(user: User, consent: Consent, *, version: int) -> None:
    """She would rather not: nothing of the draft is kept. Raises NotAllowed, NotGranted, NotADraft."""
    _hold(user, consent, version)
    _note(user, consent, "consent_discarded")
    db.session.delete(consent)


# --- her signature ---------------------------------------------------------------------------------------------------


def print_paper(user: User, consent: Consent, *, version: int) -> bytes:
    """The paper to sign, in her language; it says what she will have signed. Raises as `fill` does, and NotWhole."""
    _hold(user, consent, version)
    _write_text(consent)
    consent.printed_at = now()
    _note(user, consent, "consent_printed")
    return paper.consent_pdf(json.loads(str(consent.text)), _reference(consent))


def sign_on_paper(user: User, consent: Consent, *, version: int, scan: Clean, on: date) -> None:
    """The paper came back signed: its picture is kept, and the consent holds. `on`: the day on the paper.

    Raises as `fill` does, NotWhole when it was not printed as it now stands.
    """
    _hold(user, consent, version)
    if consent.printed_at is None or consent.text is None:
        raise NotWhole
    if not local_day(consent.created_at) <= on <= today():
        raise WrongDay
    kept = papers.keep(user, consent.safe_id, scan, subject=consent.uid)
    _signed(user, consent, how="paper", on=on, signature=kept.uid)


def sign_on_screen(user: User, consent: Consent, *, version: int, name: str, drawn: Clean | None = None) -> None:
    """She signs here: her name, or the one she uses; what she drew, if she did. Raises as `fill` does, and NotWhole."""
    _hold(user, consent, version)
    if not name.strip():
        raise NotWhole
    _write_text(consent)
    kept = papers.keep(user, consent.safe_id, drawn, subject=consent.uid) if drawn else None
    consent.name = name.strip()
    _signed(user, consent, how="screen", on=today(), signature=kept.uid if kept else None)


def withdraw(user: User, consent: Consent, *, how: str) -> Sequence[Disclosure]:
    """She takes it back: from now on it permits nothing. Gives who has received what already (D-CONF-5).

    By any of her workers or the privacy officer; held for us alone, so that a letter left before, or does not leave.
    Raises NotAllowed, NotGranted, NotADraft when it was never signed; twice is once.
    """
    user.must("confidentiality.decide")
    _open(user, consent)
    if consent.signed_at is None:
        raise NotADraft(_("She has not signed this one: it permits nothing. Put it away instead."))
    if consent.withdrawn_at is None:
        _known([how], rules.WITHDRAWALS)
        consent.withdrawn_at, consent.withdrawn_by, consent.withdrawn_how = now(), user.id, how
        _note(user, consent, "consent_withdrawn", how=how)
    return received_under(consent.uid)


# --- steps -----------------------------------------------------------------------------------------------------------


def _mine(user: User, person: Person) -> None:
    user.must("confidentiality.consents")
    vault.open_safes(user, [person.safe_id], why="confidentiality.consent", codes=[person.code])
    vault.open_safes(user, [register_safe(person)], why="confidentiality.consent", codes=[person.code])


def _draft(user: User, person: Person, **told: Any) -> Consent:
    first = person.languages.split()[0]
    told = {"language": first if first in rules.LANGUAGES else "fr", **told}
    days, cap = (int(setting(f"confidentiality.consent_{name}")) for name in ("days", "cap_days"))
    end = rules.first_end(today(), days, cap)
    consent = Consent(person=person, safe_id=register_safe(person), by=user.id, until=end, **told)
    db.session.add(consent)
    db.session.flush()
    _note(user, consent, "consent_begun")
    return consent


def _open(user: User, consent: Consent) -> None:
    """Her register, then the row for us alone, as it is now."""
    vault.open_safes(user, [consent.safe_id], why="confidentiality.consent", codes=[consent.person.code])
    mine = select(Consent).where(Consent.id == consent.id).with_for_update(of=Consent)
    db.session.scalars(mine.execution_options(populate_existing=True)).one()


def _hold(user: User, consent: Consent, version: int) -> None:
    user.must("confidentiality.consents")
    if not vault.is_granted(user, consent.person.safe_id):
        raise NotAllowed
    _open(user, consent)
    if consent.signed_at is not None:
        raise NotADraft
    if consent.version != version:
        raise SomeoneElseWrote


def _one(recipient: str) -> str:
    name = recipient.strip()
    if not name or len(name) > rules.RECIPIENT_LENGTH or rules.is_list(name):
        raise OneRecipient
    return name


def _known(given: Iterable[str], vocabulary: Sequence[str]) -> str:
    """Words of a vocabulary, in its order. Raises ValueError for any other."""
    chosen = set(given)
    if chosen - set(vocabulary):
        raise ValueError("This is not one of the words that a consent is made of.")
    return " ".join(word for word in vocabulary if word in chosen)


def _write_text(consent: Consent) -> None:
    """What she signs, whole: every question has its answer, and the end is still one that the board allows."""
    answered = consent.recipient and consent.purpose and consent.items and consent.until
    if not (answered and consent.risks and consent.alternatives and consent.free):
        raise NotWhole
    _must_end(consent.until)
    consent.text = json.dumps(text_of(consent))
    consent.text_version = paper.text_version(consent.language)


def _signed(user: User, consent: Consent, *, how: str, on: date, signature: str | None) -> None:
    _must_end(consent.until)
    consent.how, consent.signed_on, consent.signature = how, on, signature
    consent.signed_at, consent.witness = now(), user.id
    consent.version += 1
    _note(user, consent, "consent_signed", how=how, text=consent.text_version)


def _reference(consent: Consent) -> str:
    """Small, at the foot of the paper: which draft, with which words."""
    return f"{consent.uid[:8]} · {consent.text_version}"


def _must_end(until: date | None) -> None:
    if not rules.may_end(until, today(), int(setting("confidentiality.consent_cap_days"))):
        raise WrongEnd


def _note(user: User, consent: Consent, what: str, **detail: Any) -> None:
    record(f"confidentiality.{what}", consent.uid, by=user, codes=[consent.person.code], **detail)
