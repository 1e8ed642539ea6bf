"""The only room that writes papers. Whoever calls has checked that the user may write to the record they belong to."""

from __future__ import annotations

import hashlib

from sqlalchemy import delete, insert, select

from app import vault
from app.accounts.models import User
from app.db import db
from app.journal import record
from app.papers.intake import PDF, Clean, cleaned, short
from app.papers.models import Paper, PaperChunk
from app.papers.queries import CHUNK, codes_of, place


def keep(user: User | None, safe_id: int, content: bytes | Clean, name: str = "", *, subject: str) -> Paper:
    """Keep a file that somebody sent, cleaned, in a safe; `subject`: the uid of the record that it belongs to.

    Raises a Refused (app.papers.intake) that says what to do. A form has cleaned it before the write lock was taken:
    pass what it holds.
    """
    clean = content if isinstance(content, Clean) else cleaned(content, name)
    return _keep(user, safe_id, clean, subject, "papers.kept")


def keep_made(user: User | None, safe_id: int, content: bytes, name: str, *, subject: str, kind: str = PDF) -> Paper:
    """Keep what we made ourselves: a PDF, or one of the kinds that views.KINDS knows."""
    return _keep(user, safe_id, Clean(short(name), kind, content), subject, "papers.made")


def remove(user: User | None, paper: Paper) -> None:
    """Nothing of it is kept."""
    record("papers.removed", paper.uid, by=user, codes=codes_of(paper.safe_id), of=paper.subject)
    db.session.execute(delete(PaperChunk).where(PaperChunk.paper_id == paper.id))
    db.session.delete(paper)
    db.session.flush()


def sweep() -> None:
    """Content whose safe was destroyed: nobody can open it any more, so it need not stay (D-CONF-9)."""
    gone = select(Paper.id).join(vault.Safe, vault.Safe.id == Paper.safe_id).where(vault.Safe.destroyed_at.is_not(None))
    db.session.execute(delete(PaperChunk).where(PaperChunk.paper_id.in_(gone)))


def _keep(user: User | None, safe_id: int, clean: Clean, subject: str, event: str) -> Paper:
    digest = hashlib.sha256(clean.content).hexdigest()
    paper = Paper(safe_id=safe_id, subject=subject, name=clean.name, kind=clean.kind, size=len(clean.content))
    paper.sha256, paper.by_id = digest, user.id if user else None
    db.session.add(paper)
    db.session.flush()
    starts = range(0, len(clean.content), CHUNK)
    pieces = [
        {
            "paper_id": paper.id,
            "number": number,
            "sealed": vault.seal_bytes(
                safe_id, clean.content[start : start + CHUNK], place(paper.uid, number, last=number == len(starts) - 1)
            ),
        }
        for number, start in enumerate(starts)
    ]
    db.session.execute(insert(PaperChunk), pieces)
    record(event, paper.uid, by=user, codes=codes_of(safe_id), of=subject, size=paper.size)
    return paper
