"""A plugin that permits what a test tells it to, so that the gate can be tried every way round."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from app.hookspecs import Permit
from app.web.times import today

RECIPIENT, PURPOSE = "Logis Démo", "housing"
SOURCE = """
import time
PERMITS, MODE = [], ""

@hookimpl
def authorize_disclosure(request):
    if MODE == "raises":
        raise ValueError("her name")
    if MODE == "hangs":
        time.sleep(3)
    if MODE == "nonsense":
        return "yes"
    for permit in PERMITS:
        if request.items <= permit.items:
            return permit
    return PERMITS[0] if PERMITS else Refusal("No consent covers this.", "Ask her first.", "/ask-her")

@hookimpl
def disclosure_permits(person, user):
    return PERMITS
"""


def gate() -> Any:
    """The plugin's module: its PERMITS and its MODE."""
    return sys.modules["sample_gate"]


def permit(
    code: str,
    *items: str,
    recipient: str = RECIPIENT,
    purpose: str = PURPOSE,
    until: date | None = None,
    uid: str = "consent-1",
) -> Permit:
    last = until or today() + timedelta(days=20)
    return Permit("consent", uid, recipient, purpose, frozenset(items), last, code)


def permitted(*given: Permit) -> None:
    gate().PERMITS = list(given)


def behaves(mode: str) -> None:
    gate().MODE = mode


def pieces(items: Iterable[str]) -> list[list[Any]]:
    """Pieces as a draft keeps them."""
    return [[item, f"Titre {item}", f"Texte de {item}.", False] for item in items]
