"""Consents in the demo, in each state; what was told without one; a decision; an order. All invented."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any

from app.db import db
from app.people.actions import register_safe
from app.people.models import Disclosure, Person
from app.people.rules import MINOR
from app.web.times import ZONE
from plugins.confidentiality.models import Consent, CourtOrder, LegalHold, OrderPerson, WithoutConsent, YouthDecision
from plugins.confidentiality.papers.consent import text_version
from plugins.confidentiality.queries.consents import text_of

MOST = 18  # persons who have consents, however large the demo
RECIPIENTS = (
    ("Maison du Tilleul (démo)", "housing", "identity needs", "Une place pour l’hiver."),
    ("Clinique des Érables (démo)", "health", "identity contact", "Voir une médecin sans attendre des mois."),
    ("Aide juridique Démo", "legal", "identity situation steps", "Que l’avocate comprenne où j’en suis."),
    ("Centre de formation Démo", "studies", "identity presence", ""),
)
STATES = ("in_force", "ends_soon", "draft", "expired", "withdrawn", "in_force")


def load(world: Any) -> None:
    """Each state at least once, for the first persons of the demo."""
    women = [known for known in world.people if known.kind == "woman"][:MOST]
    for number, known in enumerate(women):
        person = db.session.get_one(Person, known.id)
        consent = _consent(world, person, known.worker_id, STATES[number % len(STATES)], number)
        if consent.signed_at and number % 3 == 0:
            _told(consent, RECIPIENTS[number % len(RECIPIENTS)][0], consent.signed_at + timedelta(hours=2))
    if women:
        _without_consent(world, women[0])
        _youth(world)
        _order(world, women[-1])


def _consent(world: Any, person: Person, worker: int, state: str, number: int) -> Consent:
    recipient, purpose, items, words = RECIPIENTS[number % len(RECIPIENTS)]
    ago, left = {"in_force": (4, 26), "ends_soon": (25, 5), "expired": (40, -10), "withdrawn": (12, 18)}.get(
        state, (2, 28)
    )
    consent = Consent(
        person=person,
        safe_id=register_safe(person),
        by=worker,
        created_at=_at(world, ago),
        recipient=recipient,
        purpose=purpose,
        words=words or None,
        items=items,
        language=person.languages.split()[0],
        until=world.today + timedelta(days=left),
        version=5,
    )
    db.session.add(consent)
    if state != "draft":
        _sign(world, consent, worker, ago)
    if state == "withdrawn":
        consent.withdrawn_at, consent.withdrawn_by, consent.withdrawn_how = _at(world, 3), worker, "oral"
    db.session.flush()
    return consent


def _sign(world: Any, consent: Consent, worker: int, ago: int) -> None:
    consent.risks = consent.alternatives = consent.free = True
    consent.talk = "Préfère une lettre courte à un appel."
    consent.text, consent.text_version = json.dumps(text_of(consent)), text_version(consent.language)
    consent.how, consent.name, consent.witness = "screen", "Hirondelle Démo", worker
    consent.signed_at, consent.signed_on = _at(world, ago), world.today - timedelta(days=ago)


def _told(consent: Consent, recipient: str, moment: datetime) -> None:
    db.session.add(
        Disclosure(
            person_id=consent.person_id,
            safe_id=consent.safe_id,
            at=moment,
            by=consent.by,
            ground="consent",
            permit=consent.uid,
            purpose=consent.purpose,
            items=consent.items,
            way="spoken",
            recipient=recipient,
            subject="",
        )
    )


def _without_consent(world: Any, known: Any) -> None:
    """One that waits for the coordinator."""
    person = db.session.get_one(Person, known.id)
    second = world.user("coordinator")
    db.session.add(
        WithoutConsent(
            person=person,
            safe_id=register_safe(person),
            ground="danger",
            facts="Menaces précises entendues au téléphone ce matin, avec un lieu et une heure.",
            recipient="Police (démo)",
            capacity="police",
            purpose="safety",
            items="identity situation",
            told="later",
            decided_by=known.worker_id,
            second=second.id,
        )
    )
    world.grant([register_safe(person)], [second.id], "confidentiality.consulted")


def _youth(world: Any) -> None:
    """A decision not to report, at which the coordinator still has to look."""
    minors = [known for known in world.people[:400] if db.session.get_one(Person, known.id).age_band == MINOR]
    for known in minors[:1]:
        person = db.session.get_one(Person, known.id)
        second = world.user("coordinator")
        db.session.add(
            YouthDecision(
                person=person,
                safe_id=register_safe(person),
                decision="not_report",
                ground="neglect",
                facts="Dit ne pas avoir mangé chaque jour le mois dernier.",
                reason="Signalé la semaine dernière par son école; l’intervenante de la DPJ l’a rencontrée.",
                by=known.worker_id,
                second=second.id,
            )
        )
        world.grant([register_safe(person)], [second.id], "confidentiality.consulted")


def _order(world: Any, known: Any) -> None:
    [safe] = world.create_safes("confidentiality.register", 1)
    order = CourtOrder(
        safe_id=safe,
        kind="subpoena",
        authority="Cour Démo, chambre civile",
        asked="Les dates des rencontres de l’automne.",
        received_on=world.today - timedelta(days=2),
        due_on=world.today + timedelta(days=9),
        by=world.user("privacy_officer").id,
    )
    db.session.add(order)
    db.session.flush()
    db.session.add(OrderPerson(safe_id=safe, order_id=order.id, person_id=known.id))
    person = db.session.get_one(Person, known.id)
    hold = {"source": "subpoena", "why": "Citation reçue cette semaine.", "since": order.received_on, "by": order.by}
    db.session.add(LegalHold(person_id=person.id, safe_id=register_safe(person), **hold))


def _at(world: Any, ago: int) -> datetime:
    return datetime.combine(world.today - timedelta(days=ago), time(14, 10), ZONE)
