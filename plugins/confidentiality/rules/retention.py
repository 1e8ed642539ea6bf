"""How long things are kept, and who agrees that they go (D-CONF-9). Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

HOLD_SOURCES = ("court_order", "subpoena", "complaint", "request", "other")  # what forbids to destroy
STATES = ("proposed", "approved", "kept", "destroyed", "lapsed")  # lapsed: in use again, or gone otherwise
WAITING = ("proposed", "approved", "kept")
KEEP_REASONS = ("in_touch", "proceedings", "law", "asked", "other")  # why something is kept for longer
KEEP_MONTHS = (3, 6, 12, 24)  # then it is proposed again
MONTHS = range(241)


def kept_since(today: date, months: int) -> date:
    """The day before which nothing may have happened any more; the month's last day when it has no such day."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def kept_until(today: date, months: int) -> date:
    """The day on which what is kept for a reason is proposed again."""
    return kept_since(today, -months)


def number(year: int, within: int) -> str:
    """A certificate's: « 2026-0007 »."""
    return f"{year}-{within:04}"
