"""Her plan, as it stands and as it was. The file has been opened."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from app.accounts.models import User
from app.db import db
from plugins.support.models import CaseFile, Plan

SHOWN = 30  # versions


class Written(NamedTuple):
    """A version, and who wrote it with her."""

    plan: Plan
    by: User


def versions(file: CaseFile) -> list[Written]:
    """The newest first."""
    query = select(Plan, User).join(User, User.id == Plan.by).where(Plan.file_id == file.id)
    return [Written(*row) for row in db.session.execute(query.order_by(Plan.version.desc()).limit(SHOWN))]
