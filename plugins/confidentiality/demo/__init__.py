"""Believable invented data; one module a topic."""

from __future__ import annotations

from typing import Any

from plugins.confidentiality.demo import consents, house, rights


def load(world: Any) -> None:
    for topic in (consents, house, rights):
        topic.load(world)
