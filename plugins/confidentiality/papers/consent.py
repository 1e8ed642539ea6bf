"""What she reads and signs (D-CONF-2): the same words on the screen and on paper, in her language.

Every text of this module is in the four languages of service: translations/public.txt lists it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import force_locale, lazy_gettext
from flask_babel import gettext as _

from app import papers
from app.people.words import PURPOSE_WORDS
from app.web.times import day

_l: Any = lazy_gettext
MY_ITEMS = {  # what may leave, as she says it herself
    "identity": _l("My name or the one I use, and my age band"),
    "contact": _l("How to reach me safely"),
    "presence": _l("That I am accompanied here, and since when"),
    "situation": _l("What I am living through now"),
    "needs": _l("What I need"),
    "objectives": _l("My objectives"),
    "steps": _l("The steps that are under way, and where they stand"),
    "meetings": _l("Summaries of my meetings here"),
    "support_network": _l("Who supports me"),
    "life_history": _l("My life history"),
    "documents": _l("Copies of my documents"),
}
Text = dict[str, Any]  # a title, and parts: a heading, paragraphs, points


def consent_text(*, language: str, recipient: str, purpose: str, words: str, items: Sequence[str], until: date) -> Text:
    """What she agrees to, in full, in her language: plain values, to be kept as they were shown."""
    with force_locale(language):
        why = str(PURPOSE_WORDS[purpose])
        parts = [
            {"heading": _("Who will be told"), "paragraphs": [recipient, _nobody_else()]},
            {"heading": _("What for"), "paragraphs": [f"{why}. {words}" if words else f"{why}."]},
            {"heading": _("What may be said"), "points": [str(MY_ITEMS[item]) for item in items]},
            {
                "heading": _("Until when"),
                "paragraphs": [_("Until %(day)s at most.", day=day(until, year=True)), _ends()],
            },
            {"heading": _("What I know"), "points": _what_she_knows()},
        ]
        return {"title": _title(), "language": language, "parts": parts, "pad": _pad()}


def text_version(language: str) -> str:
    """The number of the words that are the same for everybody: it changes when one of them does."""
    with force_locale(language):
        same = [_title(), _nobody_else(), _ends(), *_what_she_knows()]
    return hashlib.sha256(json.dumps([language, same]).encode()).hexdigest()[:12]


def consent_pdf(text: Mapping[str, Any], reference: str) -> bytes:
    """The same on paper, with a line to sign on. Neutral to who sees it lying about: it names no service."""
    sections = [
        papers.section(part["heading"], *map(papers.paragraph, part.get("paragraphs", ())), *_points(part))
        for part in text["parts"]
    ]
    pad = text["pad"]
    signing = papers.section(pad["heading"], papers.paragraph(pad["agree"]), papers.signatures(pad["her"], pad["with"]))
    data = {"sections": [*sections, signing], "reference": reference}
    return papers.pdf("sheet", data, title=text["title"], language=text["language"])


def _points(part: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [papers.bullets(part["points"])] if "points" in part else []


def _title() -> str:
    return _("What I agree to share")


def _nobody_else() -> str:
    return _("This agreement is for this recipient alone.")


def _until(until: date) -> str:
    return _("Until %(day)s at most.", day=day(until, year=True))


def _ends() -> str:
    return _("After that day it ends by itself. To go on, I am asked again.")


def _what_she_knows() -> list[str]:
    return [
        _("We talked about what could go wrong if this is shared, and about other ways to get what I need."),
        _("I am free to say no. The support that I receive here stays the same, whatever I answer."),
        _("I can change my mind at any time, by saying so or in writing. From then on nothing more is shared."),
        _("What was shared before cannot be taken back. I can ask what it was, and who received it."),
        _("This was explained to me in a language that I understand. I can have a copy."),
    ]


def _pad() -> dict[str, str]:
    """The words around her signature."""
    return {
        "heading": _("Signature"),
        "agree": _("I agree that what is listed above may be said, to this recipient and for this reason."),
        "her": _("my name, or the name that I use here"),
        "with": _("the worker who was with me"),
        "name": _("My name, or the name that I use here"),
        "draw": _("I sign here with a finger, a pen or the mouse"),
        "typed": _("No need to draw: my name, written above, counts as my signature."),
        "clear": _("Start again"),
        "sign": _("I sign"),
    }
