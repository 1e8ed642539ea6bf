"""The declaration's rules for following a person, as pure functions and tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

WOMEN, RELATIVES, GATHERING_PLACE = 1, 8, 9  # services of the declaration (section 4)
FOLLOW_UP = (WOMEN, RELATIVES)  # a file is of one or of the other: see service_of

KINDS = ("listening", "support", "information", "accompaniment", "news")
WAYS = ("phone", "text", "in_person", "email", "video")
STEPS = ("call", "write", "meet", "accompany", "other")
LANGUAGES = ("fr", "en", "es", "ht", "other")

LINE_LENGTH = 240  # one line, only what is useful (D-FILE-1)
MINUTES = range(1, 601)
VISITS = range(1, 101)  # counted at once
CORRECTION = timedelta(days=1)  # how long she may correct what she noted
LOOK_BACK = timedelta(days=92)  # how far back a contact or a visit may be noted
LOOK_AHEAD = timedelta(days=366)
WEEKS = range(1, 105)  # between two looks at her needs
SOON = timedelta(days=7)
QUIET = timedelta(days=30)
REVIEW_AFTER_MONTHS = 24  # without activity (D-CONF-9)
CONTACTS_KEPT_MONTHS = 12  # (D-CONF-9)

_NINE_DIGITS = re.compile(r"(?<![\d-])(?:\d[ .-]?){8}\d(?![\d-])")
_HEALTH_CARD = re.compile(r"\b[A-Za-z]{4}[ .-]?\d{4}[ .-]?\d{4}\b")


def service_of(kind: str) -> int:
    """The service under which a person is followed: a relative's file is apart (service 8)."""
    return RELATIVES if kind == "relative" else WOMEN


# --- what may be written -------------------------------------------------------------------------------------------


def holds_a_number_not_ours(text: str) -> bool:
    """Whether a line holds a social insurance or health insurance number: never useful to the follow-up (D-FILE-1)."""
    return bool(_HEALTH_CARD.search(text)) or any(_adds_up(found) for found in _NINE_DIGITS.findall(text))


def _adds_up(number: str) -> bool:
    """The check digit of social insurance numbers, so that other nine digits may be written."""
    digits = [int(character) for character in number if character.isdigit()]
    doubled = [sum(divmod(digit * 2, 10)) if place % 2 else digit for place, digit in enumerate(digits)]
    return sum(doubled) % 10 == 0


def may_be_noted(day: date, today: date) -> bool:
    """Whether something that took place on a day may still be noted: not ahead of it, nor long after (ours)."""
    return today - LOOK_BACK <= day <= today


def may_be_planned(day: date | None, today: date) -> bool:
    """Whether a next step may be set for a day: from today on, within a year (ours)."""
    return day is not None and today <= day <= today + LOOK_AHEAD


def may_correct(noted_at: datetime, noted_by: int, who: int, now: datetime) -> bool:
    """Her own contact, within a day: after that a line is added, none is changed (ours)."""
    return noted_by == who and timedelta() <= now - noted_at < CORRECTION


# --- what is due ---------------------------------------------------------------------------------------------------


def reassessment_due(last: date, every_weeks: int) -> date:
    """The day by which needs are looked at again together (declaration, section 5, commitment 6)."""
    return last + timedelta(weeks=every_weeks)


def next_due(reassess_on: date, step_on: date | None) -> date:
    """The nearer of the next step and the re-assessment: the order of a worker's list."""
    return reassess_on if step_on is None else min(reassess_on, step_on)


def urgency(day: date, today: date) -> str:
    """ "late", "today", "soon" (within a week) or "later"."""
    if day <= today:
        return "late" if day < today else "today"
    return "soon" if day - today <= SOON else "later"


def is_quiet(last_contact: date | None, opened_on: date, today: date) -> bool:
    """Whether there has been no news for 30 days (ours)."""
    return today - (last_contact or opened_on) > QUIET


# --- who follows ---------------------------------------------------------------------------------------------------


def may_assign(by: int, to: int) -> bool:
    """Nobody opens a file to herself: who assigns sees codes, never what they hold (D-CONF-1, DOMAIN section 8)."""
    return by != to


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """The names of what a correction changes, for the journal: names only, never what was written (D-CONF-10)."""
    return sorted(name for name, value in after.items() if before.get(name) != value)
