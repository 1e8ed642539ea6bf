"""How long what is written in follow-up is kept (D-CONF-9): the board sets the months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

FILE_MONTHS = 24  # without activity, then the file is looked at
CONTACT_MONTHS = 12
MONTHS = range(1, 241)
FEWEST_CONTACT_MONTHS = 4  # longer than a contact may be noted afterwards


def kept_since(today: date, months: int) -> date:
    """The day before which nothing may have happened any more; on the month's last day when it has no such day."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def year_is_over(year: int, today: date) -> bool:
    return year < today.year
