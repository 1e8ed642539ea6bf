"""What the routes of follow-up name in their addresses and forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from app.db import db
from app.people import actions as people
from app.people.models import Person
from app.web.times import today
from plugins.support import queries
from plugins.support.models import (
    Answer,
    Assignment,
    CaseFile,
    Contact,
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
    Visit,
)
from plugins.support.models import Step as GoingWithHer
from tests.access.world.things.follow_up import other, standing_in

if TYPE_CHECKING:
    from tests.access.world.house import Her, World

Form = dict[str, Any]

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
            return {"file": other(world, "colleague").person.code, "why": "absent", "hours": "1", "line": ""}
        case "support.seal":
            return {"person": other(world, "colleague").person.code}
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
