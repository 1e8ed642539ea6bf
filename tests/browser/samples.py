"""What the pages of the demo are looked at with: for each page of the URL map, an object in each of its states.

A state has several candidates, since a role may open one and not the other. A page whose address names something is
in no list until it is named in `NAMED`: `pages` fails on it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from typing import Any

from flask import Flask
from flask_babel import force_locale
from sqlalchemy import Select, literal, select
from sqlalchemy.orm import selectinload
from werkzeug.routing import AnyConverter, Rule

from app.accounts.models import User
from app.db import db, reading, transaction
from app.people.models import Disclosure, Person, SafeContact
from app.web.times import today
from plugins.confidentiality.actions import consents, whole_file
from plugins.confidentiality.models import (
    Assessment,
    Certificate,
    Consent,
    CourtOrder,
    Finding,
    Incident,
    LegalHold,
    Preparation,
    Provider,
    RightsRequest,
    Undertaking,
    WithoutConsent,
    YouthDecision,
)
from plugins.confidentiality.queries.registers import REGISTERS
from plugins.support import actions as support
from plugins.support.models import (
    Assignment,
    Booking,
    CaseFile,
    Contact,
    FirstMeeting,
    HandOver,
    Import,
    Interpreter,
    Letter,
    LifeEvent,
    Meeting,
    NetworkTie,
    Objective,
    Partner,
    Plan,
    Referral,
    SharedObjective,
    StandIn,
    Step,
    Tie,
)
from plugins.support.rules.first_meeting import screens
from plugins.support.rules.letters import Piece

# Files to keep, pictures and ways to elsewhere: no pages.
NOT_PAGES = {
    *("static", "confidentiality.static", "web.choose_language", "web.healthz", "web.readyz", "web.draft"),
    *("desk.palette", "accounts.passkey_options", "accounts.welcome_passkey_options", "accounts.new_passkey_options"),
    *("papers.download", "confidentiality.certificate_pdf", "confidentiality.export_register"),
    *("confidentiality.signature", "support.go_on"),
}
ALSO = (  # the same pages, asked otherwise
    "/support/files?closed=1",
    "/support/assignments?waiting=1",
    "/people?after=Z",
    "/settings/core.mission?language=ht",
)
TRIES = 12
Named = Select[Any] | Sequence[tuple[Any, ...]]


def rows(model: Any, *states: Any) -> Select[Any]:
    """Each one's uid, and what makes its page another one."""
    return select(model.uid, *states).order_by(model.id.desc())


def files(*kept: Any) -> Select[Any]:
    """The codes of files: open and closed ones, with something of each of these models and with nothing."""
    there = [select(model.id).where(model.file_id == CaseFile.id).exists() for model in kept]
    query = select(Person.code, CaseFile.closed_on.is_(None), *there).join(CaseFile, CaseFile.person_id == Person.id)
    return query.where(Person.kind == "woman").order_by(CaseFile.id)


CODES = select(Person.code, CaseFile.closed_on.is_(None), CaseFile.id.is_(None))
CODES = CODES.outerjoin(CaseFile, CaseFile.person_id == Person.id).order_by(Person.id)
NEW_IN_A_FILE = ("new_letter", "new_referral", "new_step", "note_meeting", "situation")
REGISTERED = {"disclosures": Disclosure, "undertakings": Undertaking}
OF_MEETINGS = rows(Meeting, Meeting.corrected_at.is_(None), Meeting.second.is_(None), Meeting.reassessed)
OF_REFERRALS = rows(Referral, Referral.form, Referral.outcome.is_(None))
OF_REQUESTS = rows(RightsRequest, RightsRequest.kind, RightsRequest.answer, RightsRequest.identity.is_(None))
BESIDE = select(Person.code, select(SharedObjective.id).where(SharedObjective.file_id == CaseFile.id).exists())
BESIDE = BESIDE.join(CaseFile, CaseFile.person_id == Person.id).join(Assignment, Assignment.file_id == CaseFile.id)
LOOKED_AT = select(RightsRequest.uid).join(Preparation, Preparation.request_id == RightsRequest.id)


def named(link: str) -> dict[str, Named]:
    """For an endpoint, or for the name in its address: what there is, each followed by its state."""
    return {
        "code": CODES,
        "key": [(key, key) for key in ("core.mission", "core.quick_exit_url", "support.reassess_weeks")],
        "number": [("9",)],
        "token": [(link,)],
        "status": [(status, status) for status in ("403", "405", "409", "413", "429", "500", "503")],
        "/people/<code>/contacts/<uid>": select(Person.code, SafeContact.uid).join(
            SafeContact, SafeContact.person_id == Person.id
        ),
        "accounts.account": select(User.uid).order_by(User.id),
        **{f"support.{name}": files() for name in NEW_IN_A_FILE},
        "support.file": files(Objective, Booking),
        "support.commitments": files(FirstMeeting),
        "support.meetings": files(Meeting),
        "support.letters": files(Letter),
        "support.bookings": files(Booking),
        "support.file_hand_over": files(HandOver),
        "support.relatives": files(Tie),
        "support.objectives": files(Objective),
        "support.steps": files(Step),
        "support.referrals": files(Referral),
        "support.plan": files(Plan),
        "support.network": files(NetworkTie),
        "support.life": files(LifeEvent),
        "support.destroy_life": files(LifeEvent).where(
            select(LifeEvent.id).where(LifeEvent.file_id == CaseFile.id).exists()
        ),
        "support.first_meeting": [
            (code, screen, screen)
            for screen in screens("woman")
            for code in db.session.scalars(files(FirstMeeting).where(CaseFile.closed_on.is_(None)).limit(TRIES))
        ],
        "support.beside": BESIDE.where(Assignment.peer, Assignment.until.is_(None)),
        "support.correct_contact": rows(Contact).join(Contact.file).where(CaseFile.closed_on.is_(None)),
        "support.meeting": OF_MEETINGS,
        "support.correct_meeting": OF_MEETINGS,
        "support.objective": rows(Objective, Objective.level),
        "support.step": rows(Step, Step.state),
        "support.referral": OF_REFERRALS,
        "support.edit_referral": OF_REFERRALS,
        "support.letter": rows(Letter, Letter.sent_at.is_(None), Letter.purpose),
        "support.preview_letter": rows(Letter, Letter.sent_at.is_(None), Letter.purpose),
        "support.life_event": rows(LifeEvent),
        "support.network_tie": rows(NetworkTie, NetworkTie.ended_on.is_(None)),
        "support.partner": rows(Partner, Partner.archived_on.is_(None)),
        "support.edit_partner": rows(Partner),
        "support.interpreter": rows(Interpreter, Interpreter.signed_on.is_(None)),
        "support.import_waiting": rows(Import),
        "support.stand_in_to_review": rows(StandIn, StandIn.verdict),
        "confidentiality.consent": rows(
            Consent, Consent.signed_at.is_(None), Consent.withdrawn_at.is_(None), Consent.until < today()
        ),
        "confidentiality.consent_question": rows(Consent).where(Consent.signed_at.is_(None)),
        "confidentiality.sign": rows(Consent, Consent.printed_at.is_(None)).where(
            Consent.signed_at.is_(None), Consent.risks
        ),
        "confidentiality.exception": rows(
            WithoutConsent, WithoutConsent.confirmed_at.is_(None), WithoutConsent.refused_at.is_(None)
        ),
        "confidentiality.youth": rows(YouthDecision, YouthDecision.decision, YouthDecision.reviewed_at.is_(None)),
        "confidentiality.order": rows(CourtOrder),
        "confidentiality.hold": rows(LegalHold, LegalHold.lifted_on.is_(None)),
        **{
            f"confidentiality.{name}": rows(Incident, Incident.conclusion, Incident.closed_on.is_(None))
            for name in ("incident", "incident_facts", "incident_follow_up", "assess_incident")
        },
        "confidentiality.provider": rows(Provider),
        "confidentiality.assessment": rows(Assessment, Assessment.verdict),
        "confidentiality.finding": rows(Finding, Finding.kind, Finding.answer),
        "confidentiality.certificate": rows(Certificate),
        "confidentiality.register": [(name, name) for name in REGISTERS],
        "confidentiality.register_row": [
            (name, uid, name)
            for name, register in REGISTERS.items()
            for uid in (db.session.scalars(select(REGISTERED[name].uid).limit(TRIES)) if register.one else ())
        ],
        "confidentiality.rights_request": OF_REQUESTS,
        "confidentiality.answer_request": OF_REQUESTS.where(RightsRequest.answer.is_(None)),
        "confidentiality.whole_file": LOOKED_AT,
        "confidentiality.whole_file_page": LOOKED_AT.add_columns(literal(1)),
    }


def make_samples(app: Flask, worker: int) -> None:
    """What the demo has none of: letters, a table that waits, her whole file to look at, a consent that is printed."""
    with app.test_request_context(), transaction(), force_locale("fr"):
        user = db.session.get_one(User, worker, options=[selectinload(User.roles)])
        mine = (
            select(CaseFile).join(CaseFile.person).where(CaseFile.closed_on.is_(None), Person.registered_by == worker)
        )
        for file in db.session.scalars(mine.order_by(CaseFile.id).limit(2)):
            _letters(user, file)
            stale = consents.begin(user, file.person, recipient="Clinique des Érables (démo)")
            said = {"purpose": "health", "words": "", "items": ["identity", "needs"], "language": "fr"}
            talked = {"until": today() + timedelta(days=20), "risks": True, "alternatives": True, "free": True}
            consents.fill(user, stale, version=stale.version, **said, **talked, talk="")
        consents.print_paper(user, stale, version=stale.version)
        partner = {"name": "La Balise Démo", "languages": ["fr"], "area": "", "hours": "", "telephone": ""}
        support.imports.prepare(user, "partners", [("balise", {**partner, "email": "", "note": ""})])
        asked = select(RightsRequest).where(RightsRequest.kind == "access", RightsRequest.recorded_by == worker)
        whole_file.begin(user, db.session.scalars(asked.limit(1)).one())


def _letters(user: User, file: CaseFile) -> None:
    """A draft of which a part is not covered by a consent."""
    to: dict[str, Any] = {"recipient": "Maison du Tilleul (démo)", "purpose": "housing", "language": "fr"}
    letter = support.letters.begin_letter(user, file, **to)
    pieces = [
        Piece("needs", "Besoins", "Une chambre au calme, dès novembre."),
        Piece("identity", "Qui", "Par son code."),
    ]
    support.letters.save_letter(user, letter, version=1, way="handed", pieces=pieces, **to)


def pages(app: Flask, link: str) -> dict[str, list[list[str]]]:
    """For each page: for each state, the addresses where one is found in it."""
    with app.app_context(), reading():
        known = named(link)
        found: dict[str, list[list[str]]] = {}
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES:
                found.setdefault(rule.endpoint, []).extend(_states(rule, known))
        return found


def _states(rule: Rule, known: dict[str, Named]) -> list[list[str]]:
    """Addresses by state. What names an object is in the order of the address; a choice of words is a state too."""
    names = re.findall(r"(\w+)>", rule.rule)
    if not names:
        return [[rule.rule]]
    choices = {name: sorted(each.items) for name, each in rule._converters.items() if isinstance(each, AnyConverter)}
    free = [name for name in names if name not in choices]
    found: dict[tuple[Any, ...], list[str]] = {}
    named = next(known[name] for name in (rule.rule, rule.endpoint, free[0]) if name in known)
    for row in _rows(named):
        for chosen in product(*choices.values()):
            values = dict(zip(free, row, strict=False)) | dict(zip(choices, chosen, strict=True))
            built = rule.build(values)
            addresses = found.setdefault((chosen, *row[len(free) :]), [])
            addresses += [built[1]] if built and len(addresses) < TRIES else []
    return list(found.values())


def _rows(named: Named) -> Sequence[Any]:
    return db.session.execute(named).all() if isinstance(named, Select) else named
