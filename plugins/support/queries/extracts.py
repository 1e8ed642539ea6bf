"""What her file says of an item, as paragraphs to begin a part of a letter with; hers to shorten before it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask_babel import gettext as _
from sqlalchemy import select

from app.db import db
from app.web.times import day
from plugins.support.models import CaseFile, Meeting, NetworkTie, Objective, Step

MOST = 20  # of each


def extract(file: CaseFile, item: str) -> list[str]:
    """Paragraphs, in the language under way; none where the file has nothing to say. The file has been opened."""
    return [text for text in _WAYS[item](file) if text] if item in _WAYS else []


def _identity(file: CaseFile) -> Iterable[str | None]:
    person = file.person
    yield person.pseudonym or person.name
    yield _("%(band)s years", band=person.age_band.replace("-", "–")) if person.age_band else None


def _presence(file: CaseFile) -> Iterable[str]:
    yield _("She is accompanied here since %(day)s.", day=day(file.opened_on, year=True))


def _objectives(file: CaseFile) -> Iterable[str]:
    query = select(Objective).where(Objective.file_id == file.id).order_by(Objective.created_on, Objective.id)
    return [f"« {each.words} »" for each in db.session.scalars(query.limit(MOST))]


def _steps(file: CaseFile) -> Iterable[str]:
    """The place and who goes along are not among what is told."""
    query = select(Step).where(Step.file_id == file.id, Step.state != "cancelled").order_by(Step.sort_on, Step.id)
    for each in db.session.scalars(query.limit(MOST)):
        said = (each.day and day(each.day, year=True), each.what, each.outcome)
        yield ". ".join(part.rstrip(". ") for part in said if part)


def _meetings(file: CaseFile) -> Iterable[str]:
    query = select(Meeting).where(Meeting.file_id == file.id).order_by(Meeting.day.desc(), Meeting.id.desc())
    for each in db.session.scalars(query.limit(MOST)):
        yield ": ".join(part for part in (day(each.day, year=True), each.summary) if part)


def _network(file: CaseFile) -> Iterable[str]:
    query = select(NetworkTie).where(NetworkTie.file_id == file.id, NetworkTie.ended_on.is_(None))
    for each in db.session.scalars(query.order_by(NetworkTie.ring, NetworkTie.id).limit(MOST)):
        yield each.name


_WAYS: dict[str, Callable[[CaseFile], Iterable[str | None]]] = {
    "identity": _identity,
    "presence": _presence,
    "objectives": _objectives,
    "steps": _steps,
    "meetings": _meetings,
    "support_network": _network,
}
AVAILABLE = frozenset(_WAYS)
