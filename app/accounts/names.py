"""Colleagues' names, for pages that say who did something."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from app.accounts.models import User
from app.db import db


def names_of(uids: Iterable[str | None]) -> dict[str, str]:
    """The names behind these uids, in one query; an account that is gone is left out."""
    wanted = {uid for uid in uids if uid}
    users = db.session.scalars(select(User).where(User.uid.in_(wanted))) if wanted else ()
    return {user.uid: user.name for user in users}
