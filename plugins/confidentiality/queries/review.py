"""The journal of openings as the rules read it, and what was found unusual in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from app import vault
from app.accounts.models import User
from app.accounts.names import names_of
from app.accounts.queries import who_can
from app.db import db
from app.errors import NotFound
from app.journal.models import JournalEntry
from app.people.models import Person
from app.vault import Grant
from app.web.times import local
from plugins.confidentiality.models import Finding, FindingAnswer
from plugins.confidentiality.queries import roles, undertakings
from plugins.confidentiality.queries.incidents import SAFE
from plugins.confidentiality.queries.registers import PAGE, Column, Register, Row, Rows, Wanted, bounded, keep, of_page
from plugins.confidentiality.rules import review as rules

BATCH = 20_000  # entries of the journal looked at in one go
CODES = 500  # of one statement
SLACK = timedelta(minutes=1)  # a grant and what it opens are written in one unit of work, in either order
OPENED = "vault.opened"


def openings(after: int) -> tuple[list[rules.Opening], int]:
    """The openings after an entry of the journal, and those of the hours before it, so that none is cut in two.

    Walks the index on (action, seq). The number is that of the last new one; `after` itself when there is none.
    """
    e = JournalEntry
    query = select(e.seq, e.at, e.actor, e.codes, e.detail).where(e.action == OPENED)
    new = db.session.execute(query.where(e.seq > after).order_by(e.seq).limit(BATCH)).all()
    if not new:
        return [], after
    old = db.session.execute(query.where(e.seq <= after).order_by(e.seq.desc()).limit(BATCH)).yield_per(1000)
    before = []
    for row in old:
        if row.at < new[0].at - rules.OVERLAP:
            break
        before.append(row)
    old.close()
    return [_opening(row) for row in (*reversed(before), *new) if row.actor], new[-1].seq


def _opening(row: Any) -> rules.Opening:
    why = str(json.loads(row.detail).get("why", ""))
    return rules.Opening(row.seq, local(row.at), row.actor, tuple(row.codes.split()), why)


def assigned(seen: Iterable[rules.Opening]) -> Callable[[rules.Opening], bool]:
    """Whether the person opened was then given to who opened her, without an end: grants as they stood (D-CONF-1)."""
    single = [one for one in seen if one.codes and not one.is_list]
    codes, actors = sorted({one.codes[0] for one in single}), {one.actor for one in single}
    given: dict[tuple[str, str], list[tuple[datetime, datetime | None]]] = {}
    query = select(User.uid, Person.code, Grant.since, Grant.revoked_at).join(Grant, Grant.user_id == User.id)
    query = query.join(Person, Person.safe_id == Grant.safe_id).where(User.uid.in_(actors), Grant.until.is_(None))
    for start in range(0, len(codes), CODES):
        for uid, code, since, ended in db.session.execute(query.where(Person.code.in_(codes[start : start + CODES]))):
            given.setdefault((uid, code), []).append((since, ended))

    def was(one: rules.Opening) -> bool:
        held = given.get((one.actor, one.codes[0]), ())
        return any(since - SLACK <= one.at and (ended is None or one.at < ended + SLACK) for since, ended in held)

    return was


def officers() -> set[str]:
    """Those who open the registers by office."""
    return set(db.session.scalars(select(User.uid).where(User.id.in_(who_can("confidentiality.registers")))))


# --- what was found ---------------------------------------------------------------------------------------------------


class Found(NamedTuple):
    finding: Finding
    who: str
    hers: bool  # of who looks at it: she can't answer it


class FoundPage(NamedTuple):
    found: list[Found]
    older: int | None = None


def open_to(user: User, query: Select[Any]) -> Select[Any]:
    """The privacy officer sees all; the chair, those of the privacy officers, who do not answer for themselves."""
    if user.can("confidentiality.registers"):
        return query
    return query.where(Finding.actor.in_(select(User.uid).where(User.id.in_(who_can("confidentiality.registers")))))


def findings(user: User, before: int | None = None) -> FoundPage:
    """Those that wait for an answer, the latest first. Raises NotAllowed."""
    user.must("confidentiality.findings")
    wanted = Wanted(before=before)
    query = open_to(user, select(Finding)).where(Finding.answer == "")
    rows = db.session.scalars(of_page(query, Finding.id, Finding.day, wanted)).all()
    names = names_of([row.actor for row in rows])
    shown = [Found(row, names.get(row.actor, "–"), row.actor == user.uid) for row in rows[:PAGE]]
    return FoundPage(shown, rows[PAGE - 1].id if len(rows) > PAGE else None)


def finding_or_404(uid: str, user: User) -> Finding:
    """Raises NotAllowed, NotFound."""
    user.must("confidentiality.findings")
    found = db.session.scalar(open_to(user, select(Finding)).where(Finding.uid == uid))
    if found is None:
        raise NotFound
    finding: Finding = found
    return finding


def waiting_ids(user: User) -> Select[Any]:
    """Those that she may answer."""
    return open_to(user, select(Finding.id)).where(Finding.answer == "", Finding.actor != user.uid)


class Waiting(NamedTuple):
    findings: int
    undertakings: int
    roles: int


def waiting(user: User) -> Waiting:
    """How much waits for who watches over confidentiality, in one statement; each counted to COUNTED at most."""
    some = waiting_ids(user), undertakings.owing_ids(timedelta(0)), roles.unreviewed_ids(user)
    return Waiting(*db.session.execute(select(*(bounded(query) for query in some))).one())


def named(finding: Finding, user: User) -> Found:
    """A finding with the name of whom it is about."""
    return Found(finding, names_of([finding.actor]).get(finding.actor, "–"), finding.actor == user.uid)


def _page(user: User, wanted: Wanted) -> Rows:
    """All of them, answered or not; the answers open with their safes."""
    user.must("confidentiality.registers")
    query = select(Finding, FindingAnswer).outerjoin(FindingAnswer, FindingAnswer.finding_id == Finding.id)
    pairs = db.session.execute(of_page(query, Finding.id, Finding.day, wanted)).all()
    vault.open_safes(user, {answer.safe_id for _finding, answer in pairs if answer}, why=SAFE)
    names = names_of([finding.actor for finding, _answer in pairs])
    shown = pairs[: wanted.limit]
    older = shown[-1][0].id if len(pairs) > wanted.limit else None
    return Rows([_row(finding, answer, names) for finding, answer in shown], older)


def _row(finding: Finding, said: FindingAnswer | None, names: Mapping[str, str]) -> Row:
    told = ("id", "uid", "day", "kind", "code", "number", "seq", "answer")
    line = said.line if said else None
    return {name: getattr(finding, name) for name in told} | {"who": names.get(finding.actor), "line": line}


keep(
    Register(
        "findings",
        _l("Unusual openings"),
        "eye",
        (
            Column("day", _l("Day"), "date"),
            Column("who", _l("Who")),
            Column("kind", _l("What"), "word", "findings"),
            Column("code", _l("Person"), "code"),
            Column("number", _l("Persons"), "number"),
            Column("seq", _l("Entry of the journal"), "number"),
            Column("answer", _l("Answer"), "word", "answers"),
            Column("line", _l("In one line")),
        ),
        page=_page,
        size=lambda: select(Finding.id),
        due=lambda day: select(Finding.id).where(Finding.answer == ""),
        new=("confidentiality.findings", _l("Answer those that wait"), "arrow-right"),
        hint=_l("Found in the journal each day: outside an assignment, many in an hour, at night."),
        weight=70,
    )
)
