"""Who surrounds her: people and organisations, how close, what help, what kind of tie (D-FILE-5)."""

from __future__ import annotations

from collections.abc import Iterable

KINDS = ("person", "organisation")
RINGS = (1, 2, 3)  # from the closest to the farthest
HELPS = ("listening", "money", "home", "children", "papers", "safety", "other")
QUALITIES = ("strong", "so_so", "tense")

NAME_LENGTH = 40  # a first name, or a word
MOST = 40  # in the picture at once (ours)


def known_helps(chosen: Iterable[str]) -> str:
    """Kinds of help as they are kept: apart by spaces, in the order of the list, each once."""
    wanted = set(chosen)
    return " ".join(help_ for help_ in HELPS if help_ in wanted)
