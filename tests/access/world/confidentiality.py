"""What the routes of confidentiality name: consents, decisions, requests, registers, what is to be destroyed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask_babel import force_locale
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
    Assessment,
    Certificate,
    Consent,
    Finding,
    Incident,
    Preparation,
    Proposal,
    Provider,
    RightsRequest,
    WithoutConsent,
)
from plugins.confidentiality.queries import whole_file as gathering
from plugins.confidentiality.queries.undertakings import text_in
from plugins.confidentiality.rules import whole_file as whole

if TYPE_CHECKING:
    from tests.access.world.house import Her, World

Form = dict[str, Any]
SOON = today() + timedelta(days=10)
_FACTORS = ("sensitivity", "malice", "consequences", "likelihood")


def _row(model: Any, uid: str) -> Any:
    return db.session.scalars(select(model).where(model.uid == uid)).one()


def _png() -> bytes:
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
    made = _row(Consent, uid)
    consents.print_paper(her.user(), made, version=made.version)
    return uid


def _signed(world: World, her: Her) -> str:
    uid = _draft(world, her)
    made, drawn = _row(Consent, uid), papers.cleaned(_png(), "signature.png")
    consents.sign_on_screen(her.user(), made, version=made.version, name="Démo", drawn=drawn)
    return uid


def _paper(world: World, her: Her) -> str:
    """Her signature."""
    return str(_row(Consent, her.of("signed")).signature)


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
    exceptions.confirm(world.who(her.consulted), _row(WithoutConsent, uid))
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
        asked = _row(RightsRequest, uid)
        rights.answer(her.user(), asked, answer=answer, answered_on=today(), version=asked.version, **said)
        return uid

    return make


def _prepared(world: World, her: Her) -> str:
    """Her whole file, every page of it looked at."""
    uid = _request(world, her)
    user, asked = her.user(), _row(RightsRequest, uid)
    made = whole_file.begin(user, asked)
    for number, page in enumerate(_pages(her, asked), 1):
        whole_file.mark(user, made, number, page, hidden={}, version=made.version)
    return uid


def _pages(her: Her, asked: RightsRequest) -> Any:
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
    officer, told = world.who("officer_too"), dict.fromkeys(_FACTORS, ("low", "Rien"))
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


def _proposal(world: World, her: Her) -> str:
    return _added(_due("proposed"))


def _approved(world: World, her: Her) -> str:
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


def _role(world: World) -> int:
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
    "proposal": _proposal,
    "approved": _approved,
    "certificate": _certificate,
    "printed": _printed,
}

# --- addresses --------------------------------------------------------------------------------------------------------

KINDS = {
    "draft": ("consent_question", "discard_consent", "sign", "sign_on_screen", "print_consent"),
    "printed": ("sign_on_paper",),
    "signed": ("consent", "signature", "withdraw_consent", "renew_consent"),
    "exception": ("exception", "ask_second", "exception_told", "answer_exception"),
    "confirmed": ("tell",),
    "youth": ("youth", "review_youth"),
    "request": ("rights_request", "check_identity", "answer_request", "begin_whole_file"),
    "refused": ("attach_statement",),
    "granted": ("note_correction",),
    "prepared": ("whole_file", "whole_file_page", "hide_word", "make_whole_file"),
    "order": ("order", "order_told", "close_order"),
    "hold": ("hold", "end_hold"),
    "incident": (
        *("incident", "incident_facts", "incident_follow_up", "assess_incident", "close_incident", "reopen_incident"),
    ),
    "provider": ("provider",),
    "assessment": ("assessment",),
    "undertaking": ("end_undertaking",),
    "finding": ("finding",),
    "certificate": ("certificate", "certificate_pdf"),
    "told": ("register_row",),
}
UID = {f"confidentiality.{name}": kind for kind, names in KINDS.items() for name in names}
PART = {
    "confidentiality.consent_question": {"screen": "purpose"},
    "confidentiality.answer_exception": {"answer": "confirm"},
    "confidentiality.review_youth": {"answer": "agree"},
    "confidentiality.whole_file_page": {"number": 1},
    "confidentiality.register": {"name": "consents"},
    "confidentiality.register_row": {"name": "disclosures"},
    "confidentiality.export_register": {"name": "consents", "kind": "xlsx"},
    "confidentiality.static": {"filename": "whole-file.css"},
}


def address(world: World, endpoint: str, actor: str, her: Her) -> dict[str, Any]:
    if endpoint == "confidentiality.review_role":
        return {"grant_id": _role(world)}
    named = {"uid": her.of(UID[endpoint])} if endpoint in UID else {}
    return {"code": her.code} | named | PART.get(endpoint, {})


# --- forms ------------------------------------------------------------------------------------------------------------

_DAY = today().isoformat()
_DECISION = {
    "ground": "danger",
    "facts": "Des faits",
    "recipient": "Secours Démo",
    "capacity": "police",
    "told": "later",
}
_YOUTH = {"decision": "not_report", "situations": ["neglect"], "facts": "Des faits", "reason": "Autre aide"}
_REQUEST = {"kind": "access", "asked": "Tout voir", "received_on": _DAY, "how": "spoken", "asked_by": "herself"}
_ORDER = {"kind": "subpoena", "authority": "Tribunal Démo", "asked": "Un extrait", "received_on": _DAY, "due_on": _DAY}
_ANSWER = {"answer": "granted", "given": "handed", "answered_on": _DAY, "reasons": "", "article": ""}
_INCIDENT = {"circumstances": "Un papier oublié", "known_on": _DAY}
_FACTS = {name: value for factor in _FACTORS for name, value in ((factor, "low"), (f"{factor}_why", "Rien"))}
_PROVIDER = {"name": "Serveurs Démo", "service": "Courriel", "held_in": "quebec"}
_PROJECT = {"project": "Projet Démo", "assessed_on": _DAY, "sensitivity": "low", "held_in": "quebec", "verdict": "go"}
_UNDERTAKING = {"kind": "volunteer", "name": "Bénévole Démo", "how": "paper", "language": "fr", "signed_on": _DAY}
FORMS: dict[str, Form] = {
    "new_consent": {"recipient": "Le Phare Démo"},
    "consent_question": {"purpose": "housing", "words": ""},
    "sign_on_screen": {"name": "Démo", "drawn": ""},
    "withdraw_consent": {"how": "oral"},
    "exception_told": {"told": "yes"},
    "answer_exception": {"answer": ""},
    "tell": {"way": "spoken", "said-presence": "1"},
    "review_youth": {"answer": ""},
    "new_request": _REQUEST,
    "check_identity": {"identity": "known"},
    "answer_request": _ANSWER,
    "attach_statement": {"statement": "Ses mots"},
    "hide_word": {"word": "Quelqu’un"},
    "make_whole_file": {"language": "fr"},
    "order_told": {"told": "yes"},
    "close_order": {"outcome": "Rien"},
    "end_hold": {"why": "Fini"},
    "report_incident": _INCIDENT,
    "incident_facts": _INCIDENT,
    "assess_incident": {**_FACTS, "conclusion": "not_retained", "why": "Rien"},
    "new_provider": _PROVIDER,
    "provider": _PROVIDER,
    "new_assessment": _PROJECT,
    "assessment": _PROJECT,
    "undertakings": _UNDERTAKING,
    "finding": {"answer": "explained", "line": "Un déménagement"},
    "review_role": {"answer": "keep"},
    "new_hold": {"source": "complaint", "why": "Une plainte"},
    "keep_for_now": {"why": "law", "months": "12"},
}
_VERSIONED: dict[str, Any] = {
    **dict.fromkeys(("draft", "printed", "signed"), Consent),
    **dict.fromkeys(("request", "refused", "granted"), RightsRequest),
    "incident": Incident,
    "provider": Provider,
    "assessment": Assessment,
}


def form(world: World, endpoint: str, actor: str, her: Her) -> Form:
    """What is right to send, as of the version that she saw last."""
    name = endpoint.partition(".")[2]
    return {"version": str(_version(endpoint, her)), **FORMS.get(name, {}), **_said(world, name, her)}


def _said(world: World, name: str, her: Her) -> Form:
    match name:
        case "new_exception":
            return {**_DECISION, "told": "later", "items": ["presence"], "second": world.who("coordinator_too").uid}
        case "ask_second":
            return {"second": world.who("coordinator_too").uid}
        case "new_youth":
            return {**_YOUTH, "second": world.who("coordinator_too").uid}
        case "sign_on_paper":
            return {"on": _DAY, "scan": (_png(), "scan.png")}
        case "find_person" | "new_hold":
            return {"code": her.code}
        case "new_order":
            return {**_ORDER, "codes": her.code}
        case "whole_file_page":
            with force_locale("en"):  # as the browser reads it
                page, *_others = _pages(her, _row(RightsRequest, her.of("prepared")))
            return {"seal": whole.seal_of(page)}
        case "undertaking":
            return {"agree": "1", "name": "Démo", "version": str(text_in("en").number)}
        case "approve_destruction" | "keep_for_now":
            return {"ids": _proposal(world, her)}
        case "confirm_destruction":
            return {"ids": _approved(world, her)}
    return {}


def _version(endpoint: str, her: Her) -> int:
    kind = UID.get(endpoint, "")
    if kind == "prepared":
        query = select(Preparation.version).join(RightsRequest, RightsRequest.id == Preparation.request_id)
        return db.session.scalar(query.where(RightsRequest.uid == her.of(kind))) or 0
    if model := _VERSIONED.get(kind):
        return db.session.scalar(select(model.version).where(model.uid == her.of(kind))) or 0
    return 1
