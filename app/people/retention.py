"""What the register of persons keeps, and every category of what is kept, by whatever room or plugin (D-CONF-9)."""

from __future__ import annotations

from datetime import date, datetime, time

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app import vault
from app.accounts.current import whoever
from app.db import db
from app.errors import Conflict, NotFound
from app.hookspecs import Expired, RetentionCategory
from app.people.models import Person
from app.plugins import plugins_of
from app.vault import Safe
from app.web.times import ZONE, local_day


def categories() -> dict[str, RetentionCategory]:
    """Every category by its key: the core's, and those of plugins that are installed, on or off (law 3)."""
    answered = plugins_of(current_app).ask_all("register_retention")
    return {category.key: category for category in (REGISTERS, *(answer.value for answer in answered))}


def _erased_before(before: date, limit: int) -> list[Expired]:
    """Registers of persons of whom nothing else is left since before a day."""
    own, register = aliased(Safe), aliased(Safe)
    query = select(Person.uid, Person.code, own.destroyed_at).join(own, own.id == Person.safe_id)
    query = query.join(register, register.id == Person.register_safe_id).where(register.destroyed_at.is_(None))
    query = query.where(own.destroyed_at < datetime.combine(before, time(), ZONE))
    rows = db.session.execute(query.order_by(own.destroyed_at, Person.id).limit(limit))
    return [Expired(row.uid, row.code, local_day(row.destroyed_at)) for row in rows if row.destroyed_at]


def _destroy_register(uid: str) -> None:
    """Raises NotFound; Conflict while anything else is written about her, or when it is gone already."""
    person = db.session.scalar(select(Person).where(Person.uid == uid).with_for_update())
    if person is None or person.register_safe_id is None:
        raise NotFound
    register = db.session.get_one(Safe, person.register_safe_id)
    if register.destroyed_at or not db.session.get_one(Safe, person.safe_id).destroyed_at:
        raise Conflict
    vault.destroy(register, by=whoever())


REGISTERS = RetentionCategory(
    "core.register",
    _l("What is accounted for about a person, once the rest is destroyed"),
    setting="core.keep_register_months",
    due=_erased_before,
    destroy=_destroy_register,
    method=_l("The key of her register is destroyed: its consents, disclosures and requests can no longer be read."),
)
