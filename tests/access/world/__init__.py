"""A small house with somebody in every role, and the things that a route may name: each hers, or somebody else's."""

from tests.access.world.cast import ACCOUNTED, ACTORS, FOREIGN, NOBODY, OWN, SIGNED_IN, SIGNED_OUT
from tests.access.world.house import Her, World, build
from tests.access.world.visitor import Visitor

__all__ = [
    "ACCOUNTED",
    "ACTORS",
    "FOREIGN",
    "NOBODY",
    "OWN",
    "SIGNED_IN",
    "SIGNED_OUT",
    "Her",
    "Visitor",
    "World",
    "build",
]
