"""Her life history: what she chooses to tell, with dates as she knows them (D-FILE-5, commitment 3)."""

from __future__ import annotations

import json
from datetime import date
from typing import NamedTuple

KINDS = ("entry", "way_out", "home", "family", "studies", "work", "health", "justice", "support", "other")
LINE_LENGTH = 240
MOST = 200  # events (ours)
YEARS_BACK = 110
AGES = range(111)


class When(NamedTuple):
    """When it was, as she knows it: a year, perhaps its month; or an age; or nothing."""

    year: int | None = None
    month: int | None = None
    age: int | None = None
    about: bool = False

    @property
    def group(self) -> str:
        """ "age", "year" or "unknown": an age and a year can't be told before or after each other."""
        if self.year is not None:
            return "year"
        return "unknown" if self.age is None else "age"

    @property
    def at(self) -> float | None:
        """Years, within the group."""
        if self.year is not None:
            return self.year + ((self.month or 1) - 1) / 12
        return None if self.age is None else float(self.age)

    @property
    def place(self) -> tuple[int, float]:
        """The order on the line: ages, then years, then what has no date."""
        return ("age", "year", "unknown").index(self.group), self.at or 0.0


def tells_her_birth(when: When) -> bool:
    """A year and an age together would tell the year of her birth, which is never kept (D-FILE-3)."""
    return when.year is not None and when.age is not None


def may_be_told(when: When, today: date) -> bool:
    """Whether such a moment is behind us, within a life; a month needs its year."""
    if when.month is not None and (when.year is None or not 1 <= when.month <= 12):
        return False
    if when.year is not None and not today.year - YEARS_BACK <= when.year <= today.year:
        return False
    if when.year == today.year and (when.month or 1) > today.month:
        return False
    return when.age is None or when.age in AGES


def pack(when: When) -> str:
    """As text, to be sealed: even the year is hers."""
    return json.dumps({name: value for name, value in when._asdict().items() if value is not None}, sort_keys=True)


def unpack(text: str) -> When:
    return When(**json.loads(text))
