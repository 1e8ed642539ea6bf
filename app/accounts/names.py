"""Colleagues' names, for pages that say who did something."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from app.accounts.models import User
from app.db import db


def names_of(uids: Iterable[str | None] | None = None) -> dict[str, str]:
    """The names behind these uids, or all, in one query; an account that is gone is left out."""
    query = select(User) if uids is None else select(User).where(User.uid.in_({uid for uid in uids if uid}))
    return {user.uid: user.name for user in db.session.scalars(query)}
