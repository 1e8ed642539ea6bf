"""Files with their safes, who follows them, contacts and visits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import insert

from app import vault
from app.db import db
from plugins.support import rules
from plugins.support.models import AnonymousContact, Assignment, CaseFile, Contact, ContactsYear, Visit

WEEKS = 12
SHARE_WITH_FILE = 0.8
APART = 40  # files whose contacts stand in a safe a year, as they do in life; the others stand in the file's
SHARE_FOLLOWED = 0.97  # the others wait for a worker: the coordinator sees their codes
LINES = (
    "A visité un logement. Veut qu’on appelle l’organisme avec elle.",
    "Confirme lundi.",
    "Semaine difficile, a mieux dormi.",
    "Prépare sa rencontre avec l’avocate.",
    "Veut reprendre ses cours du soir.",
    "A parlé à sa sœur, ça lui a fait du bien.",
    None,
    None,
)
STEPS = ("Savoir si le logement est libre.", "Prendre des nouvelles.", "Préparer l’audience.", None)


class Opened(NamedTuple):
    """A file of the demo: what the other topics build on."""

    id: int
    safe_id: int
    person: Any
    days: list[date]  # of her contacts, oldest first
    closed: bool


def load(world: Any) -> list[Opened]:
    """Most persons have a file, followed by the worker who registered them; a peer is beside some."""
    people = [person for person in world.people if world.rng.random() < SHARE_WITH_FILE]
    safes = world.create_safes("support.file", len(people))
    history = [_exchanges(world, person) for person in people]
    rows = [_file(world, *each) for each in zip(people, safes, history, strict=True)]
    closed = [row["closed_on"] is not None for row in rows]
    made = zip(world.insert(CaseFile, rows), safes, people, history, closed, strict=True)
    opened = [Opened(*each) for each in made]
    _assign(world, [each[:3] for each in opened if world.rng.random() < SHARE_FOLLOWED])
    years = _years(opened[:APART])
    world.insert(Contact, [told for each in opened for told in _contacts(world, *each[:4], years)])
    _count(world)
    return opened


def _years(opened: list[Opened]) -> dict[tuple[int, int], int]:
    """The safes of their contacts, by file and year."""
    every = {(each.id, day.year): each.safe_id for each in opened for day in each.days}
    safes = {key: vault.create_safe("support.contacts", beside=safe).id for key, safe in every.items()}
    rows = [ContactsYear(file_id=file, year=year, safe_id=safe) for (file, year), safe in safes.items()]
    db.session.add_all(rows)
    return safes


def _exchanges(world: Any, person: Any) -> list[date]:
    """The days of her contacts, oldest first."""
    days = (world.today - person.first_contact).days + 1
    return sorted(
        world.today - timedelta(days=int(days * world.rng.random() ** 2)) for _ in range(world.rng.randint(0, 6))
    )


def _file(world: Any, person: Any, safe: int, days: list[date]) -> dict[str, Any]:
    rng, today = world.rng, world.today
    step = rng.choice(rules.STEPS) if rng.random() < 0.4 else None
    step_on = today + timedelta(days=rng.randint(-3, 20)) if step else None
    reassess_on = today + timedelta(days=rng.randint(-5, WEEKS * 7))
    return {
        "person_id": person.id,
        "safe_id": safe,
        "opened_on": person.first_contact,
        "closed_on": today - timedelta(days=rng.randint(1, 60)) if rng.random() < 0.1 else None,
        "last_contact_on": days[-1] if days else None,
        "reassess_every_weeks": WEEKS,
        "reassess_on": reassess_on,
        "step": step,
        "step_on": step_on,
        "step_line": rng.choice(STEPS) if step else None,
        "due_on": rules.next_due(reassess_on, step_on),
        "version": 1,
    }


def _assign(world: Any, followed: list[tuple[int, int, Any]]) -> None:
    """Each by her worker; a peer is beside a few."""
    beside = [
        (file, person, world.rng.choice(world.users("peer_supporter"))) for file, _, person in followed[::10][:20]
    ]
    rows = [(file, person.worker_id, person, False) for file, _, person in followed]
    rows += [(file, peer.id, person, True) for file, person, peer in beside]
    if not rows:
        return
    values = [
        {"file_id": file, "user_id": who, "by": person.worker_id, "peer": peer, "since": noon(person.first_contact)}
        for file, who, person, peer in rows
    ]
    db.session.execute(insert(Assignment), values)
    world.grant([safe for _, safe, _ in followed], [person.worker_id for *_, person in followed], "support.follow")
    world.grant([person.safe_id for _, person, _ in beside], [peer.id for *_, peer in beside], "support.follow")


def _contacts(
    world: Any, file: int, safe: int, person: Any, days: list[date], years: dict[tuple[int, int], int]
) -> Iterator[dict[str, Any]]:
    rng = world.rng
    for day in days:
        how = rng.choice(rules.WAYS)
        yield {
            "file_id": file,
            "safe_id": years.get((file, day.year), safe),
            "kind": rng.choice(rules.KINDS),
            "how": how,
            "day": day,
            "minutes": None if how in ("text", "email") else rng.choice((10, 20, 30, 50)),
            "line": rng.choice(LINES),
            "by": person.worker_id,
            "at": noon(day),
            "version": 1,
        }


def _count(world: Any) -> None:
    """Three months of visits and of contacts without a name."""
    rng, workers = world.rng, world.users("support_worker")
    days = [world.today - timedelta(days=ago) for ago in range(90)]
    open_days = [day for day in days if day.weekday() < 5]
    counted = [{"day": day, "number": rng.randint(1, 9), "by": rng.choice(workers).id} for day in open_days]
    db.session.execute(insert(Visit), [row | {"undone": False} for row in counted])
    unnamed = [
        {
            "day": day,
            "kind": rng.choice(rules.KINDS),
            "how": rng.choice(("phone", "text", "in_person")),
            "minutes": rng.choice((5, 10, 20, None)),
            "language": rng.choice(rules.LANGUAGES),
            "by": rng.choice(workers).id,
        }
        for day in open_days
        if rng.random() < 0.5
    ]
    if unnamed:
        db.session.execute(insert(AnonymousContact), unnamed)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(17), UTC)
