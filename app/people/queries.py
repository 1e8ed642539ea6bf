"""Reads of the register. Everything goes through the grants: what she may not open is not there for her."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, bindparam, exists, false, select, union
from sqlalchemy.orm import aliased

from app import vault
from app.accounts.models import User
from app.db import UtcDateTime, db, now
from app.errors import NotFound
from app.journal import record
from app.people import rules
from app.people.models import Disclosure, Person, SafeContact
from app.vault import Grant, Safe, in_force, reveal, sealed_column
from app.web.times import midnight

NAMES = ("core_person.pseudonym", "core_person.name")
PAGE = 25
Rows = Sequence[Any]
_columns = (
    *(Person.code, Person.uid, Person.safe_id, Person.kind, Person.languages, Person.first_contact),
    *(sealed_column(Person, name) for name in ("pseudonym", "name")),
)

_MOMENT = bindparam("moment", type_=UtcDateTime)
_later = aliased(Grant)
_MINE = (  # through her grants, in the order of the index on (user, safe): it stops as soon as the page is full
    select(*_columns, Grant.safe_id)
    .join(Grant, Grant.safe_id == Person.safe_id)
    .join(Safe, Safe.id == Grant.safe_id)
    .where(Grant.user_id == bindparam("user"), in_force(_MOMENT), Safe.destroyed_at.is_(None))
    .where(  # two grants on one safe are one row: the last one's
        ~exists()
        .where(_later.user_id == Grant.user_id, _later.safe_id == Grant.safe_id, _later.id > Grant.id)
        .where(in_force(_MOMENT, _later))
    )
    .order_by(Grant.safe_id.desc())
    .limit(bindparam("rows", type_=Integer))
)


class Line(NamedTuple):
    """A person in a list. `called` is how she wants to be called; None: by her code alone."""

    code: str
    kind: str
    first_contact: date
    languages: str = ""
    called: str | None = None


class Page(NamedTuple):
    """`after`: the code from which the next page goes on; None: this is the last."""

    lines: list[Line]
    after: str | None = None


def person_or_404(code: str, user: User, why: str = "person") -> Person:
    """The person, her safe opened and journaled. Raises NotFound when there is none, or none for this user.

    The two look the same, and both are journaled: a code is not to be guessed at (D-CONF-1, D-CONF-10).
    """
    query = select(Person, _open_to(user)).where(Person.code == rules.as_code(code))
    found = db.session.execute(query).one_or_none()
    if found is None or not found[1]:
        record("people.refused", by=user, codes=[found[0].code] if found else [], survives=True)
        raise NotFound
    person: Person = found[0]
    vault.open_safes(user, [person.safe_id], why=why, codes=[person.code])
    return person


def my_people(user: User, after: str | None = None, limit: int = PAGE) -> Page:
    """The persons whose records this user may open, the last registered first, from after a code on."""
    query = _MINE.where(Grant.safe_id < _place(after, _open_to(user))) if after else _MINE
    rows = db.session.execute(query, {"user": user.id, "moment": now(), "rows": limit + 1}).all()
    return Page(_lines(user, rows[:limit], "list"), rows[limit - 1].code if len(rows) > limit else None)


def all_codes(user: User, after: str | None = None, limit: int = PAGE) -> Page:
    """Every person's code, kind and first day, without a name (DOMAIN section 8: coordinator)."""
    user.must("core.people.codes")
    query = select(Person.code, Person.kind, Person.first_contact).order_by(Person.safe_id.desc()).limit(limit + 1)
    rows = db.session.execute(query.where(Person.safe_id < _place(after)) if after else query).all()
    lines = [Line(row.code, row.kind, row.first_contact) for row in rows]
    return Page(lines[:limit], lines[limit - 1].code if len(lines) > limit else None)


def find(user: User, text: str, limit: int = 12) -> list[Line]:
    """Persons that this user may open, by beginnings: of a code, and of names for who may see names."""
    return _lines(user, _matching([_by_code(user, text), *_by_name(user, text)], limit), "search")


def possible_duplicates(user: User, *texts: str | None, but: Person | None = None, named: bool = True) -> list[Line]:
    """Persons granted to this user whose pseudonym or name begins alike; those of others are never told.

    `named=False`: codes alone, so that no other safe is opened.
    """
    ways = [way for text in texts if text for way in _by_name(user, rules.beginnings(text))]
    rows = [row for row in _matching(ways, 6) if but is None or row.code != but.code] if ways else []
    return _lines(user, rows, "duplicates" if named else None)


def contacts(person: Person) -> list[SafeContact]:
    """Ways to reach her, the first to try first (D-FILE-4)."""
    query = select(SafeContact).where(SafeContact.person_id == person.id)
    return list(db.session.scalars(query.order_by(SafeContact.rank, SafeContact.id)))


def contact_or_404(person: Person, uid: str) -> SafeContact:
    for contact in contacts(person):
        if contact.uid == uid:
            return contact
    raise NotFound


def who_has_access(person: Person) -> list[tuple[User, Grant]]:
    """Colleagues who may open her record now, since when and until when (D-CONF-1); each by the grant that lasts."""
    query = select(User, Grant).join(Grant, Grant.user_id == User.id).where(Grant.safe_id == person.safe_id, in_force())
    lasting = query.order_by(Grant.until.is_(None), Grant.until, Grant.id.desc())
    return list({user.id: (user, given) for user, given in db.session.execute(lasting)}.values())


def disclosures_of(person: Person) -> Sequence[Disclosure]:
    """What left about a person, the last first; her register has been opened."""
    query = select(Disclosure).where(Disclosure.person_id == person.id)
    return db.session.scalars(query.order_by(Disclosure.id.desc())).all()


def received_under(permit: str) -> Sequence[Disclosure]:
    """What was sent under one permit: who has received what already (D-CONF-5)."""
    return db.session.scalars(select(Disclosure).where(Disclosure.permit == permit).order_by(Disclosure.id)).all()


def disclosures(
    user: User,
    before: int | None = None,
    limit: int = PAGE,
    since: date | None = None,
    until: date | None = None,
) -> Sequence[Disclosure]:
    """A page of the register of disclosures, the last first, and one more when there are older ones (D-CONF-6).

    Raises NotAllowed. Those whose register was destroyed are left out. `since`, `until`: days, both included.
    """
    user.must("core.registers.open")
    query = select(Disclosure).join(Safe, Safe.id == Disclosure.safe_id).where(Safe.destroyed_at.is_(None))
    query = query.where(Disclosure.id < before) if before else query
    query = query.where(Disclosure.at >= midnight(since)) if since else query
    query = query.where(Disclosure.at < midnight(until + timedelta(days=1))) if until else query
    rows = db.session.scalars(query.order_by(Disclosure.id.desc()).limit(limit + 1)).all()
    vault.open_safes(user, {row.safe_id for row in rows}, why="register", codes=[row.person.code for row in rows])
    return rows


def disclosure_or_404(uid: str, user: User) -> Disclosure:
    """An entry of that register, opened. Raises NotAllowed, NotFound, NotGranted."""
    user.must("core.registers.open")
    found = db.session.scalar(select(Disclosure).where(Disclosure.uid == uid))
    if found is None:
        raise NotFound
    vault.open_safes(user, [found.safe_id], why="register", codes=[found.person.code])
    return found


def _place(code: str, *hers: Any) -> Any:
    """Where the list goes on: the safe of the person with this code, if she is one of hers."""
    return select(Person.safe_id).where(Person.code == rules.as_code(code), *hers).scalar_subquery()


def _open_to(user: User) -> Any:
    """Whether a person's safe is granted to the user, asked of one row at a time."""
    return vault.granted_to(user).where(Grant.safe_id == Person.safe_id).correlate(Person).exists()


def _by_code(user: User, text: str) -> Select[Any]:
    """A range of the index on codes: none holds a Z."""
    start = rules.as_code(text)
    query = select(Person.safe_id).join(Safe, Safe.id == Person.safe_id).where(Safe.destroyed_at.is_(None))
    return (
        query.where(Person.code >= start, Person.code < f"{start}Z", _open_to(user)) if start else query.where(false())
    )


def _by_name(user: User, text: str) -> list[Select[Any]]:
    """The blind index, field by field; for a role that sees codes only (a peer), names find nothing."""
    return [vault.found(user, [field], text) for field in NAMES] if user.can("core.people.names") else []


def _matching(ways: list[Select[Any]], limit: int) -> Rows:
    """The persons found in any of these ways, the last registered first; each way stops when it has enough."""
    best = (way.order_by(way.selected_columns.safe_id.desc()).limit(limit).subquery() for way in ways)
    query = select(*_columns).where(Person.safe_id.in_(union(*(select(way.c.safe_id) for way in best))))
    return db.session.execute(query.order_by(Person.safe_id.desc()).limit(limit)).all()


def _lines(user: User, rows: Rows, why: str | None) -> list[Line]:
    """Rows with how each is called, their safes opened in one go and journaled with the codes; a peer sees codes."""
    plain = [(row.code, row.kind, row.first_contact, row.languages) for row in rows]
    if why is None or not user.can("core.people.names"):
        return [Line(*fields) for fields in plain]
    vault.open_safes(user, [row.safe_id for row in rows], why=why, codes=[row.code for row in rows])
    called = [reveal(Person, "pseudonym", row) or reveal(Person, "name", row) for row in rows]
    return [Line(*fields, called=name) for fields, name in zip(plain, called, strict=True)]
