"""The first meeting: its screens in order, what is offered to her, and what has to be said before anything is asked."""

from __future__ import annotations

RELATIVE = "relative"  # a person's kind: the seven commitments are made to each new woman (declaration, section 5)

COMMITMENTS = ("information", "situation", "life_history", "network", "objectives", "meetings", "referral")
STATES = ("offered", "accepted", "not_now", "declined", "done")  # never forced; "offered": she left it open
PRESENTED = ("declaration", "tools", "protocol")  # at the first meeting (law; declaration, section 6)
LIMITS = "limits"  # how confidentiality works, and where it ends (declaration, section 5; D-CONF-7)
PRESENTED_STATES = ("presented", "not_now")
OFFERS = (*COMMITMENTS, LIMITS, *PRESENTED)

WELCOME, CONFIDENTIALITY, TOOLS, CLOSING = "welcome", "confidentiality", "presented", "closing"
INTERPRETER = ("no", "needed", "here", "unsaid")

THEMES = ("housing", "safety", "health", "money", "law", "ties", "other")  # of her situation (commitment 2)
WORDS_LENGTH = 600  # of a theme, in her words: only what is useful (D-FILE-1)


def screens(kind: str) -> tuple[str, ...]:
    """The screens for a woman, or for a relative, in order."""
    commitments = () if kind == RELATIVE else COMMITMENTS
    return (WELCOME, CONFIDENTIALITY, TOOLS, *commitments, CLOSING)


def after(screen: str, kind: str) -> str:
    """The screen that follows; the last one follows itself."""
    path = screens(kind)
    return path[min(path.index(screen) + 1, len(path) - 1)]


def before(screen: str, kind: str) -> str | None:
    """The screen to go back to; none before the first."""
    path = screens(kind)
    place = path.index(screen)
    return path[place - 1] if place else None


def further(one: str, other: str, kind: str) -> str:
    """The later of two screens: going back to change an answer loses no ground."""
    return max(one, other, key=screens(kind).index)


def may_ask(screen: str, limits_told: bool) -> bool:
    """Whether a screen may be shown: confidentiality and its limits come before anything is asked (D-CONF-7)."""
    return limits_told or screen in (WELCOME, CONFIDENTIALITY)


def offers_to(kind: str) -> tuple[str, ...]:
    """What is offered to a woman, or to a relative."""
    return (LIMITS, *PRESENTED) if kind == RELATIVE else OFFERS
