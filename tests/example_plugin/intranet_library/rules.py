"""The rules, as pure functions: standard library only."""

from __future__ import annotations

from datetime import date, timedelta

KEPT_MONTHS = 3
MOST_WEEKS = 12


def due_on(lent_on: date, weeks: int) -> date:
    """The day by which a book comes back."""
    return lent_on + timedelta(weeks=weeks)


def may_be_forgotten(returned_on: date, today: date) -> bool:
    """A loan is forgotten three months after the book came back: nobody needs to know what she read."""
    return returned_on < today - timedelta(days=30 * KEPT_MONTHS)
