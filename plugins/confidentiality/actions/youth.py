"""Whether to report to youth protection: decided with a ground, never sent by the software (D-CONF-7)."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from app import vault
from app.accounts.models import User
from app.db import db, now
from app.errors import Conflict, IntranetError
from app.journal import record
from app.people.actions import register_safe
from app.people.models import Person
from app.work import queue_mail
from plugins.confidentiality.actions.exceptions import CONSULTED, TwoPeople
from plugins.confidentiality.models import YouthDecision
from plugins.confidentiality.rules import exceptions as two_people
from plugins.confidentiality.rules import youth as rules


class ReasonNeeded(IntranetError):
    """Not reporting needs a reason and a second person (D-CONF-7)."""

    status = 422

    def message(self) -> str:
        return _("Write why it is not reported, and choose who looks at it with you.")


class Reviewed(Conflict):
    def message(self) -> str:
        return _("A second person has looked at it already. Decide anew if the facts have changed.")


def decide_youth(
    user: User,
    person: Person,
    *,
    decision: str,
    situations: Sequence[str],
    facts: str,
    reason: str | None = None,
    second: User | None = None,
) -> YouthDecision:
    """Record a decision to report or not. Raises NotAllowed, NotGranted, ReasonNeeded, TwoPeople.

    Reporting itself is told through the path without consent; nothing leaves by this.
    """
    user.must("confidentiality.consents")
    vault.open_safes(user, [person.safe_id], why="confidentiality.youth", codes=[person.code])
    if decision not in rules.DECISIONS or not set(situations) <= {*rules.SITUATIONS, rules.NOTHING}:
        raise ValueError("A decision and its situations are words of the rules.")
    if rules.needs_reason(decision) and not ((reason or "").strip() and second):
        raise ReasonNeeded
    made = YouthDecision(
        person=person,
        safe_id=register_safe(person),
        decision=decision,
        ground=" ".join(word for word in (*rules.SITUATIONS, rules.NOTHING) if word in situations),
        facts=facts,
        reason=reason if rules.needs_reason(decision) else None,
        decider=user,
        second=_ask(user, register_safe(person), second) if second and rules.needs_reason(decision) else None,
    )
    db.session.add(made)
    db.session.flush()
    record("confidentiality.youth_decided", made.uid, by=user, codes=[person.code], decision=decision)
    return made


def review_youth(user: User, found: YouthDecision, *, agreed: bool, answer: str | None) -> None:
    """The second person looks at a decision not to report. Raises NotAllowed, NotGranted, TwoPeople, Reviewed."""
    user.must("confidentiality.co_review")
    vault.open_safes(user, [found.safe_id], why="confidentiality.youth", codes=[found.person.code])
    mine = select(YouthDecision).where(YouthDecision.id == found.id).with_for_update(of=YouthDecision)
    db.session.scalars(mine.execution_options(populate_existing=True)).one()
    if not two_people.may_confirm(found.by, user.id):
        record("confidentiality.second_refused", found.uid, by=user, codes=[found.person.code], survives=True)
        raise TwoPeople
    if found.agreed is not None or not rules.needs_reason(found.decision):
        raise Reviewed
    found.agreed, found.answer, found.reviewed_by, found.reviewed_at = agreed, answer or None, user.id, now()
    record("confidentiality.youth_reviewed", found.uid, by=user, codes=[found.person.code], agreed=agreed)


def _ask(user: User, safe_id: int, second: User) -> int:
    if not second.can("confidentiality.co_review") or not two_people.may_confirm(user.id, second.id):
        raise TwoPeople
    vault.grant(safe_id, second, why=CONSULTED, by=user, until=now() + two_people.CONSULTED_FOR)
    queue_mail(second, "waiting")
    return second.id
