"""Things of follow-up: in a file, in directories, by codes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.db import db
from app.people import actions as people
from app.web.times import today
from plugins.support import actions as support
from plugins.support import queries
from plugins.support.actions import hand_over, life, network, objectives, own_file, relatives, sharing, stand_in
from plugins.support.models import (
    Assignment,
    CaseFile,
    HandOver,
    Objective,
    StandIn,
)
from plugins.support.rules.letters import Piece
from plugins.support.rules.life import When

if TYPE_CHECKING:
    from tests.access.world.house import Her, World

Form = dict[str, Any]


def _file(her: Her) -> CaseFile:
    """Opened for her worker."""
    return queries.file_or_404(her.code, her.user())


def _row(model: Any, uid: str) -> Any:
    return db.session.scalars(select(model).where(model.uid == uid)).one()


# --- things of hers ---------------------------------------------------------------------------------------------------


def _objective(world: World, her: Her) -> str:
    """Shared with the peer beside her, when there is one."""
    file = _file(her)
    made = objectives.add_objective(her.user(), file, words=her.words["objective"], sign=None, by_when=None)
    if _beside(file):
        sharing.share(her.user(), made)
    return made.uid


def _beside(file: CaseFile) -> bool:
    peers = select(Assignment.id).where(Assignment.file_id == file.id, Assignment.peer, Assignment.until.is_(None))
    return db.session.scalar(peers) is not None


def _small_step(world: World, her: Her) -> str:
    return objectives.add_step(her.user(), _row(Objective, her.of("objective")), words="Demander l’horaire").uid


def _step(world: World, her: Her) -> str:
    blank = ("organisation", "hour", "place", "beside_id", "travel", "travel_minutes", "travel_km", "due_on")
    more = dict.fromkeys((*blank, "outcome", "next_step"))
    told = {"kind": "legal", "state": "todo", "what": her.words["going"], "day": None}
    return support.steps.add_step(her.user(), _file(her), **told, **more).uid


def _referral(world: World, her: Her) -> str:
    told = {"form": "told", "recipient": "Le Phare Démo", "reason": her.words["reason"], "on": today()}
    return support.referrals.refer(her.user(), _file(her), **told).uid


def _letter(world: World, her: Her) -> str:
    """A draft that her consent covers."""
    her.of("signed")
    to = {"recipient": her.words["consent"], "purpose": "housing", "language": "fr"}
    made = support.letters.begin_letter(her.user(), _file(her), **to)
    pieces = [Piece("needs", "Besoins", her.words["letter"])]
    support.letters.save_letter(her.user(), made, version=1, way="spoken", pieces=pieces, **to)
    return made.uid


def _life(world: World, her: Her) -> str:
    file = _file(her)
    life.begin(her.user(), file)
    return life.add_event(her.user(), file, kind="home", moment=When(2019), line=her.words["life"]).uid


def _tie(world: World, her: Her) -> str:
    told = {"kind": "person", "ring": 1, "helps": ["listening"], "quality": "strong"}
    return network.add_tie(her.user(), _file(her), name=her.words["tie"], **told).uid


def _meeting(world: World, her: Her) -> str:
    file = _file(her)
    told = {"how": "in_person", "minutes": 30, "second": None, "orientation": "none", "reassessed": False}
    more = {"day": today(), "summary": her.words["meeting"], "step": None, "step_on": None, "reassess_on": None}
    return support.meetings.note_meeting(her.user(), file, version=file.version, **told, **more).uid


def _booking(world: World, her: Her) -> str:
    told = {"day": today(), "hour": time(9), "minutes": 60, "language": "es", "line": None}
    who = queries.interpreters.interpreter_or_404(her.of("interpreter"))
    return support.interpreters.book(her.user(), _file(her), who, **told).uid


def _limits(world: World, her: Her) -> str:
    """Told of confidentiality and its limits; her situation, then."""
    file = _file(her)
    support.first_meeting.begin(her.user(), file, language="fr", interpreter="no")
    support.first_meeting.tell_limits(her.user(), file)
    support.first_meeting.note_situation(her.user(), file, {"housing": her.words["situation"]}, version=0)
    return her.code


def _plan(world: World, her: Her) -> str:
    support.plan.write_plan(her.user(), _file(her), version=0, wish=her.words["plan"])
    return her.code


def _note(world: World, her: Her) -> str:
    return hand_over.leave_note(her.user(), _file(her), note=her.words["note"]).uid


def _relative(world: World, her: Her) -> str:
    """Somebody of hers whom the same worker follows, tied to her."""
    relative = people.register(her.user(), kind="relative", first_contact=today())
    support.open_file(her.user(), relative)
    relatives.tie(her.user(), _file(her), relative.code)
    return relative.code


# --- things by codes, of other persons, so that she stays followed ----------------------------------------------------


def other(world: World, worker: str) -> CaseFile:
    """Somebody else, whom a worker follows."""
    person = people.register(world.who(worker), kind="woman", first_contact=today())
    return support.open_file(world.who(worker), person)


def _received(world: World, her: Her) -> str:
    """Handed over to her worker by another."""
    file = other(world, "third")
    made: HandOver
    (made,) = hand_over.hand_over(world.who("coordinator"), [file], former=world.who("third"), to=her.user())
    return made.uid


def _stand_in(world: World, her: Her) -> str:
    made: StandIn = stand_in.stand_in(world.who("third"), _file(her), why="absent", hours=1, line="Quelques mots")
    return made.uid


def standing_in(world: World, actor: str) -> str:
    """A stand-in of her own, for who may; else the coordinator's."""
    user = world.who(actor if actor in ("support_worker", "coordinator") else "coordinator")
    return stand_in.stand_in(user, other(world, "colleague"), why="absent", hours=1).uid


def _sealed(world: World, her: Her) -> str:
    """A file that is sealed, and whose lifting was asked for."""
    made = own_file.seal(world.who("officer_too"), other(world, "third").person)
    own_file.ask_lifting(world.who("officer_too"), made, why="error")
    return made.uid


def _table(world: World, her: Her) -> str:
    """Read, and not written yet."""
    row = {
        "name": f"Le Phare {secrets.token_hex(3)}",
        "languages": ["fr"],
        "area": None,
        "hours": None,
        "telephone": None,
    }
    return support.imports.prepare(her.user(), "partners", [(her.code, {**row, "email": None, "note": None})]).uid


def _partner(world: World, her: Her) -> str:
    return support.partners.add_partner(
        world.who("coordinator"), name=f"La Balise {secrets.token_hex(3)}", languages="fr"
    ).uid


def _interpreter(world: World, her: Her) -> str:
    told = {"name": f"Voix {secrets.token_hex(3)}", "languages": "es", "signed_on": today()}
    return support.interpreters.add_interpreter(world.who("coordinator"), **told).uid


MAKE: dict[str, Callable[[World, Her], str]] = {
    "objective": _objective,
    "small_step": _small_step,
    "step": _step,
    "referral": _referral,
    "letter": _letter,
    "life": _life,
    "tie": _tie,
    "meeting": _meeting,
    "interpreter": _interpreter,
    "booking": _booking,
    "limits": _limits,
    "plan": _plan,
    "note": _note,
    "relative": _relative,
    "received": _received,
    "stand_in": _stand_in,
    "sealed": _sealed,
    "table": _table,
    "partner": _partner,
}
