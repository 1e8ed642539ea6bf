"""A row as a page shows it, when one of its sealed values may be damaged: the rest of the page stays whole."""

from __future__ import annotations

from typing import Any

from app.errors import Damaged


class Legible:
    """A confidential row, opened; what is damaged is None and is said to be. That it is, is journaled by the vault."""

    def __init__(self, row: Any) -> None:
        self._row = row
        self.damaged = False
        for name in row.sealed_attributes:
            setattr(self, name, self._opened(name))

    def _opened(self, name: str) -> str | None:
        try:
            value: str | None = getattr(self._row, name)
            return value
        except Damaged:
            self.damaged = True
            return None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)
