"""What routes name: in their addresses, in their forms."""

from tests.access.world.named import confidentiality, core, follow_up

__all__ = ["confidentiality", "core", "follow_up"]
