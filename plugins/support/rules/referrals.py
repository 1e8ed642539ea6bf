"""Referrals: three forms, and the question asked later (service 4). Pure."""

from __future__ import annotations

from datetime import date, timedelta

FORMS = ("told", "warm", "sent")  # only "sent" makes information leave, through the one way out
OUTCOMES = ("went", "not_gone", "refused", "helped", "not_helped")
FOUND = ("1", "2", "3", "4")
ASK_AFTER = range(1, 366)  # days


def ask_on(form: str, day: date, after: int) -> date | None:
    """The day to ask her how it went; not before what has to be sent was sent."""
    return None if form == "sent" else day + timedelta(days=after)


def ask_again_on(day: date, after: int) -> date:
    return day + timedelta(days=after)


def is_known(outcome: str | None) -> bool:
    return outcome in OUTCOMES
