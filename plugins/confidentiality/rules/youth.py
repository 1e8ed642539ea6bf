"""A girl of 16 or 17: what must be reported to youth protection, and how it is decided (D-CONF-7). Pure."""

from __future__ import annotations

MINOR = "16-17"
ALWAYS = ("sexual", "physical")  # reported by whoever knows of it, whatever her work
SITUATIONS = (*ALWAYS, "exploitation", "neglect", "abandonment", "psychological", "behaviour")
NOTHING = "nothing"  # no situation of these was seen
DECISIONS = ("report", "not_report")


def needs_reason(decision: str) -> bool:
    """Not reporting is decided with a reason, and looked at by a second person."""
    return decision == "not_report"


def state(decision: str, agreed: bool | None) -> str:
    """ "report", "waiting" for the second look, "agreed", or "again": to be decided again."""
    if decision == "report":
        return "report"
    return "waiting" if agreed is None else "agreed" if agreed else "again"
