"""Her plan's fixed words, the same on screen and on the paper that she takes along; also in Spanish and in Creole."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale, lazy_gettext

from plugins.support.rules.plan import PARTS

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well

PAPER_TITLE = _l("My notes")
HEADINGS = {
    "here": _l("Where I am"),
    "wish": _l("What I want"),
    "steps": _l("My steps"),
    "people": _l("Who helps me"),
    "comfort": _l("What helps me when it is hard"),
}


def paper_words(language: str) -> dict[str, Any]:
    """The fixed words of her paper, in her language."""
    with force_locale(language):
        return {"title": str(PAPER_TITLE), "headings": [str(HEADINGS[name]) for name in PARTS]}
