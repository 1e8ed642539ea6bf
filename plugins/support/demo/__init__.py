"""Believable invented data, one module a topic. Fast for tens of thousands of persons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from plugins.support.demo import around, beginnings, files, hers, outward

TOPICS: Sequence[Callable[[Any, list[files.Opened]], None]] = (
    beginnings.load,
    hers.load,
    outward.load,
    around.load,
)  # each adds its own to the files there are


def load(world: Any) -> None:
    """Files first; then, in each topic's words, what took place in them."""
    opened = files.load(world)
    for topic in TOPICS:
        topic(world, opened)
