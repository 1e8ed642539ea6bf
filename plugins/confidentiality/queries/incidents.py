"""The register of incidents, and one of them (D-CONF-6)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import NotFound
from app.hookspecs import Expired
from app.vault import Safe
from app.web.times import today
from plugins.confidentiality.models import Incident, Revision
from plugins.confidentiality.queries.registers import Column, Register, Row, Rows, Wanted, keep, of_page, rows_of
from plugins.confidentiality.rules import incidents as rules

SAFE = "confidentiality.register"


def standing(model: Any, what: Any = None) -> Select[Any]:
    """The entries of a register whose safe was not destroyed."""
    query = select(model if what is None else what).join(Safe, Safe.id == model.safe_id)
    return query.where(Safe.destroyed_at.is_(None))


def entry_or_404(model: Any, uid: str, user: User) -> Any:
    """An entry of the house's registers, opened. Raises NotAllowed, NotFound."""
    user.must("confidentiality.registers")
    found = db.session.scalar(standing(model).where(model.uid == uid))
    if found is None:
        raise NotFound
    vault.open_safes(user, [found.safe_id], why=SAFE)
    return found


def incident_or_404(uid: str, user: User) -> Incident:
    found: Incident = entry_or_404(Incident, uid, user)
    return found


def facts(incident: Incident) -> rules.Facts:
    """What of it decides what waits."""
    return rules.Facts(**{name: getattr(incident, name) for name in rules.Facts._fields})


def missing(incident: Incident) -> list[rules.What]:
    return rules.missing(facts(incident))


def kept_until(incident: Incident) -> date:
    return rules.keep_until(incident.known_on, incident.changed_on)


class Assessed(NamedTuple):
    """The assessment as it was written: {factor: (level, why)}, and why the conclusion is what it is."""

    factors: dict[str, tuple[str, str]]
    why: str = ""


def assessed(incident: Incident) -> Assessed:
    """Of an opened incident; empty when it was not assessed."""
    told = json.loads(incident.assessment or '{"factors": {}, "why": ""}')
    return Assessed({factor: (level, why) for factor, (level, why) in told["factors"].items()}, told["why"])


class Change(NamedTuple):
    """One change: when, by whom, what the fields said before."""

    revision: Revision
    by: User
    before: dict[str, Any]


def history(entry: Any, limit: int = 50) -> list[Change]:
    """The changes of an opened entry, the last first."""
    query = select(Revision, User).join(User, User.id == Revision.by).where(Revision.subject == entry.uid)
    rows = db.session.execute(query.order_by(Revision.id.desc()).limit(limit))
    return [Change(revision, by, json.loads(revision.before)) for revision, by in rows]


class Due(NamedTuple):
    uid: str
    what: str
    day: date


def incidents_due(until: date, limit: int = 20) -> list[Due]:
    """What waits in incidents until a day: nothing is opened."""
    query = select(Incident).where(Incident.waits_on <= until).order_by(Incident.waits_on, Incident.id).limit(limit)
    waiting = [(incident.uid, rules.waiting(facts(incident))) for incident in db.session.scalars(query)]
    return [Due(uid, one.what, one.day) for uid, one in waiting if one]


def incidents_expired(before: date, limit: int) -> Iterator[Expired]:
    """Those whose last change, and the day they were known, come before a day; never before five years (D-CONF-6)."""
    earliest = min(before, today() - timedelta(days=365 * rules.KEPT_YEARS))
    query = standing(Incident).where(Incident.changed_on < earliest, Incident.known_on < earliest)
    for incident in db.session.scalars(query.order_by(Incident.changed_on, Incident.id).limit(limit)):
        if rules.keep_until(incident.known_on, incident.changed_on) <= today():
            yield Expired(incident.uid, "", max(incident.known_on, incident.changed_on))


def opened(user: User, query: Select[Any], model: Any, day: Any, wanted: Wanted) -> Sequence[Any]:
    """A page of entries of the house, their safes opened in one go. Raises NotAllowed."""
    user.must("confidentiality.registers")
    rows = db.session.scalars(of_page(query, model.id, day, wanted)).all()
    vault.open_safes(user, {row.safe_id for row in rows}, why=SAFE)
    return rows


def _page(user: User, wanted: Wanted) -> Rows:
    return rows_of(opened(user, standing(Incident), Incident, Incident.known_on, wanted), wanted, _row)


def _row(incident: Incident) -> Row:
    clear = ("id", "uid", "known_on", "happened_on", "persons", "cause", "conclusion", "commission_told_on")
    told = ("persons_told_on", "excuse", "closed_on", "circumstances", "information", "codes", "measures")
    because = assessed(incident)
    levels = {factor: level for factor, (level, _why) in because.factors.items()}
    reasons = "\n".join(filter(None, [because.why, *(why for _level, why in because.factors.values())]))
    state = "closed" if incident.closed_on else "open"
    return {name: getattr(incident, name) for name in clear + told} | levels | {"why": reasons, "state": state}


keep(
    Register(
        "incidents",
        _l("Confidentiality incidents"),
        "triangle-alert",
        (
            Column("known_on", _l("Known on"), "date"),
            Column("happened_on", _l("Took place on"), "date"),
            Column("circumstances", _l("What happened")),
            Column("information", _l("Which information"), long=True),
            Column("cause", _l("Cause"), "word", "causes"),
            Column("persons", _l("Persons"), "number"),
            Column("codes", _l("Their codes"), long=True),
            Column("sensitivity", _l("Sensitivity"), "word", "levels", long=True),
            Column("malice", _l("Malicious use"), "word", "levels", long=True),
            Column("consequences", _l("Consequences"), "word", "levels", long=True),
            Column("likelihood", _l("Likelihood"), "word", "levels", long=True),
            Column("conclusion", _l("Serious risk"), "word", "retained"),
            Column("why", _l("Why"), long=True),
            Column("commission_told_on", _l("Commission told on"), "date", long=True),
            Column("persons_told_on", _l("Persons told on"), "date", long=True),
            Column("excuse", _l("Why they were not told"), long=True),
            Column("measures", _l("Measures"), long=True),
            Column("state", _l("State"), "word", "states"),
        ),
        page=_page,
        size=lambda: standing(Incident, Incident.id),
        due=lambda day: standing(Incident, Incident.id).where(Incident.waits_on <= day),
        endpoint="confidentiality.incident",
        new=("confidentiality.report_incident", _l("Report an incident")),
        hint=_l("Even the minor ones: what happened, how serious it may be, who was told, what was done. Five years."),
        weight=30,
    )
)
