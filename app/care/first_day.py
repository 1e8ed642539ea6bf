"""flask init: a real instance, from nothing to the invitations of its first two administrators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.utils import parseaddr

from flask import Flask
from sqlalchemy import func, select

from app import schema
from app.accounts.models import User
from app.care.backup import make_identity
from app.care.startup import Refused
from app.catalogue.models import Service
from app.catalogue.services import SERVICES
from app.config import Settings
from app.db import db, transaction
from app.journal import record


def make_instance(app: Flask, admins: Sequence[str]) -> Iterator[str]:
    """Lines to show. Raises Refused for a demo, an instance with accounts, or less than two administrators."""
    from app.accounts.actions import invite_first_administrators

    settings: Settings = app.config["SETTINGS"]
    people = [parseaddr(admin) for admin in admins]
    if settings.demo:
        raise Refused("This is a demo. Unset INTRANET_DEMO, and choose another folder with INTRANET_INSTANCE.")
    if len({email for name, email in people if name and "@" in email}) < 2:
        raise Refused("Name two people: flask init --admin 'Name <address>' --admin 'Name <address>'")
    schema.upgrade(app)
    with app.app_context(), transaction():
        if db.session.scalar(select(func.count()).select_from(User)):
            raise Refused("This instance has accounts already. Nothing was changed.")
        for number in SERVICES:
            db.session.merge(Service(number=number, enabled=False))
        links = invite_first_administrators(people)
        record("care.instance_made", by=None)
    yield f"Instance: {settings.instance.absolute()}"
    if made := make_identity(settings):
        yield f"{made} opens its backups. Copy it to a safe place apart: without it they are lost."
    yield "Invitations, each for one use; give them by hand or by a safe channel:"
    yield from (f"  {email}  {link}" for (_name, email), link in zip(people, links, strict=True))
