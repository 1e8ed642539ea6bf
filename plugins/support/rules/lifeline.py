"""Her life as a line, from the top down: where each moment stands (D-FILE-5). Pure: moments in, places out.

Dates stand at the left of the line, words at the right. Between two years the line is longer when more years passed, up
to a limit; where dates are not known the line is dashed. Each moment stands under the one before: nothing overlaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from plugins.support.rules.lettering import wrap

SIZE, LEADING = 13.0, 17.0
DATES, LINE, MARGIN = 82.0, 14.0, 4.0  # room for dates, for the line itself, around
GAP, YEAR, LONGEST = 16.0, 5.0, 44.0
NARROW, WIDE = 306.0, 640.0  # a phone; a desk
DATE_LINES, TEXT_LINES = 3, 4


class Moment(NamedTuple):
    """What the picture shows of an event: in words, and its place in time when it is known."""

    date: str
    title: str
    text: str
    group: str  # moments of one group follow each other in time
    at: float | None  # years, within the group; None: not known


class Line(NamedTuple):
    text: str
    y: float


class Spot(NamedTuple):
    """A moment in its place."""

    moment: Moment
    y: float  # of its mark on the line
    date: tuple[Line, ...]
    title: tuple[Line, ...]
    text: tuple[Line, ...]


class Stroke(NamedTuple):
    """A piece of the line between two moments; dashed where time is not known."""

    top: float
    bottom: float
    dashed: bool


class Picture(NamedTuple):
    width: float
    height: float
    spots: tuple[Spot, ...]
    strokes: tuple[Stroke, ...]

    @property
    def line(self) -> float:
        """Where the line is, from the left."""
        return MARGIN + DATES + LINE

    @property
    def words(self) -> float:
        """Where words begin."""
        return self.line + LINE + 2


def draw(moments: Sequence[Moment], width: float = WIDE) -> Picture:
    """The whole picture; moments come in the order in which they are shown."""
    spots: list[Spot] = []
    strokes = []
    top = MARGIN
    room = width - 2 * MARGIN - DATES - 2 * LINE - 2
    for number, moment in enumerate(moments):
        before = moments[number - 1] if number else None
        top += _gap(before, moment) if before else 0
        spot = _spot(moment, top, room)
        if spots:
            strokes.append(Stroke(spots[-1].y, spot.y, _unknown(before, moment)))
        spots.append(spot)
        top += LEADING * max(len(spot.date), len(spot.title) + len(spot.text))
    return Picture(width, top + MARGIN, tuple(spots), tuple(strokes))


def _gap(before: Moment, moment: Moment) -> float:
    if _unknown(before, moment) or before.at is None or moment.at is None:
        return GAP
    return GAP + min(LONGEST, YEAR * abs(moment.at - before.at))


def _unknown(before: Moment | None, moment: Moment) -> bool:
    return before is None or before.at is None or moment.at is None or before.group != moment.group


def _spot(moment: Moment, top: float, room: float) -> Spot:
    first = top + SIZE
    dates = _lines(wrap(moment.date, DATES, SIZE, DATE_LINES), first)
    titles = _lines(wrap(moment.title, room, SIZE, 2), first)
    texts = _lines(wrap(moment.text, room, SIZE, TEXT_LINES), first + LEADING * len(titles))
    return Spot(moment, first - SIZE / 3, dates, titles, texts)


def _lines(texts: Sequence[str], first: float) -> tuple[Line, ...]:
    return tuple(Line(text, first + number * LEADING) for number, text in enumerate(texts))
