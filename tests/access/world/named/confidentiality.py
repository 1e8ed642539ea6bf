"""What the routes of confidentiality name in their addresses and forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import force_locale
from sqlalchemy import select

from app.db import db
from app.web.times import today
from plugins.confidentiality.models import (
    Assessment,
    Consent,
    Incident,
    Preparation,
    Provider,
    RightsRequest,
)
from plugins.confidentiality.queries.undertakings import text_in
from plugins.confidentiality.rules import whole_file as whole
from tests.access.world.things.confidentiality import FACTORS, approved, pages, png, proposal, role, row

if TYPE_CHECKING:
    from tests.access.world.house import Her, World

Form = dict[str, Any]

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
        return {"grant_id": role(world)}
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
_FACTS = {name: value for factor in FACTORS for name, value in ((factor, "low"), (f"{factor}_why", "Rien"))}
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
            return {"on": _DAY, "scan": (png(), "scan.png")}
        case "find_person" | "new_hold":
            return {"code": her.code}
        case "new_order":
            return {**_ORDER, "codes": her.code}
        case "whole_file_page":
            with force_locale("en"):  # as the browser reads it
                page, *_others = pages(her, row(RightsRequest, her.of("prepared")))
            return {"seal": whole.seal_of(page)}
        case "undertaking":
            return {"agree": "1", "name": "Démo", "version": str(text_in("en").number)}
        case "approve_destruction" | "keep_for_now":
            return {"ids": proposal(world, her)}
        case "confirm_destruction":
            return {"ids": approved(world, her)}
    return {}


def _version(endpoint: str, her: Her) -> int:
    kind = UID.get(endpoint, "")
    if kind == "prepared":
        query = select(Preparation.version).join(RightsRequest, RightsRequest.id == Preparation.request_id)
        return db.session.scalar(query.where(RightsRequest.uid == her.of(kind))) or 0
    if model := _VERSIONED.get(kind):
        return db.session.scalar(select(model.version).where(model.uid == her.of(kind))) or 0
    return 1
