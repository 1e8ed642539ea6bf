"""Providers and privacy impact assessments: their keywords, when they are looked at again (D-CONF-6)."""

from __future__ import annotations

from datetime import date

SENSITIVITIES = ("low", "some", "high")
VERDICTS = ("go", "with_measures", "no")
WHERE = ("quebec", "canada", "abroad")


def next_year(day: date) -> date:
    """What is proposed as the next review: a year later; who reviews decides (ours)."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 3, 1)
