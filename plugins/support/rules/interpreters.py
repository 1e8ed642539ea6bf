"""Interpreters: an undertaking of confidentiality each year (D-CONF-13). Pure."""

from __future__ import annotations

from datetime import date

MINUTES = range(10, 481)


def holds_until(signed_on: date) -> date:
    """The last day of the twelve months for which it was signed."""
    try:
        return signed_on.replace(year=signed_on.year + 1)
    except ValueError:  # 29 February
        return date(signed_on.year + 1, 2, 28)


def undertaking_holds(signed_on: date | None, day: date) -> bool:
    """Whether an undertaking signed on that day holds on a day: signed before it, within twelve months."""
    return signed_on is not None and signed_on <= day <= holds_until(signed_on)
