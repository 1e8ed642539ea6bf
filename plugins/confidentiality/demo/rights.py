"""Requests of persons in the demo, what is proposed to be destroyed, a certificate. All invented."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.models import User
from app.db import db
from app.people.actions import register
from app.people.models import Person
from plugins.confidentiality.actions import destruction, rights
from plugins.confidentiality.models import Proposal, RightsRequest

ASKED: tuple[tuple[str, int, str, str], ...] = (  # kind, days ago, what, how it should read
    ("access", 12, "J’aimerais savoir ce qui est écrit sur moi depuis le début.", ""),
    ("rectification", 26, "Dans une note, vous dites que je suis partie en mars.", "Je suis partie en mai."),
    ("portability", 3, "Je déménage, je voudrais apporter mon dossier avec moi.", ""),
    ("withdrawal", 1, "Je ne veux plus que la clinique reçoive de mes nouvelles.", ""),
)
REFUSED = {
    "answer": "refused",
    "reasons": "La note dit ce que tu as raconté ce jour-là; ta version est jointe au dossier.",
    "article": "Article 28 de la Loi sur la protection des renseignements personnels",
    "recourse_told": True,
}
GRANTED = {"answer": "granted", "reasons": None, "article": None, "recourse_told": False}


def load(world: Any) -> None:
    """Requests in each state, a file that waits to be destroyed, and one that was, by three people."""
    worker = _user(world, "support_worker")
    hers = [known for known in world.people if known.worker_id == worker.id][: len(ASKED)]
    for known, (kind, ago, asked, should_read) in zip(hers, ASKED, strict=False):
        request = _received(world, worker, db.session.get_one(Person, known.id), kind, ago, asked, should_read)
        if kind == "rectification":
            _answered(world, worker, request, ago - 12, **REFUSED)
            rights.attach_statement(worker, request, "Je maintiens que c’était en mai: mon bail en fait foi.")
    for ago in (40, 39):
        person = register(worker, kind="woman", first_contact=world.today - timedelta(days=400))
        request = _received(world, worker, person, "destruction", ago, "Je préfère que rien ne reste de moi.", "")
        _answered(world, worker, request, 20, **GRANTED)
    _destroy_one(world)


def _user(world: Any, role: str) -> User:
    """An account with its roles."""
    query = select(User).options(selectinload(User.roles)).where(User.id == world.user(role).id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _received(
    world: Any, worker: User, person: Person, kind: str, ago: int, asked: str, should_read: str
) -> RightsRequest:
    request = rights.receive(
        worker,
        person,
        kind=kind,
        received_on=world.today - timedelta(days=ago),
        how="spoken",
        asked_by="herself",
        asker=None,
        asked=asked,
        should_read=should_read or None,
    )
    rights.check_identity(worker, request, "known")
    return request


def _answered(world: Any, worker: User, request: RightsRequest, ago: int, **answer: Any) -> None:
    day = world.today - timedelta(days=ago)
    rights.answer(worker, request, **answer, given="spoken", answered_on=day, version=request.version)


def _destroy_one(world: Any) -> None:
    destruction.propose(world.today)
    query = select(Proposal).where(Proposal.category == "confidentiality.asked").order_by(Proposal.id)
    first = db.session.scalars(query).first()
    if first is not None:
        destruction.approve(_user(world, "privacy_officer"), [first])
        destruction.confirm(_user(world, "coordinator"), [first])
