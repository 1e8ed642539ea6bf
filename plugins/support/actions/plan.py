"""Her plan, written with her; and printed, for her to take along."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app import papers
from app.accounts.models import User
from app.db import db
from app.journal import record
from plugins.support.actions.holding import SomeoneElseWrote, hold
from plugins.support.models import CaseFile, Plan
from plugins.support.rules.plan import PARTS


def write_plan(user: User, file: CaseFile, *, version: int, **parts: str | None) -> None:
    """One more version of her plan (service 9), unless nothing changed. `version`: the one seen, 0 for none.

    Raises NotAllowed, NotGranted, FileClosed, SomeoneElseWrote.
    """
    hold(user, file, open_only=True)
    last = db.session.scalar(select(Plan).where(Plan.file_id == file.id).order_by(Plan.version.desc()).limit(1))
    if version != (last.version if last else 0):
        raise SomeoneElseWrote
    told = {name: parts.get(name) or None for name in PARTS}
    if told == {name: getattr(last, name) if last else None for name in PARTS}:
        return
    plan = Plan(file_id=file.id, safe_id=file.safe_id, version=version + 1, by=user.id, **told)
    db.session.add(plan)
    record("support.plan_written", plan.uid, by=user, codes=[file.person.code])


def plan_paper(user: User, plan: Plan, code: str, *, title: str, headings: Sequence[str], language: str) -> bytes:
    """Her plan as a paper that names neither her nor anybody (D-FILE-4, D-CONF-11); that it was printed is journaled.

    `headings`: one for each part, in `language`. What she left empty is left out. Raises NotAllowed, NotGranted.
    """
    user.must("support.follow")
    told = [
        papers.section(heading, papers.paragraph(text))
        for name, heading in zip(PARTS, headings, strict=True)
        if (text := getattr(plan, name))
    ]
    record("support.plan_printed", plan.uid, by=user, codes=[code], language=language)
    return papers.pdf("sheet", {"sections": told}, title=title, language=language, neutral=True)
