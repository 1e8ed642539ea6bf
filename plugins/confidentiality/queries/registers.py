"""The registers that the privacy officer keeps, each described once: list, page, XLSX and PDF come from it (D-CONF-6).

A register is plugged in where its topic is read, and that module is imported by queries/__init__.py:

    keep(Register("incidents", _l("Incidents"), "flag", (Column("known_on", _l("Known on"), "date"), …),
                  page=_page, size=lambda: select(Incident.id), endpoint="confidentiality.incident"))

`page(user, wanted)` gives a `Rows`: mappings by the columns' keys, with "id" and "uid", the newest first; `of_page`
does the keyset and the period, `rows_of` the rest. A `size` is a SELECT of ids: the page of all registers counts in one
statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import Date, Select, func, select

from app.accounts.models import User
from app.db import db
from app.errors import NotFound
from app.journal import record
from app.people import queries as people
from app.people.models import Disclosure
from app.vault import Safe
from app.web.times import midnight, today

PAGE = 25
BATCH = 200  # rows read at once for a document
MOST = 5000  # rows of one document; a period makes it shorter
COUNTED = 1000  # no page counts further
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """What one column holds. `kind`: text, date, instant, number, code (a person's), word or words (keywords).

    `words`: of keywords, the vocabulary in forms.registers.WORDS. `long`: not in lists; in documents and on its page.
    """

    key: str
    label: Any
    kind: str = "text"
    words: str = ""
    long: bool = False


class Wanted(NamedTuple):
    """A part of a register: a period (days included), and from which row on."""

    since: date | None = None
    until: date | None = None
    before: int | None = None
    limit: int = PAGE


class Rows(NamedTuple):
    """`older`: from where the next page goes on; None: this is the last."""

    rows: Sequence[Row]
    older: int | None = None


@dataclass(frozen=True)
class Register:
    """One register. `endpoint`: the page of a row, by its uid; without one, `one(user, uid)` gives the row to show.

    `new`: the endpoint where an entry is made, its words, an icon other than a plus. `due(day)`: a SELECT of the ids
    that wait for somebody.
    """

    name: str
    title: Any
    icon: str
    columns: tuple[Column, ...]
    page: Callable[[User, Wanted], Rows]
    size: Callable[[], Select[Any]]
    due: Callable[[date], Select[Any]] | None = None
    endpoint: str = ""
    one: Callable[[User, str], Row] | None = None
    new: tuple[str, Any] | tuple[str, Any, str] | None = None
    hint: Any = ""
    weight: int = 50


REGISTERS: dict[str, Register] = {}


def keep(register: Register) -> Register:
    REGISTERS[register.name] = register
    return register


def kept() -> list[Register]:
    """All of them, in the order of the page."""
    return sorted(REGISTERS.values(), key=lambda register: (register.weight, register.name))


def register_or_404(name: str) -> Register:
    if name not in REGISTERS:
        raise NotFound
    return REGISTERS[name]


def row_or_404(register: Register, user: User, uid: str) -> Row:
    """Raises NotFound, also when its rows have pages of their own."""
    if register.one is None:
        raise NotFound
    return register.one(user, uid)


def of_page(query: Any, number: Any, day: Any, wanted: Wanted) -> Any:
    """A page of a query: the newest first, of the period, one row more when there are older ones."""
    exact = isinstance(day.type, Date)
    if wanted.since:
        query = query.where(day >= (wanted.since if exact else midnight(wanted.since)))
    if wanted.until:
        end = wanted.until + timedelta(days=1)
        query = query.where(day < (end if exact else midnight(end)))
    query = query.where(number < wanted.before) if wanted.before else query
    return query.order_by(number.desc()).limit(wanted.limit + 1)


def rows_of(found: Sequence[Any], wanted: Wanted, told: Callable[[Any], Row]) -> Rows:
    """What was found, as rows, and where the next page goes on."""
    shown = found[: wanted.limit]
    return Rows([told(one) for one in shown], shown[-1].id if len(found) > wanted.limit else None)


def everything(register: Register, user: User, wanted: Wanted) -> Iterator[Row]:
    """Every row of a period, batch by batch, at most MOST and one more, which says that there are others."""
    given, before = 0, None
    while given <= MOST:
        part = register.page(user, wanted._replace(before=before, limit=BATCH))
        given, before = given + len(part.rows), part.older
        yield from part.rows
        if before is None:
            return


def exported(register: Register, user: User, wanted: Wanted, kind: str) -> tuple[list[Row], bool]:
    """The rows of a document, and whether there are more than it holds; that it was made is journaled (D-CONF-10).

    Raises NotAllowed.
    """
    user.must("confidentiality.registers")
    rows = list(everything(register, user, wanted))
    size = min(len(rows), MOST)
    record("confidentiality.register_exported", register.name, by=user, survives=True, form=kind, rows=size)
    return rows[:MOST], len(rows) > MOST


class Tally(NamedTuple):
    """How many entries (COUNTED at most), and how many of them wait for somebody."""

    size: int
    due: int = 0


def tallies() -> dict[str, Tally]:
    """Every register's size and what is due in it, in one statement."""
    registers = kept()
    counts = [bounded(register.size()) for register in registers]
    counts += [bounded(register.due(today())) for register in registers if register.due]
    if not counts:
        return {}
    numbers = iter(db.session.execute(select(*counts)).one())
    sizes = {register.name: next(numbers) for register in registers}
    due = {register.name: next(numbers) for register in registers if register.due}
    return {name: Tally(size, due.get(name, 0)) for name, size in sizes.items()}


def bounded(query: Select[Any]) -> Any:
    """How many rows a SELECT of ids has, COUNTED at most, as a part of a larger statement."""
    return select(func.count()).select_from(query.order_by(None).limit(COUNTED).subquery()).scalar_subquery()


# --- what left the organisation, which the core keeps -----------------------------------------------------------------


def _disclosures(user: User, wanted: Wanted) -> Rows:
    found = people.disclosures(user, wanted.before, wanted.limit, wanted.since, wanted.until)
    return rows_of(found, wanted, _disclosure)


def _disclosure(entry: Disclosure) -> Row:
    told = ("id", "uid", "at", "recipient", "purpose", "items", "ground", "way", "sha256")
    return {name: getattr(entry, name) for name in told} | {"code": entry.person.code}


keep(
    Register(
        "disclosures",
        _l("What left the organisation"),
        "send",
        (
            Column("at", _l("When"), "instant"),
            Column("code", _l("Person"), "code"),
            Column("recipient", _l("To whom")),
            Column("purpose", _l("What for"), "word", "purposes"),
            Column("items", _l("What was told"), "words", "items"),
            Column("ground", _l("Ground"), "word", "grounds"),
            Column("way", _l("How"), "word", "ways", long=True),
            Column("sha256", _l("The document’s fingerprint"), long=True),
        ),
        page=_disclosures,
        size=lambda: select(Disclosure.id).join(Safe, Safe.id == Disclosure.safe_id).where(Safe.destroyed_at.is_(None)),
        one=lambda user, uid: _disclosure(people.disclosure_or_404(uid, user)),
        hint=_l("Every letter and every word told outside, with the consent or the ground behind it."),
        weight=20,
    )
)
