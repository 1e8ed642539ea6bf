"""Individual meetings, held by one or two workers (declaration, section 5, commitment 6)."""

from __future__ import annotations

from datetime import date, datetime

from plugins.support import rules

SUMMARY_LENGTH = 2000
ORIENTATION = ("none", "offered", "accepted", "not_now", "declined")  # to a support group, if she wants


def may_correct_meeting(noted_at: datetime, workers: tuple[int, int | None], who: int, now: datetime) -> bool:
    """Either of the workers who held it, within a day; what it said before stays to be read (ours)."""
    return who in workers and rules.may_correct(noted_at, who, who, now)


def next_reassessment(held_on: date, chosen: date | None, every_weeks: int) -> date:
    """When her needs are looked at again: the day chosen with her, else so many weeks after the meeting."""
    return chosen or rules.reassessment_due(held_on, every_weeks)
