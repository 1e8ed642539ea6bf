"""Telling without her consent: on which grounds of the law, for how long, and that it takes two (D-CONF-4). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

GROUNDS = ("danger", "emergency", "youth", "court", "other")
PURPOSES = {"danger": "safety", "emergency": "health", "youth": "safety", "court": "legal", "other": "other"}
TOLD = ("yes", "later", "no")  # whether she was told of it
PERMITS_FOR = timedelta(hours=24)
CONSULTED_FOR = timedelta(days=7)  # how long the record is open to the second person


def permits(confirmed_at: datetime | None, now: datetime) -> bool:
    """Whether it permits something now: confirmed by the second person, less than a day ago."""
    return confirmed_at is not None and timedelta() <= now - confirmed_at < PERMITS_FOR


def may_confirm(decided_by: int, who: int) -> bool:
    """It takes two people: nobody confirms what she decided herself."""
    return decided_by != who


def state(confirmed_at: datetime | None, refused_at: datetime | None, now: datetime) -> str:
    """ "waiting", "refused", "in_force" or "over"."""
    if refused_at is not None:
        return "refused"
    if confirmed_at is None:
        return "waiting"
    return "in_force" if permits(confirmed_at, now) else "over"
