"""Standing in: a file opened for a stated reason and time, that another looks at afterwards (D-CONF-1)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

WHY = ("absent", "danger", "came", "handover", "other")
HOURS = range(1, 25)  # 24 h at most, whoever asks
OFFERED = (1, 4, 8, 24)
VERDICTS = ("in_order", "look_into")
REVIEW_WITHIN = 3  # business days (ours)
COUNTED = timedelta(days=30)  # how far back a reviewer is shown how often
TOLD = timedelta(days=7)  # how long the file's workers see it on their desk


def may_stand_in(why: str, hours: int) -> bool:
    """A reason of the list, a time from 1 to 24 hours."""
    return why in WHY and hours in HOURS


def stands_until(since: datetime, hours: int) -> datetime:
    return since + timedelta(hours=hours)


def review_by(day: date) -> date:
    """The third business day after it: Saturdays and Sundays do not count, nor does the day itself."""
    for _each in range(REVIEW_WITHIN):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
    return day


def may_review(opened_by: int, who: int) -> bool:
    """Never she who opened it."""
    return opened_by != who
