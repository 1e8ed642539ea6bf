"""What the routes of follow-up name: things in a file, directories, stand-ins, seals, tables."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from app.db import db
from app.people import actions as people
from app.people.models import Person
from app.web.times import today
from plugins.support import actions as support
from plugins.support import queries
from plugins.support.actions import hand_over, life, network, objectives, own_file, relatives, sharing, stand_in
from plugins.support.models import (
    Answer,
    Assignment,
    CaseFile,
    Contact,
    HandOver,
    Interpreter,
    Letter,
    LifeEvent,
    Meeting,
    NetworkTie,
    Objective,
    Partner,
    Plan,
    Referral,
    SituationNote,
    StandIn,
    Visit,
)
from plugins.support.models import Step as GoingWithHer
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


def _other(world: World, worker: str) -> CaseFile:
    """Somebody else, whom a worker follows."""
    person = people.register(world.who(worker), kind="woman", first_contact=today())
    return support.open_file(world.who(worker), person)


def _received(world: World, her: Her) -> str:
    """Handed over to her worker by another."""
    file = _other(world, "third")
    made: HandOver
    (made,) = hand_over.hand_over(world.who("coordinator"), [file], former=world.who("third"), to=her.user())
    return made.uid


def _stand_in(world: World, her: Her) -> str:
    made: StandIn = stand_in.stand_in(world.who("third"), _file(her), why="absent", hours=1, line="Quelques mots")
    return made.uid


def standing_in(world: World, actor: str) -> str:
    """A stand-in of her own, for who may; else the coordinator's."""
    user = world.who(actor if actor in ("support_worker", "coordinator") else "coordinator")
    return stand_in.stand_in(user, _other(world, "colleague"), why="absent", hours=1).uid


def _sealed(world: World, her: Her) -> str:
    """A file that is sealed, and whose lifting was asked for."""
    made = own_file.seal(world.who("officer_too"), _other(world, "third").person)
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

# --- addresses --------------------------------------------------------------------------------------------------------

UID = {
    "support.correct_contact": "exchange",
    **dict.fromkeys(("support.meeting", "support.correct_meeting"), "meeting"),
    **dict.fromkeys(("support.network_tie", "support.end_network_tie"), "tie"),
    **dict.fromkeys(("support.life_event", "support.remove_life_event"), "life"),
    "support.cancel_booking": "booking",
    "support.hand_over_read": "received",
    "support.step": "step",
    "support.small_step": "small_step",
    **{
        f"support.{name}": "objective"
        for name in ("objective", "reword", "note_progress", "add_small_step", "share_objective")
    },
    **{f"support.{name}": "referral" for name in ("referral", "edit_referral", "note_outcome")},
    **{
        f"support.{name}": "letter"
        for name in ("letter", "save_letter", "preview_letter", "leave_out", "send_letter", "discard_letter")
    },
    **{f"support.{name}": "table" for name in ("import_waiting", "write_import", "discard_import")},
    **{f"support.{name}": "stand_in" for name in ("stand_in_to_review", "review_stand_in", "stop_stand_in")},
    **{f"support.{name}": "sealed" for name in ("ask_lifting", "lift_seal", "keep_sealed")},
    **{
        f"support.{name}": "partner"
        for name in ("partner", "edit_partner", "check_partner", "archive_partner", "restore_partner")
    },
    "support.interpreter": "interpreter",
}
FIRST = {  # what has to be there before
    "support.first_meeting": "limits",
    "support.answer_offer": "limits",
    "support.situation": "limits",
    "support.plan_paper": "plan",
    "support.destroy_life": "life",
    "support.add_life_event": "life",
    "support.untie": "relative",
    "support.book": "interpreter",
}
PART = {
    "support.first_meeting": {"screen": "welcome"},
    "support.answer_offer": {"what": "network"},
    "support.small_step": {"what": "done"},
    "support.share_objective": {"what": "share"},
}


def address(world: World, endpoint: str, actor: str, her: Her) -> dict[str, Any]:
    if kind := FIRST.get(endpoint):
        her.of(kind)
    match endpoint:
        case "support.end_assignment":
            held = select(Assignment.id).where(Assignment.file_id == queries.file_by_code(her.code).id)
            return {"number": db.session.scalars(held.where(Assignment.until.is_(None))).first()}
        case "support.open_file" if her is not world.foreign:
            person = people.register(world.who("support_worker"), kind="woman", first_contact=today())
            return {"code": person.code}
        case "support.end_stand_in":
            return {"uid": her.of("stand_in") if her is world.foreign else standing_in(world, actor)}
        case "support.beside":
            her.of("objective")
    named = {"uid": her.of(UID[endpoint])} if endpoint in UID else {"code": her.code}
    return named | PART.get(endpoint, {})


# --- forms ------------------------------------------------------------------------------------------------------------

_DAY = today().isoformat()
_EXCHANGE = {"kind": "listening", "how": "phone", "day": _DAY, "minutes": "10", "line": ""}
_TIE = {"name": "Une amie", "kind": "person", "ring": "2", "quality": "so_so", "helps": ["listening"]}
_EVENT = {"kind": "work", "line": "Un emploi", "year": "2020", "month": "", "age": ""}
_STEP = {"kind": "legal", "state": "todo", "what": "Un formulaire"}
_REFERRAL = {"form": "told", "recipient": "Le Phare Démo", "reason": "", "on": _DAY}
_PARTNER = {"name": "La Balise Démo", "services": ["shelter"], "languages": ["fr"]}
_MEETING = {"day": _DAY, "minutes": "30", "how": "phone", "second": "", "summary": "", "orientation": "none"}
_LETTER = {"recipient": "Le Phare Démo", "purpose": "housing", "language": "fr", "way": "handed"} | (
    {"part_needs-heading": "Besoins", "part_needs-text": "Un logement"}
)
_BOOKING = {"language": "es", "day": _DAY, "hour": "23:00", "minutes": "60"}
_INTERPRETER = {"name": "Une Voix Démo", "languages": ["es"], "signed_on": _DAY}
FORMS: dict[str, Form] = {
    "support.find_files": {"q": "Gr"},
    "support.who": {"q": "Gr"},
    "support.log_contact": _EXCHANGE,
    "support.correct_contact": _EXCHANGE,
    "support.anonymous": {**_EXCHANGE, "language": "fr"},
    "support.count_visit": {"day": _DAY, "number": "1"},
    "support.first_meeting": {"language": "fr", "interpreter": "no"},
    "support.answer_offer": {"state": "accepted", "day": _DAY},
    "support.note_meeting": _MEETING,
    "support.correct_meeting": _MEETING,
    "support.add_objective": {"words": "Un objectif", "sign": "", "by_when": ""},
    "support.reword": {"words": "Autrement dit", "sign": "", "by_when": ""},
    "support.note_progress": {"level": "begun", "line": ""},
    "support.add_small_step": {"words": "Un petit pas"},
    "support.add_tie": _TIE,
    "support.network_tie": _TIE,
    "support.begin_life": {"yes": "1"},
    "support.destroy_life": {"yes": "1"},
    "support.add_life_event": _EVENT,
    "support.life_event": _EVENT,
    "support.leave_note": {"note": "Un mot"},
    "support.add_step": _STEP,
    "support.step": _STEP,
    "support.refer": _REFERRAL,
    "support.edit_referral": _REFERRAL,
    "support.note_outcome": {"outcome": "helped", "found": "4", "note": ""},
    "support.begin_letter": {"recipient": "Le Phare Démo", "purpose": "housing", "language": "fr"},
    "support.set_next_step": {"step": "call", "on": _DAY, "line": ""},
    "support.situation": {"housing": "Une chambre"},
    "support.save_letter": _LETTER,
    "support.write_plan": {"here": "Ici", "wish": "", "steps": "", "people": "", "comfort": ""},
    "support.plan_paper": {"language": "fr"},
    "support.review_stand_in": {"verdict": "in_order", "remark": ""},
    "support.ask_lifting": {"why": "error"},
    "support.new_partner": _PARTNER,
    "support.edit_partner": _PARTNER,
    "support.find_partners": {"text": "Bal", "service": "", "language": ""},
    "support.new_interpreter": _INTERPRETER,
    "support.interpreter": _INTERPRETER,
}


def form(world: World, endpoint: str, actor: str, her: Her) -> Form:
    """What is right to send, as of the version that she saw last."""
    return {"version": str(_version(endpoint, her)), **FORMS.get(endpoint, {}), **_said(world, endpoint, actor, her)}


def _said(world: World, endpoint: str, actor: str, her: Her) -> Form:
    match endpoint:
        case "support.log_contact_with":
            return {**_EXCHANGE, "code": her.code}
        case "support.book":
            return {**_BOOKING, "interpreter": her.of("interpreter")}
        case "support.tie" | "support.untie":
            return {"other": her.of("relative")}
        case "support.undo_visit":
            if actor in world.users:
                db.session.add(Visit(day=today(), number=1, by=world.users[actor]))
        case "support.assign":
            return {"to": world.who("colleague").uid, "ids": her.code}
        case "support.hand_files_over":
            return {"of": her.user().uid, "to": world.who("third").uid, "ids": her.code}
        case "support.open_for_a_time":
            return {"file": _other(world, "colleague").person.code, "why": "absent", "hours": "1", "line": ""}
        case "support.seal":
            return {"person": _other(world, "colleague").person.code}
        case "support.read_import":
            return {"kind": "partners", "file": (b"Nom\nLe Jalon\n", "liste.csv")}
    return {}


_VERSIONED: dict[str, Any] = {
    "exchange": Contact,
    "meeting": Meeting,
    "tie": NetworkTie,
    "life": LifeEvent,
    "step": GoingWithHer,
    "objective": Objective,
    "referral": Referral,
    "letter": Letter,
    "partner": Partner,
    "interpreter": Interpreter,
}
_ADDED: dict[str, Any] = {  # what is added to, and never changed: its last one
    "support.situation": (SituationNote, SituationNote.id),
    "support.write_plan": (Plan, Plan.version),
    "support.answer_offer": (Answer, Answer.id),
}


def _version(endpoint: str, her: Her) -> int:
    kind = UID.get(endpoint, "")
    if model := _VERSIONED.get(kind):
        return db.session.scalar(select(model.version).where(model.uid == her.of(kind))) or 0
    if endpoint in _ADDED:
        model, number = _ADDED[endpoint]
        query = select(func.max(number)).where(model.file_id == queries.file_by_code(her.code).id)
        return db.session.scalar(query.where(Answer.what == "network") if model is Answer else query) or 0
    return db.session.scalar(select(CaseFile.version).join(CaseFile.person).where(Person.code == her.code)) or 0
