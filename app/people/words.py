"""Words for what may leave about a person, why, and how: on screen, on her consent, in a letter."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

_l: Any = lazy_gettext
ITEM_WORDS = {
    "identity": _l("Her name or pseudonym, her age band"),
    "contact": _l("How to reach her safely"),
    "presence": _l("That she is accompanied here, and since when"),
    "situation": _l("What she is living through now"),
    "needs": _l("What she needs"),
    "objectives": _l("Her objectives"),
    "steps": _l("The steps under way, and where they stand"),
    "meetings": _l("Summaries of the meetings"),
    "support_network": _l("Who supports her"),
    "life_history": _l("Her life history"),
    "documents": _l("Copies of her documents"),
}
PURPOSE_WORDS = {
    "housing": _l("Housing"),
    "legal": _l("Legal help"),
    "health": _l("Health care"),
    "income": _l("Income and benefits"),
    "immigration": _l("Immigration"),
    "compensation": _l("Compensation"),
    "studies": _l("Studies and work"),
    "safety": _l("Safety"),
    "follow_up": _l("Support from another organisation"),
    "complaint": _l("A complaint"),
    "other": _l("Something else"),
}
WAY_WORDS = {
    "handed": _l("Handed over on paper"),
    "post": _l("By post"),
    "secure_link": _l("Through a secure link"),
    "spoken": _l("Spoken"),
}
