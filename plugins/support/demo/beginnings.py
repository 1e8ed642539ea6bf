"""First meetings, what was offered and answered, meetings, plans."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from plugins.support.demo.files import Opened, noon
from plugins.support.models import Answer, FirstMeeting, Meeting, MeetingBefore, Plan, SituationNote
from plugins.support.rules import first_meeting as rules
from plugins.support.rules import meetings

LANGUAGES = ("fr", "en", "es", "ht")
SHARE_BEGUN, SHARE_FINISHED, SHARE_PLAN = 0.85, 0.8, 0.4
THEMES = {
    "housing": ("Dort chez une amie, jusqu’à la fin du mois.", "A son bail. Voisinage calme.", "Cherche une chambre."),
    "safety": ("Se sent bien le jour, moins le soir.", "A changé de numéro. Veut qu’on écrive, sans appeler."),
    "health": ("Dort peu. A une rencontre à la clinique le mois prochain.", "Va mieux depuis l’été."),
    "money": ("Petit revenu, loyer en retard.", "Reçoit de l’aide depuis mars."),
    "law": ("Attend une date d’audience.", "Veut connaître ses droits au travail."),
    "ties": ("Parle à sa sœur chaque semaine.", "A deux enfants, qui vivent avec elle."),
    "other": ("Aimerait recommencer à danser.",),
}
SUMMARIES = (
    "A parlé du logement et de ce qui presse. On appelle ensemble l’organisme jeudi.",
    "Fait le point sur ses objectifs. Fière d’avoir repris ses cours du soir.\nVeut continuer à ce rythme.",
    "Semaine difficile. Ce qui l’aide : marcher, appeler sa sœur, venir ici.",
    "A préparé l’audience : ce qu’elle veut dire, qui sera avec elle.",
    "A regardé avec nous ce dont elle a besoin maintenant. Le groupe l’intéresse, plus tard.",
    None,
)
PLANS = {
    "here": ("J’ai un toit et je dors mieux.", "Je recommence à faire des projets."),
    "wish": ("Finir mon diplôme. Habiter seule.", "Travailler avec des animaux.", "Que mes enfants soient fiers."),
    "steps": ("M’inscrire avant janvier.\nDemander mes relevés.", "Visiter deux logements.\nOuvrir un compte."),
    "people": ("Ma sœur, mon intervenante, Colette au café.", "Le groupe du mercredi."),
    "comfort": ("Marcher au bord de l’eau. De la musique.", "Appeler ma sœur, même pour ne rien dire."),
}


def load(world: Any, opened: list[Opened]) -> None:
    """Most first meetings are over, some wait to be taken up again; then meetings in one or two, and plans."""
    begun = [file for file in opened if world.rng.random() < SHARE_BEGUN]
    world.insert(FirstMeeting, paths := [_path(world, file) for file in begun])
    told = list(zip(begun, paths, strict=True))
    world.insert(Answer, [row for file, path in told for row in _answers(world, file, path)])
    world.insert(SituationNote, [row for file in begun for row in _situation(world, file)])
    held = [row for file in begun for row in _meetings(world, file)]
    made = world.insert(Meeting, held)
    world.insert(MeetingBefore, [_before(row, number) for row, number in zip(held, made, strict=True) if _touched(row)])
    world.insert(Plan, [row for file in begun if world.rng.random() < SHARE_PLAN for row in _plans(world, file)])


def _path(world: Any, file: Opened) -> dict[str, Any]:
    screens = rules.screens(file.person.kind)
    over = world.rng.random() < SHARE_FINISHED
    return {
        "file_id": file.id,
        "safe_id": file.safe_id,
        "place": screens[-1] if over else world.rng.choice(screens[2:-1]),
        "language": world.rng.choices(LANGUAGES, [70, 15, 8, 7])[0],
        "interpreter": world.rng.choices(rules.INTERPRETER, [85, 5, 5, 5])[0],
        "started_on": file.person.first_contact,
        "finished_on": file.person.first_contact if over else None,
        "by": file.person.worker_id,
    }


def _answers(world: Any, file: Opened, path: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What was offered before the screen where it stands."""
    reached = rules.screens(file.person.kind).index(path["place"])
    asked = [screen for screen in rules.screens(file.person.kind)[:reached] if screen in rules.COMMITMENTS]
    states = ["accepted", "not_now", "declined", "offered", "done"]
    given = {what: world.rng.choices(states, [50, 20, 10, 10, 10])[0] for what in asked}
    presented = {rules.LIMITS: "presented"}
    if reached > 2:
        presented |= {what: world.rng.choices(rules.PRESENTED_STATES, [85, 15])[0] for what in rules.PRESENTED}
    for what, state in (presented | given).items():
        yield _answer(file, what, state, path["language"] if what in presented and state == "presented" else None)


def _answer(file: Opened, what: str, state: str, language: str | None) -> dict[str, Any]:
    day = file.person.first_contact
    row = {"file_id": file.id, "safe_id": file.safe_id, "what": what, "state": state, "language": language}
    return row | {"day": day, "by": file.person.worker_id, "at": noon(day)}


def _situation(world: Any, file: Opened) -> Iterator[dict[str, Any]]:
    if world.rng.random() < 0.5:
        return
    for theme in world.rng.sample(rules.THEMES, world.rng.randint(1, 4)):
        words = None if world.rng.random() < 0.15 else world.rng.choice(THEMES[theme])
        row = {"file_id": file.id, "safe_id": file.safe_id, "theme": theme, "words": words}
        yield row | {"by": file.person.worker_id, "at": noon(file.person.first_contact)}


def _meetings(world: Any, file: Opened) -> Iterator[dict[str, Any]]:
    """On some of the days of her contacts."""
    rng = world.rng
    others = [worker.id for worker in world.users("support_worker") if worker.id != file.person.worker_id]
    for day in file.days[::2]:
        reassessed = rng.random() < 0.2
        yield {
            "file_id": file.id,
            "safe_id": file.safe_id,
            "day": day,
            "minutes": rng.choice((30, 45, 60, 75, 90)),
            "how": rng.choices(("in_person", "video", "phone"), [80, 10, 10])[0],
            "by": file.person.worker_id,
            "second": rng.choice(others) if others and rng.random() < 0.25 else None,
            "summary": rng.choice(SUMMARIES),
            "orientation": rng.choices(meetings.ORIENTATION, [70, 10, 10, 5, 5])[0],
            "reassessed": reassessed,
            "reassess_on": day + timedelta(weeks=12) if reassessed else None,
            "at": noon(day),
            **_corrected(rng.random() < 0.1, day, file.person.worker_id),
        }


def _corrected(corrected: bool, day: date, by: int) -> dict[str, Any]:
    if not corrected:
        return {"corrected_at": None, "corrected_by": None, "version": 1}
    return {"corrected_at": noon(day) + timedelta(hours=2), "corrected_by": by, "version": 2}


def _touched(row: dict[str, Any]) -> bool:
    return bool(row["version"] == 2)


def _before(row: dict[str, Any], number: int) -> dict[str, Any]:
    """What it said for two hours."""
    said = {name: row[name] for name in ("minutes", "how", "second", "orientation")}
    told = json.dumps(said | {"day": row["day"].isoformat(), "summary": "A parlé du logement."})
    kept = {name: row[name] for name in ("safe_id", "by", "at")}
    return {"meeting_id": number, "version": 1, "told": told, **kept}


def _plans(world: Any, file: Opened) -> Iterator[dict[str, Any]]:
    days = [file.person.first_contact, *file.days[-1:]]
    for version, day in enumerate(days, 1):
        parts = {name: world.rng.choice([*said, None]) for name, said in PLANS.items()}
        row = {"file_id": file.id, "safe_id": file.safe_id, "version": version, **parts}
        yield row | {"by": file.person.worker_id, "at": noon(day)}
