"""Keyset pages: where a page ended says where the next one begins, whatever was added meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import literal

PAGE = 25
_MARK = re.compile(r"(\d{4}-\d\d-\d\d)\.(\d{1,18})", re.ASCII)


def next_mark(rows: Sequence[Any], key: Callable[[Any], tuple[date, int]], limit: int = PAGE) -> str | None:
    """The mark of the last row shown, when there are more: "2026-11-23.15"."""
    if len(rows) <= limit:
        return None
    day, number = key(rows[limit - 1])
    return f"{day.isoformat()}.{number}"


def mark_of(text: str | None) -> tuple[Any, Any] | None:
    """Read a mark back; one that somebody made up begins at the beginning."""
    if match := _MARK.fullmatch(text or ""):
        try:
            return literal(date.fromisoformat(match[1])), literal(int(match[2]))
        except ValueError:
            return None
    return None
