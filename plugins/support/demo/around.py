"""Around the files: stand-ins, a note to hand over, a sealed file, a tie to a relative."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app import vault
from app.db import db, now
from app.people.models import Person
from plugins.support.actions import hand_over, own_file, relatives
from plugins.support.demo.files import Opened
from plugins.support.models import CaseFile, StandIn
from plugins.support.rules import stand_in as rules

ASKED = (  # why, hours, in one line, how many days ago, what the reviewer said
    ("absent", 4, "Elle appelait pour confirmer son rendez-vous de demain.", 1, None),
    ("came", 1, "Elle est à la porte, son intervenante est en formation.", 12, "in_order"),
    ("danger", 24, "Il l’attend devant chez elle.", 20, "look_into"),
)


def load(world: Any, opened: list[Opened]) -> None:
    """A little of each, with the words of a real day."""
    open_to_her = set(db.session.scalars(vault.granted_to(world.user("support_worker"))))
    hers = [each for each in opened if not each.closed and each.safe_id in open_to_her]
    if len(hers) < len(ASKED) + 2:
        return
    for each, asked in zip(hers, ASKED, strict=False):
        _stand_in(world, each, *asked)
    file = db.session.get_one(CaseFile, hers[0].id)
    hand_over.leave_note(world.user("support_worker"), file, note="Préfère le matin. Pas de message le soir.")
    _tie(world, hers)
    own_file.seal(world.user("coordinator"), db.session.get_one(Person, hers[-1].person.id))


def _stand_in(world: Any, each: Opened, why: str, hours: int, line: str, ago: int, verdict: str | None) -> None:
    """One that is over by now."""
    since = now() - timedelta(days=ago)
    made = StandIn(
        file=db.session.get_one(CaseFile, each.id),
        safe_id=vault.create_safe("support.stand_in").id,
        user_id=world.users("support_worker")[1].id,
        why=why,
        line=line,
        since=since,
        hours=hours,
        until=rules.stands_until(since, hours),
        review_by=rules.review_by(world.today - timedelta(days=ago)),
    )
    db.session.add(made)
    if verdict:
        made.verdict, made.reviewed_by, made.reviewed_at = verdict, world.user("privacy_officer").id, now()


def _tie(world: Any, hers: list[Opened]) -> None:
    women, others = ([each for each in hers[:-1] if each.person.kind == kind] for kind in ("woman", "relative"))
    if women and others:
        file = db.session.get_one(CaseFile, women[0].id)
        relatives.tie(world.user("support_worker"), file, others[0].person.code)
