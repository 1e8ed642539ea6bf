"""Telling without her consent, on a ground of the law: decided by one, confirmed by another (D-CONF-4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app import vault
from app.accounts.models import User
from app.db import db, now
from app.errors import Conflict, NotAllowed
from app.journal import record
from app.people import rules as people_rules
from app.people.actions import register_safe
from app.people.disclosure import Part, disclose
from app.people.models import Disclosure, Person
from app.work import queue_mail
from plugins.confidentiality.models import WithoutConsent
from plugins.confidentiality.queries.persons import may_open
from plugins.confidentiality.rules import exceptions as rules

CONSULTED = "confidentiality.consulted"  # why the record is open to the second person


class Answered(Conflict):
    """The second person's answer stays; what changed since is decided anew."""

    def message(self) -> str:
        return _("This was answered already. If the facts have changed, decide anew: it takes a minute.")


class TwoPeople(NotAllowed):
    """Nobody confirms what she decided herself (D-CONF-4)."""

    def message(self) -> str:
        return _("It takes two people: somebody else confirms what you decided. Ask another colleague.")


def decide(
    user: User,
    person: Person,
    *,
    ground: str,
    facts: str,
    recipient: str,
    capacity: str,
    items: Sequence[str],
    told: str,
    second: User,
    article: str | None = None,
    why_not: str | None = None,
    subject: str = "",
) -> WithoutConsent:
    """Record what has to be told, to whom, on which ground; it permits nothing until the second person confirms.

    By her worker, or by the privacy officer, who keeps her register. Raises NotAllowed, NotGranted, TwoPeople.
    """
    _may_decide(user, person)
    if not (ground in rules.GROUNDS and items and set(items) <= set(people_rules.ITEMS) and told in rules.TOLD):
        raise ValueError("A ground, items and whether she was told are words of the rules.")
    made = WithoutConsent(
        person=person,
        safe_id=register_safe(person),
        subject=subject,
        ground=ground,
        article=article or None,
        facts=facts,
        recipient=recipient.strip(),
        capacity=capacity,
        purpose=rules.PURPOSES[ground],
        items=" ".join(item for item in people_rules.ITEMS if item in items),
        told=told,
        why_not=why_not or None,
        decider=user,
        asked=second,
    )
    _ask(user, made, second)
    db.session.add(made)
    db.session.flush()
    _note(user, made, "exception_decided", ground=ground)
    return made


def ask_another(user: User, found: WithoutConsent, second: User) -> None:
    """Who was asked can't be reached: another looks at it. Raises NotAllowed, NotGranted, TwoPeople, Answered."""
    _may_decide(user, found.person)
    _hold(user, found)
    vault.revoke(found.safe_id, found.asked, by=user, whys=(CONSULTED,))
    _ask(user, found, second)
    found.asked = second
    _note(user, found, "second_asked", of=second.uid)


def confirm(user: User, found: WithoutConsent, *, answer: str | None = None) -> None:
    """The second person agrees: from now on, for a day, it permits this recipient and these items.

    Raises NotAllowed, NotGranted, TwoPeople, Answered.
    """
    _second(user, found)
    found.confirmed_at, found.answerer, found.answer = now(), user, answer or None
    _note(user, found, "exception_confirmed")


def refuse(user: User, found: WithoutConsent, *, answer: str | None) -> None:
    """The second person does not agree: nothing is permitted. Raises as `confirm` does."""
    _second(user, found)
    found.refused_at, found.answerer, found.answer = now(), user, answer or None
    _note(user, found, "exception_refused")


def note_told(user: User, found: WithoutConsent, *, told: str, why_not: str | None) -> None:
    """Whether she was told of it, or why not. Raises NotAllowed, NotGranted."""
    _may_decide(user, found.person)
    _lock(user, found)
    if told not in rules.TOLD:
        raise ValueError("Whether she was told is a word of the rules.")
    found.told, found.why_not = told, why_not or None
    _note(user, found, "she_was_told", told=told)


def tell(
    user: User, found: WithoutConsent, *, parts: Sequence[Part], way: str, title: str, language: str
) -> Disclosure:
    """Tell it now, through the one way out: the gate looks at the ground again. Raises NothingPermits, NotGranted."""
    user.must("confidentiality.consents")
    vault.open_safes(user, [found.safe_id], why="confidentiality.exception", codes=[found.person.code])
    told = {"recipient": found.recipient, "purpose": found.purpose, "subject": found.uid}
    return disclose(user, found.person, parts=parts, way=way, title=title, language=language, **told)


def _may_decide(user: User, person: Person) -> None:
    user.must("confidentiality.decide")
    safe = register_safe(person) if may_open(person, user) else person.safe_id  # else a refusal, journaled
    vault.open_safes(user, [safe], why="confidentiality.exception", codes=[person.code])


def _ask(user: User, made: WithoutConsent, second: User) -> None:
    """Her record is open to the second person for some days, and her mail says that something waits."""
    if not second.can("confidentiality.second") or not rules.may_confirm(user.id, second.id):
        raise TwoPeople
    if made.decided_by == second.id:
        raise TwoPeople
    until = now() + rules.CONSULTED_FOR
    vault.grant(made.safe_id, second, why=CONSULTED, by=user, until=until)
    queue_mail(second, "waiting")


def _second(user: User, found: WithoutConsent) -> None:
    user.must("confidentiality.second")
    _hold(user, found)
    if not rules.may_confirm(found.decided_by, user.id):
        record("confidentiality.second_refused", found.uid, by=user, codes=[found.person.code], survives=True)
        raise TwoPeople


def _hold(user: User, found: WithoutConsent) -> None:
    _lock(user, found)
    if found.confirmed_at or found.refused_at:
        raise Answered


def _lock(user: User, found: WithoutConsent) -> None:
    """Her register, then the row for us alone, as it is now."""
    vault.open_safes(user, [found.safe_id], why="confidentiality.exception", codes=[found.person.code])
    mine = select(WithoutConsent).where(WithoutConsent.id == found.id).with_for_update(of=WithoutConsent)
    db.session.scalars(mine.execution_options(populate_existing=True)).one()


def _note(user: User, found: WithoutConsent, what: str, **detail: Any) -> None:
    record(f"confidentiality.{what}", found.uid, by=user, codes=[found.person.code], **detail)
