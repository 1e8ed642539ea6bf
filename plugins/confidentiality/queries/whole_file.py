"""Her whole file, gathered to be looked at and copied; what is hidden in it; who opened it (D-CONF-8)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select

from app import papers, vault
from app.accounts.models import User
from app.db import db
from app.errors import NotFound
from app.papers.models import Paper
from app.people import export
from app.people.models import Person
from plugins.confidentiality.models.rights import Preparation, RightsRequest
from plugins.confidentiality.queries.rights import is_her_worker, request_or_404
from plugins.confidentiality.rules import rights as rights_rules
from plugins.confidentiality.rules import whole_file as rules
from plugins.confidentiality.rules.whole_file import Marks, Section


def file_request_or_404(uid: str, user: User) -> RightsRequest:
    """A request that is answered with her whole file, for her worker. Raises NotFound: also for the privacy officer."""
    found = request_or_404(uid, user)
    if found.kind not in rights_rules.WHOLE_FILE or not is_her_worker(found.person, user):
        raise NotFound
    return found


def preparation_of(request: RightsRequest, user: User) -> Preparation | None:
    """What was marked so far, opened; None: nothing yet, or its time is over and she has to begin again."""
    found = db.session.scalar(select(Preparation).where(Preparation.request_id == request.id))
    if found is None or not vault.is_granted(user, found.safe_id):
        return None
    vault.open_safes(user, [found.safe_id], why="confidentiality.whole_file", codes=[request.person.code])
    return found


def marks_of(preparation: Preparation) -> Marks:
    told = json.loads(preparation.marks or "{}")
    return Marks(told.get("entries", {}), tuple(told.get("words", ())), told.get("seen", {}))


def gathered(user: User, person: Person) -> list[Section]:
    """All that is held about her, in sections. Raises NotGranted when a part of it is not open to this user."""
    found: list[Section] = []
    for part in export.everything(user, person):
        if part.damaged:
            found.append(Section(part.name, part.title, [], damaged=True))
        found += rules.sections(part.name, part.title, part.told, part.labels)
    return found


def to_look_at(sections: Sequence[Section]) -> list[list[Section]]:
    """Page by page, what somebody wrote; who opened her file is told by the software, in no words of anybody."""
    return rules.pages([section for section in sections if not section.key.startswith("journal.")])


def copies_of(preparation: Preparation) -> list[Paper]:
    """Copies that were made, the last first."""
    return papers.papers_of(preparation.uid)
