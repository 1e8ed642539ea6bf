"""Use cases: the only room that writes. Each checks who may, changes rows, and records what happened."""

from plugins.confidentiality.actions import destruction as destruction
from plugins.confidentiality.actions import retention as retention
from plugins.confidentiality.actions import review as review
from plugins.confidentiality.actions.retention import lift_hold, place_hold

__all__ = ["lift_hold", "place_hold"]
