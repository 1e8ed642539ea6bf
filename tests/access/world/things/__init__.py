"""What there is in the house: made when a route first names it."""

from tests.access.world.things import confidentiality, follow_up

__all__ = ["confidentiality", "follow_up"]
