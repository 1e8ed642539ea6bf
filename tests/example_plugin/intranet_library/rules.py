"""The rules, as pure functions: standard library only."""

from __future__ import annotations

from datetime import date, timedelta

KEPT_MONTHS = 3
MOST_WEEKS = 12
TOWN_LIBRARY = "Bibliothèque municipale"


def due_on(lent_on: date, weeks: int) -> date:
    """The day by which a book comes back."""
    return lent_on + timedelta(weeks=weeks)


def has_ended(until: date, today: date) -> bool:
    """An agreement holds on its last day."""
    return today > until
