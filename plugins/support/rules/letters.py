"""Letters: pieces, each one item that a consent may cover (D-CONF-2, D-CONF-3). Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

HEADING, TEXT = 120, 6000  # characters


class Piece(NamedTuple):
    """A piece of a letter: which item it is, its heading and its text; `out`: kept in the draft, not told."""

    item: str
    heading: str
    text: str
    out: bool = False

    @property
    def paragraphs(self) -> list[str]:
        return [part.strip() for part in re.split(r"\n\s*\n", self.text) if part.strip()]


def pieces(text: str) -> list[Piece]:
    """The pieces of a draft as it is kept."""
    return [Piece(*each) for each in json.loads(text)]


def kept(parts: Iterable[Piece]) -> str:
    """Pieces as a draft keeps them: those in which something was written."""
    return json.dumps([each for each in parts if each.text.strip()], ensure_ascii=False)


def told(parts: Iterable[Piece]) -> list[Piece]:
    """What would leave: what is written and not left out."""
    return [each for each in parts if not each.out and each.text.strip()]


def not_covered(parts: Sequence[Piece], covered: Collection[str]) -> list[Piece]:
    """What would leave and is not among the covered items."""
    return [each for each in told(parts) if each.item not in covered]


def leave_out(parts: Sequence[Piece], covered: Collection[str]) -> list[Piece]:
    """The same pieces; those that are not covered stay in the draft and are not told."""
    return [each._replace(out=True) if each.item not in covered else each for each in parts]


def best(permits: Iterable[Any], items: Collection[str]) -> Any | None:
    """Of several permits, the one that covers most of these items: two are never added up (D-CONF-2)."""
    wanted = set(items)
    return max(permits, key=lambda permit: (len(wanted & permit.items), permit.until), default=None)
