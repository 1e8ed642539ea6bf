"""Incidents: reported by anyone, completed, assessed, told and closed by the privacy officer (D-CONF-6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app import vault
from app.accounts.current import whoever
from app.accounts.models import User
from app.db import db
from app.errors import Conflict, NotFound
from app.journal import record
from app.web.times import day, today
from plugins.confidentiality.actions import kept
from plugins.confidentiality.models import Incident
from plugins.confidentiality.queries.incidents import facts
from plugins.confidentiality.rules import incidents as rules


class TooEarly(Conflict):
    """An incident is kept five years at least, whatever anybody decides."""

    def __init__(self, until: date) -> None:
        super().__init__(_("An incident is kept for five years at least: until %(day)s.", day=day(until, year=True)))


class NotFinished(Conflict):
    """Something is to be done before it is closed."""

    def message(self) -> str:
        return _(
            "Before it is closed: conclude on the risk and, when it is serious, tell the commission and the persons."
        )


def report(user: User, *, circumstances: str, known_on: date, happened_on: date | None = None, **more: Any) -> Incident:
    """What anyone here may do, as one drops a letter: who reports can't read it afterwards (D-CONF-6).

    `more`: information, persons, codes, cause. Raises NotAllowed.
    """
    user.must("confidentiality.report")
    told = {"circumstances": circumstances, "known_on": known_on, "happened_on": happened_on, **more}
    return kept.add(user, Incident, "incident_reported", waits_on=known_on + rules.TO_ASSESS, **told)


def complete(user: User, incident: Incident, *, version: int, **values: Any) -> None:
    """Circumstances, information, cause, days, persons. Raises NotAllowed, NotGranted, WrittenMeanwhile."""
    kept.hold(user, incident, version)
    _change(user, incident, "incident_completed", **values)


def assess(
    user: User, incident: Incident, *, version: int, factors: Mapping[str, tuple[str, str]], conclusion: str, why: str
) -> None:
    """The four factors, each a level and its reason; then whether a risk of serious injury is retained, and why."""
    kept.hold(user, incident, version)
    told = json.dumps({"factors": factors, "why": why}, ensure_ascii=False)
    _change(user, incident, "incident_assessed", assessment=told, conclusion=conclusion, assessed_on=today())


def follow_up(user: User, incident: Incident, *, version: int, **values: Any) -> None:
    """Days of the notices, why persons are not told, measures taken."""
    kept.hold(user, incident, version)
    _change(user, incident, "incident_followed_up", **values)


def close(user: User, incident: Incident) -> None:
    """It is over; it stays in the register. Raises NotFinished."""
    kept.hold(user, incident)
    if rules.missing(facts(incident)):
        raise NotFinished
    _change(user, incident, "incident_closed", closed_on=incident.closed_on or today())


def reopen(user: User, incident: Incident) -> None:
    kept.hold(user, incident)
    _change(user, incident, "incident_reopened", closed_on=None)


def destroy(uid: str) -> None:
    """Destroy one whose time has come, once two people agreed (D-CONF-9). Raises TooEarly before five years."""
    incident = db.session.scalar(select(Incident).where(Incident.uid == uid).with_for_update())
    if incident is None:
        raise NotFound
    if (until := rules.keep_until(incident.known_on, incident.changed_on)) > today():
        raise TooEarly(until)
    incident.waits_on, incident.closed_on = None, incident.closed_on or today()
    vault.destroy(db.session.get_one(vault.Safe, incident.safe_id), by=whoever())
    record("confidentiality.incident_destroyed", incident.uid, by=whoever())


def _change(user: User, incident: Incident, event: str, **values: Any) -> None:
    """The change, its trace, and what waits from now on."""
    if kept.change(user, incident, event, **values):
        next_one = rules.waiting(facts(incident))
        incident.waits_on = next_one.day if next_one else None
