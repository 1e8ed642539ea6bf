"""Court orders and subpoenas: one, the register, and what is due."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import NotFound, NotGranted
from app.people import rules as people_rules
from app.people.models import Person
from app.vault import Safe
from plugins.confidentiality.models import CourtOrder, OrderPerson
from plugins.confidentiality.queries.registers import Column, Register, Rows, Wanted, keep, of_page, rows_of


def order_or_404(uid: str, user: User) -> CourtOrder:
    """An order with the persons it concerns, opened. Raises NotFound, and a refusal is journaled."""
    query = select(CourtOrder).where(CourtOrder.uid == uid).options(selectinload(CourtOrder.persons))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    codes = [concerned.person.code for concerned in found.persons]
    try:
        vault.open_safes(user, [found.safe_id], why="confidentiality.order", codes=codes)
    except NotGranted:
        raise NotFound from None
    return found


def concerned_or_404(order: CourtOrder, code: str) -> OrderPerson:
    for concerned in order.persons:
        if concerned.person.code == code:
            return concerned
    raise NotFound


def persons_named(codes: Iterable[str]) -> dict[str, Person]:
    """Those of these codes that are somebody's; nothing is opened."""
    wanted = {people_rules.as_code(code) for code in codes} - {""}
    query = select(Person).where(Person.code.in_(wanted))
    return {person.code: person for person in db.session.scalars(query)}


# --- the register ----------------------------------------------------------------------------------------------------


def _page(user: User, wanted: Wanted) -> Rows:
    """The last first. Raises NotAllowed."""
    user.must("confidentiality.registers")
    query = of_page(_kept(), CourtOrder.id, CourtOrder.received_on, wanted)
    found = db.session.scalars(query.options(selectinload(CourtOrder.persons))).all()
    codes = [concerned.person.code for order in found for concerned in order.persons]
    vault.open_safes(user, {order.safe_id for order in found}, why="register", codes=codes)
    return rows_of(found, wanted, _row)


def _row(order: CourtOrder) -> dict[str, Any]:
    told = ("id", "uid", "received_on", "kind", "authority", "asked", "due_on", "closed_on", "outcome")
    codes = ", ".join(concerned.person.code for concerned in order.persons)
    return {name: getattr(order, name) for name in told} | {"codes": codes}


def _kept(what: Any = CourtOrder) -> Any:
    return select(what).join(Safe, Safe.id == CourtOrder.safe_id).where(Safe.destroyed_at.is_(None))


keep(
    Register(
        "orders",
        _l("Court orders and subpoenas"),
        "scale",
        (
            Column("received_on", _l("Received"), "date"),
            Column("kind", _l("What it is"), "word", "orders"),
            Column("authority", _l("From whom")),
            Column("codes", _l("Persons concerned")),
            Column("due_on", _l("Answer due"), "date"),
            Column("closed_on", _l("Answered"), "date"),
            Column("asked", _l("What is asked for"), long=True),
            Column("outcome", _l("What was answered"), long=True),
        ),
        page=_page,
        size=lambda: _kept(CourtOrder.id),
        due=lambda day: _kept(CourtOrder.id).where(CourtOrder.closed_on.is_(None)),
        endpoint="confidentiality.order",
        new=("confidentiality.new_order", _l("Enter an order")),
        hint=_l("Nothing is destroyed about the persons concerned until the hold is lifted."),
        weight=25,
    )
)
