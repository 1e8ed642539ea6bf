"""What the routes of the core name: accounts, settings, persons, papers."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.accounts.models import Invitation, Passkey, RoleGrant, User
from app.accounts.sessions import fingerprint
from app.db import db, now
from app.testing import add_user
from app.web.times import today
from tests.access.world.cast import OWN

if TYPE_CHECKING:
    from tests.access.world.house import Her, World


def address(world: World, endpoint: str, actor: str, her: Her) -> dict[str, Any]:
    simple: dict[str, Any] = {"code": her.code, "uid": her.of("way"), "key": "core.quick_exit_url", "number": 1}
    simple |= {"name": "support", "state": "on", "step": "confirm", "filename": "css/app.css"}
    match endpoint:
        case "web.choose_language":
            return {"code": "en"}
        case "papers.download":
            return {"uid": her.of("paper")}
        case "accounts.approve" | "accounts.end":
            return {"grant_id": _proposal(world).id}
        case "accounts.welcome" | "accounts.welcome_factor" | "accounts.welcome_passkey_options":
            return {"token": _invitation(world, chosen=endpoint != "accounts.welcome")}
    if endpoint.startswith("accounts."):
        return {"uid": _account(world).uid}
    return simple


def form(world: World, endpoint: str, actor: str, her: Her) -> dict[str, Any]:
    day = today().isoformat()
    match endpoint:
        case "people.new" | "people.edit":
            return {"kind": "woman", "prefers": "fr", "first_contact": day, "pseudonym": OWN["pseudonym"]} | (
                {"different": "1"}
            )
        case "people.contact":
            return {"channel": "phone", "address": OWN["address"]}
        case "people.search" | "desk.palette" | "desk.search":
            return {"q": "Gr"}
        case "catalogue.switch_service":
            return {"on": "1"}
        case "catalogue.change_setting":
            return {"value": f"https://{secrets.token_hex(4)}.example.org/", "language": ""}
        case "accounts.invite":
            return {"name": "Nouvelle Démo", "email": f"{secrets.token_hex(6)}@example.org", "language": "fr"}
        case "accounts.propose":
            until = (today() + timedelta(days=30)).isoformat()
            return {"role": "auditor", "since": day, "until": until}
        case "accounts.remove_factor":
            return {"passkey": str(passkey(world, actor))}
        case "accounts.change_language":
            return {"language": "en"}
        case "accounts.end_one":
            return {"session": "of-nobody"}
        case "accounts.sign_in_with_password":
            return {"email": f"{secrets.token_hex(6)}@example.org", "password": "not the one"}
    return {}


def _account(world: World) -> User:
    """She joined: a password, a second factor; a link to take that away waits for a second person."""
    user = add_user("Cible Démo", password_hash="x")
    user.totp_secret = "JBSWY3DPEHPK3PXP"
    waits = Invitation(token_hash=secrets.token_hex(32), until=now() + timedelta(days=1), afresh=True)
    waits.user_id, waits.asked_by = user.id, world.users["proposer"]
    db.session.add(waits)
    db.session.flush()
    return user


def _proposal(world: World) -> RoleGrant:
    given = RoleGrant(role="auditor", since=today(), until=today() + timedelta(days=9))
    given.user_id, given.proposed_by = _account(world).id, world.users["proposer"]
    db.session.add(given)
    db.session.flush()
    return given


def _invitation(world: World, *, chosen: bool) -> str:
    token = secrets.token_urlsafe(32)
    invited = Invitation(token_hash=fingerprint(token), until=now() + timedelta(days=1), afresh=True)
    invited.user_id, invited.password_hash = _account(world).id, "x" if chosen else None
    db.session.add(invited)
    return token


def passkey(world: World, actor: str) -> int:
    """Hers, beside an app that stays."""
    if actor not in world.users:
        return 1
    world.who(actor).totp_secret = "A" * 32
    key = Passkey(user_id=world.users[actor], credential=secrets.token_bytes(16), public_key=b"x", sign_count=0)
    key.device = "Démo"
    db.session.add(key)
    db.session.flush()
    return key.id
