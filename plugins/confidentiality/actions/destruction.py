"""The end of what is kept: proposed each night, approved by one, confirmed by another, certified (D-CONF-9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts.models import User
from app.catalogue.settings import setting
from app.db import db
from app.errors import Conflict
from app.hookspecs import Expired, RetentionCategory
from app.journal import record
from app.people.models import Person
from app.people.retention import categories
from app.web.times import today
from plugins.confidentiality.models.retention import Certificate, Proposal
from plugins.confidentiality.queries.retention import held_codes
from plugins.confidentiality.rules import retention as rules

BATCH = 200  # new proposals a night and a category
MOST = 100_000  # older ones that still stand are looked through


class NotApproved(Conflict):
    """Nothing is destroyed that one person has not approved."""

    def message(self) -> str:
        return _("This is not approved, or was decided meanwhile. Look at the list again.")


class SamePerson(Conflict):
    """Whoever approved it does not confirm it."""

    def message(self) -> str:
        return _("You approved this yourself: another person confirms it.")


class Held(Conflict):
    """Something forbids to destroy it."""

    def message(self) -> str:
        return _("A legal hold forbids this: nothing about her is destroyed until it ends.")


class NobodyDestroys(Conflict):
    """The plugin that keeps it is not installed any more."""

    def message(self) -> str:
        return _("What keeps this is not installed. Ask the administrator to install it again, then confirm.")


# --- each night ------------------------------------------------------------------------------------------------------


def propose(day: date) -> None:
    """Propose what has become due, and what was kept until today; drop what is in use. Twice a day adds nothing."""
    for category in categories().values():
        _propose(category, day)


def _propose(category: RetentionCategory, day: date) -> None:
    query = select(Proposal).where(Proposal.category == category.key, Proposal.state.in_(rules.WAITING))
    waiting = {each.item: each for each in db.session.scalars(query)}
    limit = BATCH + len(waiting)
    due = {each.uid: each for each in category.due(_before(category, day), limit)}
    for item, proposal in waiting.items():
        _look_again(proposal, due.get(item), day, cut=len(due) == limit)
    new = [each for each in due.values() if each.uid not in waiting]
    held = held_codes(each.code for each in new)
    added = [each for each in new if each.code not in held][:BATCH]
    for each in added:
        proposal = Proposal(category=category.key, item=each.uid, code=each.code, since=each.since, proposed_on=day)
        db.session.add(proposal)
    if added:
        record("confidentiality.destructions_proposed", by=None, category=category.key, n=len(added))


def _look_again(proposal: Proposal, due: Expired | None, day: date, *, cut: bool) -> None:
    """What is not still any more is dropped; what was kept for a while is proposed again, to be approved anew."""
    if due is None and cut:
        return  # older ones filled the list: it may stand behind them
    if due is None or due.since != proposal.since:
        proposal.state = "lapsed"
    elif proposal.state == "kept" and proposal.kept_until and proposal.kept_until <= day:
        proposal.state, proposal.approved_by, proposal.approved_on = "proposed", None, None


def _before(category: RetentionCategory, day: date) -> date:
    return rules.kept_since(day, int(setting(category.setting)))


# --- two people ------------------------------------------------------------------------------------------------------


def approve(user: User, proposals: Iterable[Proposal]) -> int:
    """One person agrees; how many were waiting for it. Raises NotAllowed, Held."""
    user.must("confidentiality.registers")
    done = 0
    for proposal in _locked(proposals):
        if proposal.state != "proposed":
            continue
        _must_be_free(proposal)
        proposal.state, proposal.approved_by, proposal.approved_on = "approved", user.id, today()
        _note(proposal, "destruction_approved", user)
        done += 1
    return done


def keep_for_now(user: User, proposals: Iterable[Proposal], *, why: str, months: int) -> int:
    """Keep it for a reason, approved before or not; it is proposed again later. Raises NotAllowed."""
    if not user.can("confidentiality.confirm"):  # who is asked to confirm may also say no
        user.must("confidentiality.registers")
    done = 0
    for proposal in _locked(proposals):
        if proposal.state in ("proposed", "approved"):
            proposal.state, proposal.kept_by, proposal.kept_for = "kept", user.id, why
            proposal.kept_until = rules.kept_until(today(), months)
            proposal.approved_by = proposal.approved_on = None
            _note(proposal, "kept_for_now", user, why=why)
            done += 1
    return done


def confirm(user: User, proposals: Iterable[Proposal]) -> list[Certificate]:
    """The second person agrees, and it is done: all of these, or none. What is in use again is left, and dropped.

    Raises NotAllowed, NotApproved, SamePerson, Held, NobodyDestroys; Conflict when it came into use at this moment.
    """
    user.must("confidentiality.confirm")
    known = categories()
    made = [_execute(user, proposal, known.get(proposal.category)) for proposal in _locked(proposals)]
    return [certificate for certificate in made if certificate]


def _execute(user: User, proposal: Proposal, category: RetentionCategory | None) -> Certificate | None:
    if proposal.state != "approved" or proposal.approved_by is None:
        raise NotApproved
    if proposal.approved_by == user.id:
        raise SamePerson
    if category is None:
        raise NobodyDestroys
    _must_be_free(proposal)
    if not _still(category, proposal):
        proposal.state = "lapsed"
        _note(proposal, "destruction_dropped", user)
        return None
    category.destroy(proposal.item)
    proposal.state = "destroyed"
    return _certify(user, proposal, category)


def _still(category: RetentionCategory, proposal: Proposal) -> bool:
    """Whether nothing happened to it since it was proposed, by the number of months that holds today."""
    before = min(_before(category, today()), proposal.since + timedelta(days=1))
    return any(each.uid == proposal.item and each.since == proposal.since for each in category.due(before, MOST))


def _must_be_free(proposal: Proposal) -> None:
    """Raises Held. Her row is locked, as a hold locks it: one of the two comes first."""
    if proposal.code:
        db.session.scalar(select(Person.id).where(Person.code == proposal.code).with_for_update())
        if held_codes([proposal.code]):
            raise Held


def _certify(user: User, proposal: Proposal, category: RetentionCategory) -> Certificate:
    day = today()
    with force_locale("fr"):  # the words of the day, in the language of the house
        title, method = str(category.title)[:200], str(category.method)[:300]
    assert proposal.approved_by is not None
    certificate = Certificate(
        year=day.year,
        number=_next_number(day.year),
        code=proposal.code,
        category=proposal.category,
        title=title,
        method=method,
        proposal_id=proposal.id,
        since=proposal.since,
        destroyed_on=day,
        approved_by=proposal.approved_by,
        confirmed_by=user.id,
    )
    db.session.add(certificate)
    db.session.flush()
    _note(proposal, "destroyed", user, certificate=certificate.uid)
    return certificate


def _next_number(year: int) -> int:
    if db.engine.dialect.name == "postgresql":  # on SQLite there is one writer
        db.session.execute(select(func.pg_advisory_xact_lock(5552)))
    return (db.session.scalar(select(func.max(Certificate.number)).where(Certificate.year == year)) or 0) + 1


def _locked(proposals: Iterable[Proposal]) -> Sequence[Proposal]:
    """These rows for us alone, always in the same order, as they are now."""
    ids = [proposal.id for proposal in proposals]
    query = select(Proposal).where(Proposal.id.in_(ids)).order_by(Proposal.id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def _note(proposal: Proposal, what: str, user: User, **told: Any) -> None:
    codes = [proposal.code] if proposal.code else []
    record(f"confidentiality.{what}", proposal.uid, by=user, codes=codes, category=proposal.category, **told)
