"""Consents for the tests: a whole one, signed, in one line."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from app import papers
from app.accounts.models import User
from app.db import db
from app.people.disclosure import Part, disclose
from app.people.models import Disclosure
from app.testing import Browser, SignIn
from app.web.times import today
from plugins.confidentiality.actions import consents as actions
from plugins.confidentiality.models import Consent
from plugins.confidentiality.queries import consents as queries
from tests.plugins.confidentiality.conftest import House, her, who

RECIPIENT = "Maison du Tilleul"
ANSWERS: dict[str, Any] = {
    "purpose": "housing",
    "words": "Un logement à moi.",
    "items": ["identity", "needs"],
    "language": "fr",
    "risks": True,
    "alternatives": True,
    "free": True,
    "talk": "Elle préfère une lettre.",
}


def browser_of(house: House, signed_in: SignIn, role: str) -> Browser:
    """The browser of one of the house, signed in."""
    with house.reading():
        user = who(getattr(house, role))
        db.session.expunge(user)
    return signed_in(user)


def drafted(user: User, code: str, recipient: str = RECIPIENT, **answers: Any) -> Consent:
    """A draft with every question answered."""
    draft = actions.begin(user, her(code), recipient=recipient)
    actions.fill(user, draft, version=draft.version, **{**ANSWERS, "until": today() + timedelta(days=10), **answers})
    return draft


def signed(user: User, code: str, recipient: str = RECIPIENT, **answers: Any) -> Consent:
    draft = drafted(user, code, recipient, **answers)
    actions.sign_on_screen(user, draft, version=draft.version, name="Hirondelle")
    return draft


def sent(user: User, code: str, recipient: str = RECIPIENT, purpose: str = "housing", *items: str) -> Disclosure:
    """A letter that says something under each item."""
    parts = [Part(item, item, ["Quelques mots."]) for item in items or ("needs",)]
    told: dict[str, Any] = {"recipient": recipient, "purpose": purpose, "parts": parts}
    return disclose(user, her(code), **told, way="handed", title="Information", language="fr")


def again(uid: str, user: User) -> Consent:
    """The same consent in another unit of work."""
    return queries.consent_or_404(uid, user)


def scan(name: str = "scan.png") -> papers.intake.Clean:
    return papers.cleaned(png(), name)


def png(size: tuple[int, int] = (60, 20)) -> bytes:
    drawn = BytesIO()
    Image.new("RGB", size, "white").save(drawn, "PNG")
    return drawn.getvalue()
