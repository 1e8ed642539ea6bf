"""Her objectives: in her words, made precise, followed at each re-assessment (D-FILE-5)."""

from __future__ import annotations

from datetime import date, timedelta

LEVELS = ("not_begun", "begun", "half_way", "nearly", "reached", "set_aside")  # how far it is, in words
OVER = ("reached", "set_aside")

WORDS_LENGTH = 240
MOST_OPEN = 40  # under way at once (ours)
MOST_STEPS = 30  # of one objective (ours)
FURTHEST = timedelta(days=5 * 366)


def may_be_aimed_at(day: date | None, today: date) -> bool:
    """Whether she may wish to be there by a day: none, or one from today on, within five years (ours)."""
    return day is None or today <= day <= today + FURTHEST
