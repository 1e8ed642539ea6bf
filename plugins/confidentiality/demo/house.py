"""The house's registers in the demo: incidents, providers, undertakings, unusual openings. All invented."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select

from app.accounts.models import RoleGrant
from app.db import db, new_uid
from app.web.times import ZONE
from plugins.confidentiality.models import (
    Assessment,
    Finding,
    FindingAnswer,
    Incident,
    Provider,
    RoleReview,
    Undertaking,
)
from plugins.confidentiality.rules import incidents as rules
from plugins.confidentiality.rules.review import quarter_of
from plugins.confidentiality.rules.undertakings import TEXT

SAFE = "confidentiality.register"
LOW = "Le papier a été repris avant d’être lu."
ASSESSED = {
    "not_retained": dict.fromkeys(rules.FACTORS, ("low", LOW)),
    "retained": {
        "sensitivity": ("high", "Le fait même d’être accompagnée ici."),
        "malice": ("some", "Le destinataire est inconnu."),
        "consequences": ("high", "Elle pourrait être retrouvée."),
        "likelihood": ("some", "Le texto a été lu."),
    },
}
WHY = {
    "not_retained": "Rien n’a été lu par une autre personne.",
    "retained": "Dans le doute, le risque est retenu.",
}
INCIDENTS = (  # days ago, what happened, which information, cause, persons, conclusion, told, closed, measures
    (
        0,
        "Un cahier de notes oublié dans la salle d’attente, rendu par la réception.",
        None,
        None,
        None,
        None,
        0,
        0,
        None,
    ),
    (
        *(9, "Un texto de rappel envoyé à un ancien numéro.", "Un rendez-vous, sans nom", "sent_wrong", 1),
        *("retained", 8, 0, "Chaque numéro est confirmé avant l’envoi."),
    ),
    (
        *(60, "Une liste imprimée laissée sur l’imprimante du bureau.", "Des codes et des dates", "seen", 6),
        *("not_retained", 0, 55, "L’imprimante attend un code avant d’imprimer."),
    ),
    (
        *(200, "Un téléphone de travail perdu, retrouvé le lendemain, verrouillé.", "Des numéros", "lost", 12),
        *("not_retained", 0, 190, "Effacement à distance activé sur chaque téléphone."),
    ),
)
PROVIDERS = (  # name, service, information, place, clauses, days until it is looked at again
    ("Hébergement Exemple", "Serveur", "Tout ce qui est ici, scellé", "Montréal", "Contrat et clauses signés.", 120),
    (
        "Téléphonie Exemple",
        "Lignes et textos",
        "Numéros, heures",
        "Québec",
        "Contrat signé; conservation de 30 jours.",
        6,
    ),
    ("Comptabilité Exemple", "Tenue de livres", "Montants et codes", "Laval", "Engagement signé chaque année.", 250),
)
ASSESSMENTS = (  # project, information, sensitivity, where, transfers, verdict, conclusion, measures, days until again
    (
        *("Intranet des services", "Dossiers de suivi, scellés", "high", "quebec", None, "with_measures"),
        *("Les données restent au Québec et sont scellées.", "Clés à part, sauvegardes chiffrées, journal.", 200),
    ),
    (
        *("Visioconférence pour les rencontres", "Voix et image, non gardées", "some", "canada"),
        *("Serveurs en Ontario, chiffrement de bout en bout.", "with_measures"),
        *("Acceptable sans enregistrement.", "Pseudonymes seulement; aucun enregistrement.", 12),
    ),
)


def load(world: Any) -> None:
    officer = world.user("privacy_officer")
    _incidents(world, officer)
    _providers(world, officer)
    _undertakings(world, officer)
    _findings(world, officer)
    _last_quarter(world, officer)


def _entries(world: Any, model: Any, by: int, rows: Sequence[dict[str, Any]]) -> None:
    """Each in a safe of its own."""
    safes = world.create_safes(SAFE, len(rows))
    told = {"by": by, "changed_on": world.today, "version": 1}
    world.insert(model, [{**told, **row, "safe_id": safe} for row, safe in zip(rows, safes, strict=True)])


def _incidents(world: Any, officer: Any) -> None:
    def day(ago: int) -> Any:
        return world.today - timedelta(days=ago) if ago else None

    rows = []
    for ago, circumstances, information, cause, persons, conclusion, told, closed, measures in reversed(INCIDENTS):
        known = world.today - timedelta(days=ago)
        clear = {"known_on": known, "happened_on": known, "cause": cause, "persons": persons, "conclusion": conclusion}
        days = {"assessed_on": known if conclusion else None, "commission_told_on": day(told), "closed_on": day(closed)}
        facts = rules.Facts(known, known, conclusion, known, day(told), None, False, day(closed))
        waiting = rules.waiting(facts)
        words = {"circumstances": circumstances, "information": information, "measures": measures}
        told_why = {"factors": ASSESSED[conclusion], "why": WHY[conclusion]} if conclusion else None
        words["assessment"] = json.dumps(told_why, ensure_ascii=False) if told_why else None
        rows.append({**clear, **days, **words, "persons_excused": False, "waits_on": waiting and waiting.day})
        rows[-1] |= {"made_at": _at(world, ago), "changed_on": day(closed) or day(told) or known}
    _entries(world, Incident, officer.id, rows)


def _providers(world: Any, officer: Any) -> None:
    names = ("name", "service", "information", "place", "clauses")
    looked = {"held_in": "quebec", "assessed_on": world.today - timedelta(days=200)}
    rows = [
        {**dict(zip(names, told, strict=True)), **looked, "review_on": world.today + timedelta(days=again)}
        for *told, again in PROVIDERS
    ]
    _entries(world, Provider, officer.id, rows)
    columns = ("project", "information", "sensitivity", "held_in", "transfers", "verdict", "conclusion", "measures")
    looked = {"assessed_on": world.today - timedelta(days=150)}
    rows = [
        {**dict(zip(columns, told, strict=True)), **looked, "review_on": world.today + timedelta(days=again)}
        for *told, again in ASSESSMENTS
    ]
    _entries(world, Assessment, officer.id, rows)


def _undertakings(world: Any, officer: Any) -> None:
    """Most colleagues have signed; one has not, for one it ends soon; a volunteer signed on paper."""
    colleagues = [user for role in world.staff for user in world.users(role)]
    unsigned = world.users("support_worker")[-1]
    ago = {world.users("peer_supporter")[-1].id: 350}
    rows = [
        _signed(world, user.name, user.id, user.id, ago.get(user.id, world.rng.randint(5, 300)))
        for user in colleagues
        if user is not unsigned
    ]
    rows.append(_signed(world, "Bénévole Démo", None, officer.id, 20) | {"kind": "volunteer", "how": "paper"})
    safes = world.create_safes(SAFE, len(rows))
    world.insert(Undertaking, [{**row, "safe_id": safe} for row, safe in zip(rows, safes, strict=True)])


def _signed(world: Any, name: str, user_id: int | None, by: int, days_ago: int) -> dict[str, Any]:
    told = {"kind": "account", "how": "screen", "text": TEXT["fr"], "version": 0, "language": "fr", "over": False}
    return {**told, "name": name, "user_id": user_id, "by": by, "signed_on": world.today - timedelta(days=days_ago)}


def _findings(world: Any, officer: Any) -> None:
    """One night to ask about, one stand-in, one that was explained."""
    worker, coordinator = world.users("support_worker")[-1], world.user("coordinator")
    code = world.people[0].code if world.people else ""
    rows = [
        _found(world, "night", worker.uid, "", 3, 4),
        _found(world, "outside", coordinator.uid, code, 2, 1),
        _found(world, "many", worker.uid, "", 12, 41),
    ]
    rows[-1] |= {"answer": "explained", "answered_by": officer.id, "answered_at": _at(world, 11)}
    for row in rows:
        db.session.execute(insert(Finding), [row])
    explained = db.session.scalar(select(Finding.id).where(Finding.answer == "explained"))
    (safe,) = world.create_safes(SAFE, 1)
    line = "Préparait le partage des dossiers avec la coordonnatrice."
    world.insert(FindingAnswer, [{"finding_id": explained, "safe_id": safe, "line": line, "incident": None}])


def _found(world: Any, kind: str, actor: str, code: str, ago: int, number: int) -> dict[str, Any]:
    at = _at(world, ago, 23 if kind == "night" else 14)
    told = {"uid": new_uid(), "kind": kind, "actor": actor, "code": code, "seq": 1, "number": number, "answer": ""}
    return {**told, "day": world.today - timedelta(days=ago), "at": at, "answered_by": None, "answered_at": None}


def _at(world: Any, ago: int, hour: int = 14) -> datetime:
    return datetime.combine(world.today - timedelta(days=ago), time(hour, 12), ZONE)


def _last_quarter(world: Any, officer: Any) -> None:
    """What was answered three months ago about each role but her own."""
    before = quarter_of(quarter_of(world.today) - timedelta(days=1))
    at = datetime.combine(before + timedelta(days=12), time(10), ZONE)
    grants = db.session.scalars(select(RoleGrant.id).where(RoleGrant.user_id != officer.id)).all()
    told = {"quarter": before, "answer": "keep", "by": officer.id, "at": at}
    db.session.execute(insert(RoleReview), [{**told, "grant_id": grant} for grant in grants])
