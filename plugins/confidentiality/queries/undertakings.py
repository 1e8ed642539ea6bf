"""Undertakings: her own, who has not signed, and the register of signatures (D-CONF-13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, or_, select

from app import vault
from app.accounts.models import User
from app.accounts.queries import who_can
from app.catalogue.settings import Held, held, spec_of
from app.db import db
from app.errors import NotFound
from app.web.times import today
from plugins.confidentiality.models import Undertaking
from plugins.confidentiality.queries.incidents import SAFE, opened, standing
from plugins.confidentiality.queries.registers import Column, Register, Row, Rows, Wanted, keep, rows_of
from plugins.confidentiality.rules import undertakings as rules

TEXT = "confidentiality.undertaking"
SHOWN = 200


def text_in(language: str) -> Held:
    """What is signed now in a language, and its number."""
    return held(spec_of(TEXT), language)


def last_signed(user: User) -> date | None:
    """When she signed last."""
    return db.session.scalar(select(func.max(Undertaking.signed_on)).where(Undertaking.user_id == user.id))


class Owing(NamedTuple):
    """Somebody with an account whose undertaking is not signed, is over, or is soon."""

    user: User
    signed_on: date | None

    @property
    def standing(self) -> str:
        return rules.standing(self.signed_on, today())


def owing() -> list[Owing]:
    """Those, who never signed first."""
    last = func.max(Undertaking.signed_on)
    query = _owing(User).add_columns(last).group_by(User.id).order_by(last.asc().nulls_first(), User.id)
    return [Owing(*row) for row in db.session.execute(query.limit(SHOWN))]


def owing_ids(soon: timedelta = rules.SOON) -> Select[Any]:
    """The same, as a SELECT of ids; `soon`: how long before the end it counts."""
    return _owing(User.id, soon).group_by(User.id)


def _owing(what: Any, soon: timedelta = rules.SOON) -> Select[Any]:
    query = select(what).outerjoin(Undertaking, Undertaking.user_id == User.id)
    held_until = func.max(Undertaking.signed_on)
    again = rules.signed_before(today() + soon)
    return query.where(User.id.in_(who_can("confidentiality.sign"))).having(
        or_(held_until.is_(None), held_until < again)
    )


def others_owing(user: User) -> Sequence[Undertaking]:
    """Of those without an account: what is over or soon, and neither signed again nor ended; opened.

    Raises NotAllowed.
    """
    user.must("confidentiality.registers")
    query = standing(Undertaking).where(Undertaking.user_id.is_(None), Undertaking.over.is_(False))
    query = query.where(Undertaking.signed_on < rules.signed_before(today() + rules.SOON))
    found = db.session.scalars(query.order_by(Undertaking.signed_on, Undertaking.id).limit(SHOWN)).all()
    vault.open_safes(user, {one.safe_id for one in found}, why=SAFE)
    return found


def undertaking_or_404(uid: str, user: User) -> Undertaking:
    """Opened. Raises NotAllowed, NotFound."""
    user.must("confidentiality.registers")
    found = db.session.scalar(standing(Undertaking).where(Undertaking.uid == uid))
    if found is None:
        raise NotFound
    vault.open_safes(user, [found.safe_id], why=SAFE)
    signed: Undertaking = found
    return signed


def _row(one: Undertaking) -> Row:
    clear = ("id", "uid", "signed_on", "kind", "name", "how", "language", "version", "text")
    return {name: getattr(one, name) for name in clear} | {"until": rules.valid_until(one.signed_on)}


def _page(user: User, wanted: Wanted) -> Rows:
    return rows_of(opened(user, standing(Undertaking), Undertaking, Undertaking.signed_on, wanted), wanted, _row)


keep(
    Register(
        "undertakings",
        _l("Undertakings"),
        "notebook-pen",
        (
            Column("signed_on", _l("Signed on"), "date"),
            Column("name", _l("Name")),
            Column("kind", _l("Who"), "word", "signers"),
            Column("until", _l("Holds until"), "date"),
            Column("how", _l("How"), "word", "signed"),
            Column("language", _l("Language"), "word", "languages", long=True),
            Column("version", _l("Version of the text"), "number", long=True),
            Column("text", _l("The text"), long=True),
        ),
        page=_page,
        size=lambda: standing(Undertaking, Undertaking.id),
        due=lambda day: owing_ids(),
        one=lambda user, uid: _row(undertaking_or_404(uid, user)),
        new=("confidentiality.undertakings", _l("Who has not signed"), "arrow-right"),
        hint=_l("Whoever may learn something here undertakes each year to keep it to herself."),
        weight=50,
    )
)
