"""Steps and accompaniment (service 2). Pure."""

from __future__ import annotations

from datetime import date
from itertools import zip_longest

SERVICE = 2
KINDS = ("legal", "social", "medical", "housing", "income", "immigration", "other")
STATES = ("todo", "planned", "done", "cancelled")
OPEN = ("todo", "planned")
TRAVEL = ("walk", "transit", "car", "taxi", "other")
TRAVEL_MINUTES = range(601)
TRAVEL_KM = range(2001)
WRITTEN = 500  # characters of a sealed field: only what is useful (D-FILE-1)
OWN_KINDS, KIND_LENGTH = 20, 40
FAR = date(9999, 12, 31)  # where a step without a day stands in the list
LANGUAGES = ("fr", "en", "es", "ht")


def is_open(state: str) -> bool:
    return state in OPEN


def sort_day(state: str, day: date | None, due_on: date | None, today: date) -> date:
    """Its place in the list: the nearer of its days while it is to be done, the day it took place after that."""
    if is_open(state):
        return min((each for each in (day, due_on) if each), default=FAR)
    return day or today


def own_kinds(text: str) -> dict[str, dict[str, str]]:
    """Kinds that the house added: one a line, its French name, then its English, Spanish and Creole ones after ";".

    A kind is known by its French name, so that a step keeps its word when the line is gone; a language that has no
    name of its own takes it too. Raises ValueError("number"), ValueError("length") or ValueError("ours").
    """
    lines = [[part.strip() for part in line.split(";")] for line in text.splitlines() if line.strip()]
    if len(lines) > OWN_KINDS:
        raise ValueError("number")
    if any(len(names) > len(LANGUAGES) or not names[0] or max(map(len, names)) > KIND_LENGTH for names in lines):
        raise ValueError("length")
    if any(names[0] in KINDS for names in lines):
        raise ValueError("ours")
    return {
        names[0]: {language: name or names[0] for language, name in zip_longest(LANGUAGES, names, fillvalue="")}
        for names in lines
    }
