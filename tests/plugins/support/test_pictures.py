"""The pictures are drawn on the server: whatever is in them, nothing overlaps and nothing stands outside."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.support.rules import ecomap, lettering, lifeline
from plugins.support.rules.network import MOST, NAME_LENGTH, QUALITIES

names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=NAME_LENGTH)
ties = st.lists(
    st.builds(ecomap.Tie, names, st.sampled_from(ecomap.RINGS), st.booleans(), st.sampled_from(QUALITIES)),
    min_size=1,
    max_size=MOST,
)
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=240)
moments = st.lists(
    st.builds(
        lifeline.Moment,
        st.text(max_size=30),
        st.text(max_size=20),
        texts,
        st.sampled_from(["age", "year", "unknown"]),
        st.none() | st.floats(0, 2030),
    ),
    max_size=40,
)


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)

    def within(self, width: float, height: float) -> bool:
        return self.left >= 0 and self.top >= 0 and self.right <= width and self.bottom <= height


def written(text: str, x: float, baseline: float, anchor: str = "start", size: float = 13.0) -> Box:
    """The box of a text: what it takes at most, 11 above its baseline and 4 under."""
    wide = lettering.width(text, size)
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
    return Box(left, baseline - 11, left + wide, baseline + 4)


def boxes(picture: ecomap.Picture) -> list[Box]:
    """Each tie's shape with its label; and she, in the middle."""
    x, y = picture.middle
    found = [Box(x - 25, y - 25, x + 25, y + 25)]
    for spot in picture.spots:
        around = [Box(spot.x - 11, spot.y - 11, spot.x + 11, spot.y + 11)]
        around += [written(line.text, spot.x, line.y, "middle") for line in spot.label]
        found.append(
            Box(
                min(box.left for box in around),
                min(box.top for box in around),
                max(box.right for box in around),
                max(box.bottom for box in around),
            )
        )
    return found


@given(ties, st.sampled_from([ecomap.NARROW, ecomap.WIDE]))
@settings(max_examples=150, deadline=None)
def test_d_file_5_in_the_eco_map_nothing_overlaps_and_all_is_within(
    there: list[ecomap.Tie], shape: ecomap.Shape
) -> None:
    picture = ecomap.draw(there, shape)
    found = boxes(picture)
    assert len(picture.spots) == len(there)
    assert all(box.within(picture.width, picture.height) for box in found)
    assert not [(one, other) for place, one in enumerate(found) for other in found[:place] if one.meets(other)]


@given(ties, st.sampled_from([ecomap.NARROW, ecomap.WIDE]))
@settings(max_examples=100, deadline=None)
def test_d_file_5_each_tie_stands_in_its_ring_and_outside_of_the_ones_before(
    there: list[ecomap.Tie], shape: ecomap.Shape
) -> None:
    picture = ecomap.draw(there, shape)
    frames = dict(zip(reversed(ecomap.RINGS), picture.rings, strict=True))

    def inside(spot: ecomap.Spot, ring: int) -> bool:
        frame = frames[ring]
        across = frame.x < spot.x < frame.x + frame.width
        return across and frame.y < spot.y < frame.y + frame.height

    for spot in picture.spots:
        assert inside(spot, spot.tie.ring)
        assert not any(inside(spot, ring) for ring in ecomap.RINGS if ring < spot.tie.ring)


def test_the_narrow_eco_map_fits_a_phone_and_the_wide_one_a_desk() -> None:
    crowd = [ecomap.Tie("Somebody", ring, False, "strong") for ring in (1, 2, 3) for _ in range(13)]
    assert ecomap.draw(crowd, ecomap.NARROW).width <= 328
    assert ecomap.draw(crowd, ecomap.WIDE).width <= 920


def test_nobody_in_the_picture_is_still_a_picture() -> None:
    assert ecomap.draw([]).spots == ()


@given(moments, st.sampled_from([lifeline.NARROW, lifeline.WIDE]))
@settings(max_examples=150, deadline=None)
def test_d_file_5_on_the_time_line_nothing_overlaps_and_all_is_within(
    told: list[lifeline.Moment], width: float
) -> None:
    picture = lifeline.draw(told, width)
    found: list[Box] = []
    for spot in picture.spots:
        found += [written(line.text, picture.line - 14, line.y, "end") for line in spot.date]
        found += [written(line.text, picture.words, line.y) for line in (*spot.title, *spot.text)]
    assert all(box.within(picture.width, picture.height) for box in found)
    assert not [(one, other) for place, one in enumerate(found) for other in found[:place] if one.meets(other)]
    assert all(earlier.y < later.y for earlier, later in pairwise(picture.spots))


def test_more_years_make_a_longer_line_and_unknown_time_is_dashed() -> None:
    def moment(group: str, at: float | None) -> lifeline.Moment:
        return lifeline.Moment("x", "y", "z", group, at)

    told = [moment("year", 2010), moment("year", 2011), moment("year", 2017), moment("unknown", None)]
    short, long, unknown = lifeline.draw(told).strokes
    assert long.bottom - long.top > short.bottom - short.top
    assert (short.dashed, long.dashed, unknown.dashed) == (False, False, True)


@given(texts, st.floats(30, 400), st.integers(1, 5))
def test_lines_fit_their_room_and_lose_nothing_but_at_the_end(text: str, room: float, most: int) -> None:
    lines = lettering.wrap(text, room, 13, most)
    assert len(lines) <= most
    assert all(lettering.width(line, 13) <= room for line in lines)
    whole = "".join("".join(lines).split())
    assert "".join(text.split()).startswith(whole.removesuffix(lettering.ELLIPSIS))
