"""Objectives, networks and life histories, in a few dozen files: all invented."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select

from app import vault
from app.db import db
from plugins.support.demo.files import Opened, noon
from plugins.support.models import (
    Assignment,
    LifeEvent,
    LifeHistory,
    NetworkTie,
    Objective,
    ObjectiveStep,
    ObjectiveVersion,
    SharedObjective,
)
from plugins.support.rules.life import When, pack

FILES = 30
AIMS = (
    ("Avoir mon propre bail avant l’été.", "J’ai la clé, et personne d’autre ne l’a.", "half_way", 4),
    ("Dormir sans avoir peur.", "Une semaine de nuits où je dors.", "nearly", 2),
    ("Reprendre mes cours du soir.", "Je suis inscrite en janvier.", "begun", 3),
    ("Revoir ma sœur.", None, "not_begun", 0),
    ("Avoir mes papiers à mon nom.", "La carte est dans mon portefeuille.", "reached", 3),
)
STEPS = (
    "Faire la liste de ce qu’il faut apporter.",
    "Appeler l’organisme ensemble.",
    "Visiter le premier endroit.",
    "En parler à quelqu’un de confiance.",
)
LINES = ("Elle dit que ça avance.", "A eu peur, puis y est allée.", "Veut garder le même rythme.")
NETWORK = (
    ("Ma sœur", "person", 1, "listening children", "strong"),
    ("Mélodie", "person", 1, "listening", "strong"),
    ("La voisine du 3", "person", 2, "children safety", "so_so"),
    ("Maman", "person", 2, "home", "tense"),
    ("Mon cousin", "person", 3, "money", "tense"),
    ("La prof du soir", "person", 3, "papers", "so_so"),
    ("Le CLSC", "organisation", 2, "listening other", "so_so"),
    ("La maison de jour", "organisation", 1, "listening home safety", "strong"),
    ("Aide juridique", "organisation", 3, "papers", "so_so"),
    ("La friperie", "organisation", 3, "other", "strong"),
)
LIFE = (
    ("family", When(age=6), "Chez ma grand-mère, l’été, au bord du fleuve."),
    ("home", When(age=15, about=True), "Partie de la maison avec un sac."),
    ("entry", When(2015, about=True), "Il disait que c’était pour quelques semaines."),
    ("health", When(2018, 3), "À l’hôpital. L’infirmière m’a crue."),
    ("support", When(2019), "La première fois que j’ai parlé à une intervenante."),
    ("way_out", When(2019, 11), "Je ne suis pas revenue."),
    ("studies", When(2023, 9), "Rentrée à l’école des adultes."),
    ("other", When(), "Le jour où j’ai ri pour de vrai."),
)


def load(world: Any, opened: list[Opened]) -> None:
    """A few of each, in files that somebody follows."""
    asked = select(Assignment.file_id, Assignment.peer).where(
        Assignment.file_id.in_([each.id for each in opened[:500]])
    )
    rows = db.session.execute(asked.where(Assignment.until.is_(None))).all()
    followed, beside = {row.file_id for row in rows if not row.peer}, {row.file_id for row in rows if row.peer}
    some = [each for each in opened if each.id in followed and not each.closed]
    some = sorted(some[: FILES * 5], key=lambda each: each.id not in beside)[:FILES]
    _objectives(world, some, beside)
    _networks(world, some[::2])
    _lives(world, some[::3])


def _objectives(world: Any, files: list[Opened], beside: set[int]) -> None:
    chosen = [(file, aim) for file in files for aim in world.rng.sample(AIMS, world.rng.randint(1, 3))]
    rows = [_objective(world, *each) for each in chosen]
    objectives = list(zip(chosen, rows, world.insert(Objective, rows), strict=True))
    for (file, aim), row, number in objectives:
        world.insert(ObjectiveVersion, [_version(world, file, row, number, place) for place in (1, 2)])
        if aim[3]:
            world.insert(ObjectiveStep, [_step(world, file, number, aim[2], place) for place in range(aim[3])])
    for (file, _aim), row, number in objectives:
        if file.id in beside:
            beside = beside - {file.id}  # one a person
            safe = vault.create_safe("support.shared", beside=file.person.safe_id).id
            told = {name: row[name] for name in ("file_id", "words", "sign")}
            since = {"since": world.today, "by": file.person.worker_id}
            world.insert(SharedObjective, [{"objective_id": number, "safe_id": safe, **told, **since}])


def _objective(world: Any, file: Opened, aim: tuple[str, str | None, str, int]) -> dict[str, Any]:
    words, sign, level, _steps = aim
    begun = _some_day(world, file)
    by_when = world.today + timedelta(days=world.rng.randint(20, 300)) if world.rng.random() < 0.5 else None
    told = {"words": words, "sign": sign, "by_when": by_when, "level": level}
    state = {"created_on": begun, "level_on": max(begun, world.today - timedelta(days=9)), "version": 2}
    return {"file_id": file.id, "safe_id": file.safe_id, **told, **state}


def _version(world: Any, file: Opened, row: dict[str, Any], objective: int, number: int) -> dict[str, Any]:
    told = {name: row[name] for name in ("file_id", "safe_id", "words", "sign", "by_when")}
    level, line = ("not_begun", None) if number == 1 else (row["level"], world.rng.choice(LINES))
    at = noon(row["created_on"] if number == 1 else row["level_on"])
    by = file.person.worker_id
    return {"objective_id": objective, "number": number, **told, "level": level, "line": line, "at": at, "by": by}


def _step(world: Any, file: Opened, objective: int, level: str, place: int) -> dict[str, Any]:
    done = level == "reached" or place < 2
    return {
        "file_id": file.id,
        "safe_id": file.safe_id,
        "objective_id": objective,
        "words": STEPS[place],
        "done_on": world.today - timedelta(days=14 - place) if done else None,
        "by": file.person.worker_id,
    }


def _networks(world: Any, files: list[Opened]) -> None:
    rows = []
    for file in files:
        for place, tie in enumerate(world.rng.sample(NETWORK, world.rng.randint(4, len(NETWORK)))):
            told = dict(zip(("name", "kind", "ring", "helps", "quality"), tie, strict=True))
            ended = world.today if place == 4 and world.rng.random() < 0.3 else None
            kept = {"since": _some_day(world, file), "ended_on": ended, "by": file.person.worker_id, "version": 1}
            rows.append({"file_id": file.id, "safe_id": file.safe_id, **told, **kept})
    world.insert(NetworkTie, rows)


def _lives(world: Any, files: list[Opened]) -> None:
    """In safes of their own, open to who follows and to nobody else."""
    if not files:
        return
    safes = world.create_safes("support.life", len(files))
    world.grant(safes, [file.person.worker_id for file in files], "support.follow")
    begun = [
        {"file_id": file.id, "safe_id": safe, "agreed_on": _some_day(world, file), "by": file.person.worker_id}
        for file, safe in zip(files, safes, strict=True)
    ]
    made = insert(LifeHistory).returning(LifeHistory.id, sort_by_parameter_order=True)
    rows = []
    for life, file, safe in zip(db.session.scalars(made, begun).all(), files, safes, strict=True):
        for kind, when, line in world.rng.sample(LIFE, world.rng.randint(3, len(LIFE))):
            told = {"kind": kind, "moment": pack(when), "line": line}
            kept = {"at": noon(world.today), "by": file.person.worker_id, "version": 1}
            rows.append({"life_id": life, "file_id": file.id, "safe_id": safe, **told, **kept})
    world.insert(LifeEvent, rows)


def _some_day(world: Any, file: Opened) -> date:
    first: date = file.person.first_contact
    return first + timedelta(days=world.rng.randint(0, max(0, (world.today - first).days)))
