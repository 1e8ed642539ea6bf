"""Her network as a picture: where each tie stands around her (D-FILE-5). Pure: ties in, places out.

She stands in the middle of a grid; each ring of closeness is a frame of cells around the one before. Columns and rows
never share a cell, so that no two labels touch, however many ties there are; a narrow picture grows downwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import atan2, remainder, tau
from typing import NamedTuple

from plugins.support.rules.lettering import wrap

RINGS = (1, 2, 3)
SIZE, LEADING, LABEL_LINES = 13.0, 15.0, 2  # of the letters
PAD, MARGIN = 7.0, 2.0  # between two frames, around the last one


class Tie(NamedTuple):
    """Somebody, or an organisation: what the picture shows of it."""

    name: str
    ring: int  # one of RINGS, 1 the closest
    organisation: bool
    quality: str  # one of network.QUALITIES


class Line(NamedTuple):
    text: str
    y: float


class Spot(NamedTuple):
    """A tie in its place: the middle of its shape, and its label's lines under it, centred."""

    tie: Tie
    x: float
    y: float
    label: tuple[Line, ...]


class Ring(NamedTuple):
    """The frame of a ring of closeness."""

    x: float
    y: float
    width: float
    height: float


class Picture(NamedTuple):
    width: float
    height: float
    rings: tuple[Ring, ...]  # the widest first, as they are drawn
    spots: tuple[Spot, ...]

    @property
    def middle(self) -> tuple[float, float]:
        return self.width / 2, self.height / 2


class Shape(NamedTuple):
    """What a picture is cut for: columns on each side of her, and how large a cell is."""

    sides: int
    column: float
    row: float


NARROW, WIDE = Shape(1, 92.0, 70.0), Shape(3, 122.0, 82.0)  # a phone; a desk


class _Reach(NamedTuple):
    """How far a frame goes from the middle, in columns and rows."""

    columns: int
    rows: int

    @property
    def cells(self) -> int:
        return (2 * self.columns + 1) * (2 * self.rows + 1)


def draw(ties: Sequence[Tie], shape: Shape = WIDE) -> Picture:
    """The whole picture. The same ties give the same picture."""
    by_ring = [[tie for tie in ties if tie.ring == ring] for ring in RINGS]
    reaches = _reaches([len(each) for each in by_ring], shape.sides)
    halves = [
        ((reach.columns + 0.5) * shape.column + ring * PAD, (reach.rows + 0.5) * shape.row + ring * PAD)
        for ring, reach in enumerate(reaches[1:], 1)
    ]
    half_width, half_height = halves[-1][0] + MARGIN, halves[-1][1] + MARGIN
    rings = tuple(Ring(half_width - w, half_height - h, 2 * w, 2 * h) for w, h in reversed(halves))
    spots: list[Spot] = []
    taken: list[float] = []
    for ring, each in enumerate(by_ring, 1):
        for tie, (column, row) in zip(each, _cells(reaches[ring - 1], reaches[ring], len(each), taken), strict=True):
            x = half_width + column * shape.column + _aside(column, [reach.columns for reach in reaches[1:]])
            y = half_height + row * shape.row + _aside(row, [reach.rows for reach in reaches[1:]])
            spots.append(_spot(tie, x, y, shape.column))
    return Picture(2 * half_width, 2 * half_height, rings, tuple(spots))


def _reaches(counts: Sequence[int], sides: int) -> list[_Reach]:
    """Herself, then each ring, large enough for those who stand in it."""
    reaches = [_Reach(0, 0)]
    for place, count in enumerate(counts):
        inner = reaches[-1]
        most = max(1, sides - sum(map(bool, counts[place + 1 :])))
        columns, rows = min(inner.columns + bool(count), max(most, inner.columns)), inner.rows
        while _Reach(columns, rows).cells - inner.cells < count:
            if columns < most and columns <= rows:
                columns += 1
            else:
                rows += 1
        reaches.append(_Reach(columns, rows))
    return reaches


def _cells(inner: _Reach, outer: _Reach, count: int, taken: list[float]) -> Iterator[tuple[int, int]]:
    """As many cells of a frame, each in the direction in which fewest stand already; `taken` grows with them."""
    free = [
        (column, row)
        for row in range(-outer.rows, outer.rows + 1)
        for column in range(-outer.columns, outer.columns + 1)
        if abs(column) > inner.columns or abs(row) > inner.rows
    ]
    for _ in range(count):
        chosen = max(free, key=lambda cell: (_room(_direction(cell), taken), -abs(cell[1]), cell))
        free.remove(chosen)
        taken.append(_direction(chosen))
        yield chosen


def _direction(cell: tuple[int, int]) -> float:
    return atan2(cell[1], cell[0])


def _room(direction: float, taken: Sequence[float]) -> float:
    """How far a direction is from the nearest one that is taken."""
    return min((abs(remainder(direction - other, tau)) for other in taken), default=tau)


def _aside(place: int, reaches: Sequence[int]) -> float:
    """How much further out a column or row stands, for the edges of the frames inside of it."""
    edges = sum(abs(place) > reach for reach in reaches)
    return edges * PAD if place > 0 else -edges * PAD


def _spot(tie: Tie, x: float, y: float, column: float) -> Spot:
    words = wrap(tie.name, column - 6, SIZE, LABEL_LINES)
    lines = tuple(Line(text, y + 9 + number * LEADING) for number, text in enumerate(words))
    return Spot(tie, x, y - 18, lines)
