"""The rules of accounts, as pure functions: passwords, tries, roles and who may grant them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Literal

SHORTEST, LONGEST = 12, 128  # characters of a password; nothing is said of what they are made of
INVITATION = timedelta(days=7)
RECOVERY_CODES = 10
LONGEST_ROLE = timedelta(days=366)  # a year, leap day included
WINDOW = timedelta(hours=1)  # after an hour without a try, a key starts afresh
FREE, FREE_UNDER_SIEGE, SIEGE = 5, 2, 20

Fault = Literal["short", "long", "common", "personal"]


def fold(text: str) -> str:
    """Letters and digits alone, without case or accents."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in spread if c.isalnum())


def password_fault(password: str, common: Collection[str], context: Iterable[str]) -> Fault | None:
    """What is wrong with a password: its length, the list of common ones, or words of her own name and work.

    `context`: her name, her address, the organisation's words. Source: QUALITY, sign-in; ASVS 5.0, 6.2.
    """
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    lowered, folded = password.casefold(), fold(password)
    if any(form in common for form in (lowered, folded, folded.strip("0123456789"))) or len(set(lowered)) < 4:
        return "common"
    words = {fold(word) for text in context for word in re.split(r"[\W_]+", text)}
    return "personal" if any(len(word) > 3 and word in folded for word in words) else None


def wait_after(tries: int, tries_at_all: int = 0) -> timedelta:
    """How long to wait after so many tries from one place, when there were `tries_at_all` from everywhere.

    A place that has not tried yet is always heard, so that nobody can lock her out; when an address is under
    siege, a place gets fewer free tries.
    """
    over = tries - (FREE_UNDER_SIEGE if tries_at_all >= SIEGE else FREE)
    return timedelta(0) if over < 0 else timedelta(seconds=min(2 ** min(over + 1, 10), 900))


def term_fault(since: date, until: date, today: date) -> Literal["past", "order", "long"] | None:
    """What is wrong with a role's days: it starts today or later, ends after that, within a year (DOMAIN section 8)."""
    if since < today:
        return "past"
    if until < since:
        return "order"
    return "long" if until - since > LONGEST_ROLE else None


def may_approve(approver: int, *, proposer: int | None, holder: int, until: date, today: date) -> bool:
    """Two people grant a role: never the one who proposed it, never she who would hold it, never once it is over."""
    return approver not in (proposer, holder) and until >= today


def next_review(today: date) -> date:
    """The first day of the next quarter: roles are looked at again each quarter (DOMAIN section 8)."""
    quarter = (today.month - 1) // 3 + 1
    return date(today.year + quarter // 4, quarter % 4 * 3 + 1, 1)
