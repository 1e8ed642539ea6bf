"""Checking the journal, and keeping its head where whoever changes the database does not reach."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import RoleGrant, User
from app.db import db
from app.journal import queries
from app.journal.chain import Verdict, head, record, verify
from app.web.times import today
from app.work import each_day, queue_mail


def heads_file() -> Path:
    folder: Path = current_app.config["SETTINGS"].instance
    return folder.absolute() / "heads" / "heads.txt"


def check(*heads: str) -> Verdict:
    """Verify the whole journal against every head that was exported, and others (D-CONF-10)."""
    kept = heads_file().read_text().splitlines() if heads_file().exists() else []
    return verify(*heads, *(line.split()[-1] for line in kept))


def check_now(user: User) -> None:
    """The same, asked for by somebody; what was found is journaled. Raises NotAllowed."""
    user.must("core.journal.read")
    verdict = check()
    record("journal.verified", by=user, holds=verdict.holds, **verdict._asdict())


def read(user: User, wanted: queries.Wanted) -> Sequence[Any]:
    """A page of entries; that she read it, and whose, is journaled. Raises NotAllowed."""
    user.must("core.journal.read")
    codes, filters = [wanted.code] if wanted.code else [], sum(map(bool, wanted)) or None
    record("journal.read", by=user, codes=codes, filters=filters, actor=wanted.user or None)
    return queries.entries(wanted)


def export_head(day: date) -> None:
    """Append the head (date, number, hash) to a file outside of the database; mail it to the privacy officers."""
    latest = head()
    heads_file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(heads_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w") as file:
        file.write(f"{day} {latest.seq} {latest.hash}\n")
        file.flush()
        os.fsync(file.fileno())
    held = select(RoleGrant.user_id).where(RoleGrant.role == "privacy_officer")
    for user in db.session.scalars(select(User).where(User.id.in_(held)).options(joinedload(User.roles))).unique():
        if "privacy_officer" in user.role_names:
            queue_mail(user, "journal_head", seq=latest.seq, hash=latest.hash)
    record("journal.head_exported", by=None, seq=latest.seq)


each_day("journal_head")(lambda: export_head(today()))
