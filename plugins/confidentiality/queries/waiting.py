"""All that waits for somebody among consents, decisions and orders: one statement, which opens nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, Select, cast, exists, func, literal, null, select, union_all

from app import vault
from app.accounts.models import User
from app.db import UtcDateTime, db, now
from app.people.models import Disclosure, Person
from app.web.times import today
from plugins.confidentiality.models import Consent, CourtOrder, Undertaking, WithoutConsent, YouthDecision
from plugins.confidentiality.rules import consents as consent_rules
from plugins.confidentiality.rules import exceptions as rules

MOST = 20  # of each kind
_NO_DAY, _NO_TIME = cast(null(), Date), cast(null(), UtcDateTime())


def waiting(user: User, until: date) -> Sequence[Any]:
    """What waits for her until a day: rows of `kind`, `code`, `uid`, `day` or `at`."""
    kinds = list(_kinds(user, until))
    parts = [select(each.limit(MOST).subquery()) for each in kinds]
    return db.session.execute(union_all(*parts)).all() if parts else []


def _kinds(user: User, until: date) -> Iterator[Select[Any]]:
    if user.can("confidentiality.second"):
        yield _to_confirm(user)
    if user.can("confidentiality.co_review"):
        yield _to_review(user)
    if user.can("confidentiality.consents"):
        yield _ending(min(until, today() + consent_rules.SOON)).where(_hers(user))
        yield _to_tell().where(_hers(user))
        yield _to_say().where(_hers(user))
        yield _to_decide_again().where(_hers(user))
    if user.can("confidentiality.registers"):
        yield _orders(until)
    if user.can("confidentiality.sign"):
        yield _last_signed(user)


def _to_confirm(user: User) -> Select[Any]:
    """What she was asked to look at as the second person (D-CONF-4)."""
    waits = WithoutConsent.confirmed_at.is_(None) & WithoutConsent.refused_at.is_(None)
    return _row("confirm", WithoutConsent).where(WithoutConsent.second == user.id, waits)


def _to_review(user: User) -> Select[Any]:
    """Decisions not to report that she was asked to look at (D-CONF-7)."""
    return _row("review", YouthDecision).where(YouthDecision.second == user.id, YouthDecision.reviewed_at.is_(None))


def _ending(until: date) -> Select[Any]:
    """Consents in force that end soon."""
    soon = Consent.until.between(today(), until) & Consent.withdrawn_at.is_(None)
    return _row("ends", Consent, day=Consent.until).where(Consent.signed_at.is_not(None), soon)


def _to_tell() -> Select[Any]:
    """What was confirmed less than a day ago, and was not told yet."""
    left = exists().where(Disclosure.permit == WithoutConsent.uid)
    fresh = WithoutConsent.confirmed_at > now() - rules.PERMITS_FOR
    return _row("tell", WithoutConsent, at=WithoutConsent.confirmed_at).where(fresh, ~left)


def _to_say() -> Select[Any]:
    """What she herself is still to be told of, once it left."""
    left = exists().where(Disclosure.permit == WithoutConsent.uid)
    return _row("say", WithoutConsent, at=WithoutConsent.confirmed_at).where(WithoutConsent.told == "later", left)


def _to_decide_again() -> Select[Any]:
    """Decisions not to report with which the second person did not agree; the last one of each person."""
    last = select(func.max(YouthDecision.id)).group_by(YouthDecision.person_id)
    return _row("again", YouthDecision).where(YouthDecision.id.in_(last), YouthDecision.agreed.is_(False))


def _orders(until: date) -> Select[Any]:
    """Orders that are not answered yet."""
    columns: Any = (literal("order").label("kind"), literal("").label("code"), CourtOrder.uid)
    query = select(*columns, CourtOrder.due_on.label("day"), _NO_TIME.label("at"))
    return query.where(CourtOrder.closed_on.is_(None), CourtOrder.due_on <= until).order_by(CourtOrder.due_on)


def _last_signed(user: User) -> Select[Any]:
    """One row: the day of her last undertaking, or none (D-CONF-13)."""
    columns: Any = (literal("undertaking").label("kind"), literal("").label("code"), literal("").label("uid"))
    signed = func.max(Undertaking.signed_on).label("day")
    return select(*columns, signed, _NO_TIME.label("at")).where(Undertaking.user_id == user.id)


def _row(kind: str, model: Any, *, day: Any = _NO_DAY, at: Any = _NO_TIME) -> Select[Any]:
    columns: Any = (literal(kind).label("kind"), Person.code.label("code"), model.uid, day.label("day"), at.label("at"))
    return select(*columns).join_from(model, Person, Person.id == model.person_id).order_by(model.id)


def _hers(user: User) -> Any:
    return Person.safe_id.in_(vault.granted_to(user))
