"""The file of a colleague who was once served is shut to all; opening it again takes two people (D-FILE-6)."""

from __future__ import annotations

WHY = ("she_asks", "error", "left")  # why it may be lifted


def may_lift(asked_by: int | None, who: int) -> bool:
    """Somebody asked, and another confirms."""
    return asked_by is not None and asked_by != who
