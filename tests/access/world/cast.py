"""Who there is: somebody in every role, two persons served, and the words that are theirs alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from app.accounts.models import RoleGrant, User
from app.accounts.permissions import ROLES
from app.db import now
from app.testing import add_user
from app.web.times import today

NOBODY = "nobody"  # not signed in
SIGNED_OUT = {NOBODY, "disabled"}  # an account that was disabled, with every role: its session is worth nothing
ROLELESS = {"without_role", "former"}  # `former`: every role, each of them ended, over, to come or not approved
ACTORS = [*ROLES, *sorted(ROLELESS), *sorted(SIGNED_OUT)]
SIGNED_IN = set(ACTORS) - SIGNED_OUT

OWN = {  # of a person whom the worker follows, with the peer beside her
    "pseudonym": "Grivebleue Ardoise", "name": "Aulnevert Démo", "address": "514 555-0147",
    "name_to_use": "Josette du garage", "line": "Préfère les jeudis tranquilles", "step": "Lui apporter la carte",
    "objective": "Un violoncelle grenadine", "life": "Un grenier aux hirondelles", "tie": "Marraine Tourterelle",
    "letter": "Une chambre abricotine", "plan": "Un balcon de capucines", "meeting": "Sous la glycine",
    "situation": "Chez Pimprenelle", "note": "Sonner deux fois, Belladone", "going": "Au guichet coquillage",
    "reason": "Pour la source turquoise", "consent": "Maison Coquelicote", "facts": "Une vitre rougeoyante",
    "asked": "Le carnet aigue-marine",
}  # fmt: skip
FOREIGN = {  # of a person whom a colleague follows
    "pseudonym": "Sarcelleor Topazine", "name": "Meleziel Démo", "address": "438 555-0162",
    "name_to_use": "Colette des fleurs", "line": "Demande une place calme", "step": "Relire la lettre avec elle",
    "objective": "Un accordéon safranette", "life": "Un moulin aux libellules", "tie": "Parrain Chardonneret",
    "letter": "Une cuisine pistachine", "plan": "Un jardin de pivoines", "meeting": "Sous le mimosa",
    "situation": "Chez Mirabelline", "note": "Frapper trois fois, Ancolie", "going": "Au guichet palourde",
    "reason": "Pour la colline ocrejaune", "consent": "Refuge Primeverine", "facts": "Une porte charbonneuse",
    "asked": "Le cahier vert-de-gris",
}  # fmt: skip
ACCOUNTED = ("consent", "facts", "asked")  # what her register holds of these


def members() -> dict[str, User]:
    """Somebody in every role, and colleagues of some: each other's second person. In a unit for writing."""
    users = {role: add_user(f"Compte {role}", role) for role in ROLES}
    users |= {name: add_user(f"Compte {name}") for name in ("without_role", "former", "proposer")}
    users["disabled"] = add_user("Compte disabled", *ROLES)
    users["disabled"].disabled_at = now()
    users["former"].roles = [grant for role in ROLES for grant in _worth_nothing(role)]
    more = {"colleague": "support_worker", "third": "support_worker", "coordinator_too": "coordinator"}
    return (
        users
        | {name: add_user(f"Compte {name}", role) for name, role in more.items()}
        | {"officer_too": add_user("Compte officer_too", "privacy_officer")}
    )


def _worth_nothing(role: str) -> Iterator[RoleGrant]:
    """A role that is over, one that was ended, one that is to come, one that nobody approved."""
    day, held = timedelta(days=1), {"approved_at": now()}
    yield RoleGrant(role=role, since=today() - 9 * day, until=today() - day, **held)
    yield RoleGrant(role=role, since=today() - 9 * day, until=today() + day, ended_at=now(), **held)
    yield RoleGrant(role=role, since=today() + day, until=today() + 9 * day, **held)
    yield RoleGrant(role=role, since=today() - day, until=today() + day)
