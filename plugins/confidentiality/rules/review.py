"""What looks unusual in the journal of openings, and the quarter's review of roles (D-CONF-1, D-CONF-10, DOMAIN 8).

Pure: openings in, findings out. A finding says who, when, how many and where in the journal; never what was in it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

KINDS = ("outside", "many", "night")
ANSWERS = ("explained", "look_into")
MANY = 30  # different persons in an hour (ours, a setting)
HOUR = timedelta(hours=1)
NIGHT_FROM, NIGHT_TO = 22, 6  # local hours: from 22:00, until 06:00
OVERLAP = timedelta(hours=10)  # what is looked at again, so that no night and no hour is cut in two
LISTS = ("list", "search", "duplicates")  # last words of the reasons for which a whole page of names is opened
REGISTERS = ("register", "confidentiality")  # first words of the reasons for which registers are opened by office


class Opening(NamedTuple):
    """One entry of the journal: somebody opened safes."""

    seq: int
    at: datetime  # local
    actor: str
    codes: tuple[str, ...]
    why: str

    @property
    def is_list(self) -> bool:
        """A page of several persons counts once: she looked at a list, not at each."""
        return len(self.codes) > 1 or self.why.rsplit(".", 1)[-1] in LISTS

    @property
    def of_registers(self) -> bool:
        return self.why.split(".", 1)[0] in REGISTERS


class Finding(NamedTuple):
    """`day`: the day it is about, of a night the day on which it began. With kind, actor and code, the only one."""

    kind: str
    actor: str
    code: str  # "" unless it is about one person
    day: date
    seq: int  # the first entry
    at: datetime
    number: int = 1  # of different persons, lists counted once each


def night_of(at: datetime) -> date | None:
    """The day on which the night began, or None by day."""
    if at.hour >= NIGHT_FROM:
        return at.date()
    return at.date() - timedelta(days=1) if at.hour < NIGHT_TO else None


Assigned = Callable[[Opening], bool]


def findings(openings: Iterable[Opening], *, assigned: Assigned, officers: Iterable[str], many: int) -> list[Finding]:
    """What is unusual in openings given in the journal's order.

    `assigned`: whether she who opened it had been given that person, without an end, at that time. `officers`: those
    who open registers by office: that is their work.
    """
    seen, keepers = list(openings), frozenset(officers)
    found = [*_outside(seen, assigned, keepers), *_many(seen, many), *_nights(seen)]
    return sorted(found, key=lambda finding: (finding.seq, finding.kind))


def _outside(openings: Iterable[Opening], assigned: Assigned, officers: frozenset[str]) -> Iterator[Finding]:
    """A person opened by somebody to whom she is not assigned: as a stand-in, by office. Once a day for each."""
    told: set[tuple[str, str, date]] = set()
    for one in openings:
        if one.is_list or not one.codes or (one.of_registers and one.actor in officers):
            continue
        key = (one.actor, one.codes[0], one.at.date())
        if key not in told and not assigned(one):
            told.add(key)
            yield Finding("outside", *key, one.seq, one.at)


def _many(openings: Iterable[Opening], many: int) -> Iterator[Finding]:
    """More than `many` different persons within any hour; the worst hour of each day."""
    windows: dict[str, deque[tuple[Opening, str]]] = {}
    worst: dict[tuple[str, date], Finding] = {}
    for one in openings:
        window = windows.setdefault(one.actor, deque())
        window.append((one, f"list {one.seq}" if one.is_list else "".join(one.codes)))
        while one.at - window[0][0].at >= HOUR:
            window.popleft()
        number = len({what for _opening, what in window if what})
        key = (one.actor, one.at.date())
        if number > many and (key not in worst or number > worst[key].number):
            first, _what = window[0]
            worst[key] = Finding("many", one.actor, "", one.at.date(), first.seq, first.at, number)
    yield from worst.values()


def _nights(openings: Iterable[Opening]) -> Iterator[Finding]:
    """Anything of a person's opened at night: one a night for each who did."""
    nights: dict[tuple[str, date], tuple[Opening, set[str]]] = {}
    for one in openings:
        if one.codes and (night := night_of(one.at)):
            nights.setdefault((one.actor, night), (one, set()))[1].update(one.codes)
    for (actor, night), (first, codes) in nights.items():
        yield Finding("night", actor, "", night, first.seq, first.at, len(codes))


# --- roles, each quarter ----------------------------------------------------------------------------------------------

ROLE_ANSWERS = ("keep", "end", "ask")
SETTLED = ("keep", "end")
TO_REVIEW = timedelta(days=30)


def quarter_of(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def review_due(quarter: date) -> date:
    """The day by which the roles of a quarter are looked at again."""
    return quarter + TO_REVIEW - timedelta(days=1)


def may_review(reviewer: int, holder: int) -> bool:
    """Nobody reviews her own role."""
    return reviewer != holder
