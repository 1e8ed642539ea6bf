"""How wide words are drawn when no font is at hand: an estimate on the wide side, and lines broken so that they fit."""

from __future__ import annotations

ELLIPSIS = "…"
_THIN = frozenset("iljtfrI.,:;'’!|()[]/- \u00a0")
_BROAD = frozenset("mwMW@%…—")


def width(text: str, size: float) -> float:
    """What a text takes at most, in the units of its size."""
    return sum(_share(letter) for letter in text) * size


def _share(letter: str) -> float:
    if letter in _THIN:
        return 0.42
    if letter in _BROAD or ord(letter) > 0x24F:
        return 1.05
    return 0.74 if letter.isupper() else 0.6


def wrap(text: str, room: float, size: float, most: int) -> tuple[str, ...]:
    """The text in `most` lines at most, none wider than the room; what does not fit ends in an ellipsis."""
    rest = " ".join(text.split())
    lines: list[str] = []
    while rest and len(lines) < most - 1:
        line = _line(rest, room, size)
        lines.append(line)
        rest = rest[len(line) :].lstrip()
    if rest:
        fits = width(rest, size) <= room
        lines.append(rest if fits else _cut(rest, room - width(ELLIPSIS, size), size) + ELLIPSIS)
    return tuple(lines)


def _line(text: str, room: float, size: float) -> str:
    """The words that fit; a word that is longer than a line is cut."""
    line = _cut(text, room, size)
    if len(line) < len(text) and text[len(line)] != " " and " " in line:
        line = line[: line.rindex(" ")]
    return line.rstrip()


def _cut(text: str, room: float, size: float) -> str:
    """The letters that fit, one at least."""
    end, taken = 1, width(text[:1], size)
    while end < len(text) and (taken := taken + width(text[end], size)) <= room:
        end += 1
    return text[:end]
