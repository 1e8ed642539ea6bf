"""What a consent permits, and what is missing when it permits nothing (D-CONF-2, D-CONF-3). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

LANGUAGES = ("fr", "en", "es", "ht")
SCREENS = ("recipient", "purpose", "items", "period", "talk", "sign")  # one question at a time, in this order
WITHDRAWALS = ("oral", "written")
DAYS, CAP = 30, 90  # the board may decide otherwise
SPAN = range(1, 367)  # days that the board may choose from
SOON = timedelta(days=7)
RECIPIENT_LENGTH = 120

_LIST = re.compile(r"[;\n]")
_PERHAPS = re.compile(r"[,/&+]|\b(and|et|y|ak|epi|ou|or)\b", re.IGNORECASE)


def is_list(recipient: str) -> bool:
    """Whether it surely names several: a consent names one recipient (D-CONF-2)."""
    return bool(_LIST.search(recipient.strip()))


def may_be_list(recipient: str) -> bool:
    """Whether it looks as if it named several, though one organisation may be called so."""
    return bool(_PERHAPS.search(recipient))


def first_end(today: date, days: int, cap: int) -> date:
    """The end that a consent has unless she wishes another."""
    return today + timedelta(days=min(days, cap))


def may_end(until: date | None, today: date, cap: int) -> bool:
    """Whether a consent signed today may last until a day."""
    return until is not None and today <= until <= today + timedelta(days=cap)


@dataclass(frozen=True)
class Terms:
    """What a consent says, as the gate needs it; `recipient` folded, so that two ways to write it are one."""

    uid: str
    recipient: str
    purpose: str | None
    items: frozenset[str]
    until: date | None
    signed: bool
    withdrawn: bool

    def state(self, today: date) -> str:
        """ "draft", "withdrawn", "expired" or "in_force"."""
        if not self.signed or self.until is None:
            return "draft"
        if self.withdrawn:
            return "withdrawn"
        return "in_force" if today <= self.until else "expired"

    def next_screen(self, talked: bool) -> str:
        """The first question of a draft that waits for its answer."""
        answered = (self.recipient, self.purpose, self.items, self.until, talked)
        return next((name for name, answer in zip(SCREENS, answered, strict=False) if not answer), "sign")


@dataclass(frozen=True)
class Verdict:
    """`reason`: "covered", "none", "draft", "expired", "withdrawn", "recipient", "purpose" or "items"."""

    reason: str
    terms: Terms | None = None
    missing: frozenset[str] = frozenset()


def judge(consents: Iterable[Terms], recipient: str, purpose: str, items: frozenset[str], today: date) -> Verdict:
    """Whether one of her consents, the last first, covers this recipient, this purpose and every item, today.

    One consent, whole: two are never added up. Else the nearest one, and what it lacks (D-CONF-3).
    """
    known = [(each.state(today), each) for each in consents]
    valid = [each for state, each in known if state == "in_force"]
    same = [each for each in valid if each.recipient == recipient != ""]
    for each in (fitting := [each for each in same if each.purpose == purpose]):
        if items and items <= each.items:
            return Verdict("covered", each)
    if fitting:
        nearest = min(fitting, key=lambda each: len(items - each.items))
        return Verdict("items", nearest, items - nearest.items)
    for state, each in known:
        if state != "in_force" and each.recipient == recipient and each.purpose in (purpose, None):
            return Verdict(state, each)
    if same:
        return Verdict("purpose", same[0])
    return Verdict("recipient", valid[0]) if valid else Verdict("none")
