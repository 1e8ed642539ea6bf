"""Unusual openings, found each day and answered; roles looked at again each quarter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from app import vault
from app.accounts import actions as accounts
from app.accounts.models import RoleGrant, User
from app.catalogue.settings import setting
from app.db import db, now
from app.errors import Conflict, NotAllowed
from app.journal import record
from app.web.times import today
from plugins.confidentiality.actions import incidents
from plugins.confidentiality.actions.kept import SAFE
from plugins.confidentiality.models import Finding, FindingAnswer, Incident, RoleReview, Watch
from plugins.confidentiality.queries import review as queries
from plugins.confidentiality.rules import review as rules

BATCHES = 2  # in one day; what is left waits for the next one


def look(today: date) -> None:
    """Look through what the journal gained since the last time; keep what is unusual. Done twice, it adds nothing."""
    watch = db.session.get(Watch, 1) or Watch(id=1, seq=0)
    db.session.add(watch)
    many, officers = int(setting("confidentiality.many_openings")), queries.officers()
    for _batch in range(BATCHES):
        seen, last = queries.openings(watch.seq)
        if last == watch.seq:
            return
        _keep(rules.findings(seen, assigned=queries.assigned(seen), officers=officers, many=many))
        watch.seq = last


def _keep(found: Iterable[rules.Finding]) -> None:
    """New ones are added; one that was known counts more when it was cut off the last time."""
    known: dict[tuple[str, str, str, date], Finding] = {}
    found = list(found)
    if found:
        days = select(Finding).where(Finding.day.in_({one.day for one in found}))
        known = {(one.kind, one.actor, one.code, one.day): one for one in db.session.scalars(days)}
    for one in found:
        before = known.get((one.kind, one.actor, one.code, one.day))
        if before is None:
            db.session.add(Finding(**one._asdict()))
        elif one.number > before.number:
            before.number = one.number
    db.session.flush()


def answer(user: User, finding: Finding, *, answer: str, line: str, told: str = "") -> Incident | None:
    """Explain it, or have it looked into: then it begins an incident, whose first words are `told`.

    Nobody answers for herself. Raises NotAllowed, Conflict when it was answered already.
    """
    user.must("confidentiality.findings")
    if finding.actor == user.uid:
        raise NotAllowed
    db.session.refresh(finding, with_for_update=True)
    if finding.answer:
        raise Conflict
    finding.answer, finding.answered_by, finding.answered_at = answer, user.id, now()
    began = _look_into(user, finding, told) if answer == "look_into" else None
    said = FindingAnswer(finding_id=finding.id, safe_id=vault.create_safe(SAFE).id, line=line)
    said.incident = began.uid if began else None
    db.session.add(said)
    record("confidentiality.finding_answered", finding.uid, by=user, answer=answer)
    return began


def _look_into(user: User, finding: Finding, told: str) -> Incident:
    about = {"codes": finding.code or None, "cause": "seen"}
    return incidents.report(user, circumstances=told, known_on=today(), happened_on=finding.day, **about)


def review_role(user: User, grant: RoleGrant, answer: str) -> None:
    """Keep a role, end it, or ask first; kept on record for the quarter. Raises NotAllowed for her own."""
    user.must("confidentiality.review_roles")
    if not rules.may_review(user.id, grant.user_id):
        record("confidentiality.review_refused", by=user, survives=True, grant=grant.id)
        raise NotAllowed
    if answer == "end":
        accounts.end_role(grant.id, by=user)
    db.session.add(RoleReview(quarter=rules.quarter_of(today()), grant_id=grant.id, answer=answer, by=user.id))
    record("confidentiality.role_reviewed", by=user, grant=grant.id, answer=answer)
