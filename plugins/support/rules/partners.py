"""The directory of partners (service 4). Pure."""

from __future__ import annotations

from datetime import date, timedelta

SERVICE = 4
SERVICES = (
    *("shelter", "housing", "legal", "health", "mental_health", "addiction", "income", "food", "immigration"),
    *("employment", "studies", "family", "support_group", "crisis", "other"),
)
ACCESS = ("wheelchair", "transit", "appointment")
COSTS = ("free", "sliding", "paid")
CHECK_AFTER = timedelta(days=365)  # then somebody asks whether it still holds (ours)
SMALLEST = 5  # cells under this are not shown (D-CONF-12)
FOUND_WELL = 3  # from here on, of 1 to 4, she found it good


def needs_checking(checked_on: date | None, today: date) -> bool:
    return checked_on is None or today - checked_on > CHECK_AFTER


def told_as(count: int) -> int | None:
    """A count as it may be told: rounded down to a multiple of 5; under 5, not at all (D-CONF-12).

    Rounded, so that what one more answer said can't be read off two looks at the page, nor off a total.
    """
    return count - count % SMALLEST if count >= SMALLEST else None
