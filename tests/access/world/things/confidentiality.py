"""Things of confidentiality: in her register, in the house’s, to be destroyed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image
from sqlalchemy import select

from app import papers
from app.accounts.models import RoleGrant
from app.db import db, now
from app.people.disclosure import Part, disclose
from app.testing import add_user
from app.web.times import today
from plugins.confidentiality import actions
from plugins.confidentiality.actions import (
    consents,
    exceptions,
    house,
    incidents,
    orders,
    rights,
    undertakings,
    whole_file,
    youth,
)
from plugins.confidentiality.models import (
    Certificate,
    Consent,
    Finding,
    Proposal,
    RightsRequest,
    WithoutConsent,
)
from plugins.confidentiality.queries import whole_file as gathering

if TYPE_CHECKING:
    from tests.access.world.house import Her, World

Form = dict[str, Any]
SOON = today() + timedelta(days=10)
FACTORS = ("sensitivity", "malice", "consequences", "likelihood")


def row(model: Any, uid: str) -> Any:
    return db.session.scalars(select(model).where(model.uid == uid)).one()


def png() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (60, 20), "white").save(drawn, "PNG")
    return drawn.getvalue()


# --- things of hers ---------------------------------------------------------------------------------------------------


def _draft(world: World, her: Her) -> str:
    """Every question answered, nothing signed."""
    made = consents.begin(her.user(), her.person(), recipient=her.words["consent"])
    said = {"purpose": "housing", "words": "", "items": ["needs", "objectives"], "language": "fr", "until": SOON}
    talked = {"risks": True, "alternatives": True, "free": True, "talk": ""}
    consents.fill(her.user(), made, version=made.version, **said, **talked)
    return made.uid


def _printed(world: World, her: Her) -> str:
    uid = _draft(world, her)
    made = row(Consent, uid)
    consents.print_paper(her.user(), made, version=made.version)
    return uid


def _signed(world: World, her: Her) -> str:
    uid = _draft(world, her)
    made, drawn = row(Consent, uid), papers.cleaned(png(), "signature.png")
    consents.sign_on_screen(her.user(), made, version=made.version, name="Démo", drawn=drawn)
    return uid


def _paper(world: World, her: Her) -> str:
    """Her signature."""
    return str(row(Consent, her.of("signed")).signature)


def _told(world: World, her: Her) -> str:
    """An entry of what left."""
    her.of("signed")
    to = {"recipient": her.words["consent"], "purpose": "housing", "way": "spoken"}
    parts = [Part("needs", "Besoins", ["Un logement"])]
    return disclose(her.user(), her.person(), **to, parts=parts, title="Lettre", language="fr").uid


def _exception(world: World, her: Her) -> str:
    """Waits for the second person."""
    said = {"ground": "danger", "facts": her.words["facts"], "recipient": "Secours Démo", "capacity": "police"}
    second = world.who(her.consulted)
    made = exceptions.decide(her.user(), her.person(), **said, items=["presence"], told="later", second=second)
    return made.uid


def _confirmed(world: World, her: Her) -> str:
    uid = _exception(world, her)
    exceptions.confirm(world.who(her.consulted), row(WithoutConsent, uid))
    return uid


def _youth(world: World, her: Her) -> str:
    said = {"decision": "not_report", "situations": ["neglect"], "facts": her.words["facts"], "reason": "Autre aide"}
    return youth.decide_youth(her.user(), her.person(), **said, second=world.who(her.consulted)).uid


def _request(world: World, her: Her, kind: str = "access") -> str:
    """That it is she was made sure of."""
    told = {"received_on": today(), "how": "spoken", "asked_by": "herself", "asker": None, "should_read": "Autrement"}
    made = rights.receive(her.user(), her.person(), kind=kind, asked=her.words["asked"], **told)
    rights.check_identity(her.user(), made, "known")
    return made.uid


def _corrected(answer: str) -> Callable[[World, Her], str]:
    """A correction that was asked for, and answered."""

    def make(world: World, her: Her) -> str:
        uid = _request(world, her, "rectification")
        said = {"reasons": "Raison", "article": "Article", "given": "handed", "recourse_told": True}
        asked = row(RightsRequest, uid)
        rights.answer(her.user(), asked, answer=answer, answered_on=today(), version=asked.version, **said)
        return uid

    return make


def _prepared(world: World, her: Her) -> str:
    """Her whole file, every page of it looked at."""
    uid = _request(world, her)
    user, asked = her.user(), row(RightsRequest, uid)
    made = whole_file.begin(user, asked)
    for number, page in enumerate(pages(her, asked), 1):
        whole_file.mark(user, made, number, page, hidden={}, version=made.version)
    return uid


def pages(her: Her, asked: RightsRequest) -> Any:
    return gathering.to_look_at(gathering.gathered(her.user(), asked.person))


def _order(world: World, her: Her) -> str:
    told = {"kind": "subpoena", "authority": "Tribunal Démo", "asked": "Un extrait", "why_held": "Une citation"}
    days = {"received_on": today(), "due_on": SOON}
    return orders.enter_order(world.who("officer_too"), persons=[her.person()], **told, **days).uid


def _hold(world: World, her: Her) -> str:
    return actions.place_hold(her.user(), her.person(), why="Une plainte", source="complaint").uid


# --- the house's ------------------------------------------------------------------------------------------------------


def _incident(world: World, her: Her) -> str:
    """Assessed: ready to be closed."""
    officer, told = world.who("officer_too"), dict.fromkeys(FACTORS, ("low", "Rien"))
    made = incidents.report(officer, circumstances="Un papier oublié", known_on=today())
    incidents.assess(officer, made, version=made.version, factors=told, conclusion="not_retained", why="Rien")
    return made.uid


def _provider(world: World, her: Her) -> str:
    told = {"name": "Serveurs Démo", "service": "Courriel", "held_in": "quebec", "review_on": SOON}
    return house.add_provider(world.who("officer_too"), **told).uid


def _assessment(world: World, her: Her) -> str:
    told = {"project": "Projet Démo", "sensitivity": "low", "held_in": "quebec", "verdict": "go"}
    return house.add_assessment(world.who("officer_too"), **told, assessed_on=today()).uid


def _undertaking(world: World, her: Her) -> str:
    told = {"kind": "volunteer", "name": "Bénévole Démo", "language": "fr", "how": "paper", "signed_on": today()}
    return undertakings.enter(world.who("officer_too"), **told).uid


def _finding(world: World, her: Her) -> str:
    """Of a privacy officer: the chair answers it too, and the other officer."""
    actor = world.who("officer_too").uid
    found = Finding(kind="many", actor=actor, code=secrets.token_hex(4), day=today(), seq=1, at=now(), number=30)
    return _added(found)


def proposal(world: World, her: Her) -> str:
    return _added(_due("proposed"))


def approved(world: World, her: Her) -> str:
    made = _due("approved")
    made.approved_by, made.approved_on = world.users["officer_too"], today()
    return _added(made)


def _due(state: str) -> Proposal:
    """Something that is nobody's any more."""
    item = secrets.token_hex(8)
    return Proposal(
        category="confidentiality.incidents", item=item, code="", since=today(), proposed_on=today(), state=state
    )


def _certificate(world: World, her: Her) -> str:
    proposal = _due("destroyed")
    _added(proposal)
    two = {"approved_by": world.users["officer_too"], "confirmed_by": world.users["coordinator_too"]}
    told = {"code": "", "category": proposal.category, "title": "Incidents", "method": "La clé"}
    days = {"year": 2020, "number": proposal.id, "since": today(), "destroyed_on": today()}
    return _added(Certificate(proposal_id=proposal.id, **told, **two, **days))


def _added(row: Any) -> str:
    db.session.add(row)
    db.session.flush()
    return str(row.uid)


def role(world: World) -> int:
    grant: RoleGrant = add_user("Tenante Démo", "auditor").roles[0]
    return grant.id


MAKE: dict[str, Callable[[World, Her], str]] = {
    "draft": _draft,
    "signed": _signed,
    "paper": _paper,
    "told": _told,
    "exception": _exception,
    "confirmed": _confirmed,
    "youth": _youth,
    "request": _request,
    "refused": _corrected("refused"),
    "granted": _corrected("granted"),
    "prepared": _prepared,
    "order": _order,
    "hold": _hold,
    "incident": _incident,
    "provider": _provider,
    "assessment": _assessment,
    "undertaking": _undertaking,
    "finding": _finding,
    "proposal": proposal,
    "approved": approved,
    "certificate": _certificate,
    "printed": _printed,
}
