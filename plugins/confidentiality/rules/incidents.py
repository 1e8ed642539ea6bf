"""Confidentiality incidents: the four factors, what waits, how long an entry is kept (D-CONF-6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

FACTORS = ("sensitivity", "malice", "consequences", "likelihood")
LEVELS = ("low", "some", "high")
RETAINED, NOT_RETAINED = "retained", "not_retained"
CAUSES = ("sent_wrong", "lost", "stolen", "seen", "used", "said", "software", "other")
KEPT_YEARS = 5  # at least, from the later of the day it was known and the last change
KEPT_MONTHS = range(KEPT_YEARS * 12, 50 * 12 + 1)  # what the board may choose
TO_ASSESS = timedelta(days=2)  # ours: from the day it was known
TO_TELL = timedelta(days=1)  # ours: from the day on which a serious risk was found
TO_CLOSE = timedelta(days=30)  # ours: from its last change
PERSONS = range(100_001)


def keep_until(known_on: date, changed_on: date) -> date:
    """The first day on which it may be destroyed: never before five years (D-CONF-6)."""
    last = max(known_on, changed_on)
    try:
        return last.replace(year=last.year + KEPT_YEARS)
    except ValueError:  # 29 February
        return date(last.year + KEPT_YEARS, 3, 1)


def leans_serious(levels: Mapping[str, str]) -> bool:
    """Whether the four answers lean towards a risk of serious injury; a help to think, the officer concludes.

    One high factor is enough unless misuse is unlikely; two that are not low are enough too.
    """
    high = [factor for factor in FACTORS if levels.get(factor) == "high"]
    some = [factor for factor in FACTORS if levels.get(factor) in ("some", "high")]
    return bool(high and levels.get("likelihood") != "low") or len(high) > 1 or len(some) > 2


What = Literal["assess", "commission", "persons", "close"]


class Facts(NamedTuple):
    """What of an incident decides what waits."""

    known_on: date
    changed_on: date
    conclusion: str | None = None  # RETAINED, NOT_RETAINED or None
    assessed_on: date | None = None
    commission_told_on: date | None = None
    persons_told_on: date | None = None
    persons_excused: bool = False  # telling them would hinder an inquiry: why is written
    closed_on: date | None = None


def missing(facts: Facts) -> list[What]:
    """What is left to do before it is closed, in order: a serious risk is told to the commission and to persons."""
    if facts.conclusion is None:
        return ["assess"]
    if facts.conclusion == NOT_RETAINED:
        return []
    told = {"commission": facts.commission_told_on, "persons": facts.persons_told_on or facts.persons_excused}
    return [what for what, done in told.items() if not done]  # type: ignore[misc]


class Waiting(NamedTuple):
    what: What
    day: date


def waiting(facts: Facts) -> Waiting | None:
    """What comes next and by when; None once it is closed."""
    if facts.closed_on:
        return None
    for what in missing(facts):
        if what == "assess":
            return Waiting(what, facts.known_on + TO_ASSESS)
        return Waiting(what, (facts.assessed_on or facts.changed_on) + TO_TELL)
    return Waiting("close", facts.changed_on + TO_CLOSE)
