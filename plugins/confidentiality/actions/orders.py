"""Court orders and subpoenas: entered by the privacy officer, who holds what is asked for (D-CONF-4, D-CONF-9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import Conflict
from app.journal import record
from app.people.models import Person
from app.web.times import today
from plugins.confidentiality.actions.retention import place_hold
from plugins.confidentiality.models import CourtOrder, OrderPerson
from plugins.confidentiality.rules import orders as rules

SAFE = "confidentiality.register"


class OrderClosed(Conflict):
    def message(self) -> str:
        return _("This order is answered and closed. Enter a new one if the authority asks for something else.")


def enter_order(
    user: User,
    *,
    kind: str,
    authority: str,
    asked: str,
    received_on: date,
    due_on: date,
    persons: Iterable[Person],
    why_held: str,
) -> CourtOrder:
    """Enter what came in; nothing about the persons it concerns is destroyed from now on. Raises NotAllowed.

    `why_held`: what their registers say of it.
    """
    user.must("confidentiality.registers")
    if kind not in rules.KINDS:
        raise ValueError("The kind of an order is a word of the rules.")
    safe_id = vault.create_safe(SAFE).id
    told = {"kind": kind, "authority": authority, "asked": asked, "received_on": received_on, "due_on": due_on}
    order = CourtOrder(safe_id=safe_id, by=user.id, **told)
    db.session.add(order)
    db.session.flush()
    named = {person.id: person for person in persons}
    for person in named.values():
        db.session.add(OrderPerson(safe_id=safe_id, order_id=order.id, person=person))
        place_hold(user, person, why=why_held, source=rules.HOLDS[kind])
    codes = [person.code for person in named.values()]
    record("confidentiality.order_entered", order.uid, by=user, codes=codes, kind=kind)
    return order


def note_order_told(user: User, concerned: OrderPerson, *, told: str, why_not: str | None) -> None:
    """Whether a person was told of the order, or why not. Raises NotAllowed."""
    user.must("confidentiality.registers")
    if told not in rules.TOLD:
        raise ValueError("Whether she was told is a word of the rules.")
    concerned.told, concerned.why_not = told, why_not or None
    record("confidentiality.she_was_told", concerned.uid, by=user, codes=[concerned.person.code], told=told)


def close_order(user: User, order: CourtOrder, *, outcome: str) -> None:
    """It is answered; the holds stay until they are lifted one by one. Raises NotAllowed, OrderClosed."""
    user.must("confidentiality.registers")
    vault.open_safes(user, [order.safe_id], why="confidentiality.order")
    db.session.refresh(order, with_for_update=True)
    if order.closed_on is not None:
        raise OrderClosed
    order.closed_on, order.outcome = today(), outcome
    record("confidentiality.order_closed", order.uid, by=user)
