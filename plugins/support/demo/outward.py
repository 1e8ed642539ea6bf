"""Partners, steps, referrals, an interpreter and her bookings: all invented."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import insert

from app.db import db, new_uid
from app.vault.crypto import plain
from plugins.support.demo.files import Opened, noon
from plugins.support.models import Booking, Echo, Interpreter, Partner, Referral, Step
from plugins.support.rules import referrals as later
from plugins.support.rules import steps as rules

FILES = 30
ASK_AFTER = 14
PARTNERS = (
    ("Maison Démo des Tilleuls", "shelter housing crisis", "fr en es", "transit", "free", "Jour et nuit", "Centre"),
    (
        "Clinique Démo du Quai",
        "health mental_health",
        "fr en",
        "wheelchair transit appointment",
        "free",
        "9 h à 17 h",
        "",
    ),
    ("Aide juridique Démo", "legal immigration", "fr en es ht", "appointment transit", "sliding", "Lundi et jeudi", ""),
    ("Logements Démo Belle-Rive", "housing", "fr", "wheelchair", "sliding", "Sur rendez-vous", "Rive sud"),
    ("Cuisine Démo du Marché", "food support_group", "fr ht", "transit", "free", "Midi, en semaine", "Centre"),
    ("École Démo du Soir", "studies employment", "fr en", "wheelchair transit", "free", "17 h à 21 h", "Nord"),
    ("Ligne Démo d’écoute", "crisis mental_health", "fr en", "", "free", "Jour et nuit", ""),
    ("Halte Démo des Petits", "family", "fr es", "transit", "sliding", "8 h à 18 h", "Est"),
)
STEPS = (
    ("legal", "Demander la copie du jugement.", "Aide juridique Démo", "Bureau 204"),
    ("medical", "Premier rendez-vous avec l’infirmière.", "Clinique Démo du Quai", "Entrée du côté du quai"),
    ("housing", "Visiter l’appartement du deuxième.", "Logements Démo Belle-Rive", "Devant la porte bleue"),
    ("income", "Remplir la demande ensemble.", None, "Au bureau"),
    ("social", "Inscrire le petit à la halte.", "Halte Démo des Petits", None),
)
OUTCOMES = ("Elle a la copie.", "Rendez-vous obtenu dans deux semaines.", "C’est fait, elle est soulagée.", None)
REASONS = (
    "Un endroit où dormir cette semaine.",
    "Veut savoir où en est sa demande.",
    "Cherche des cours du soir.",
    None,
)


def load(world: Any, opened: list[Opened]) -> None:
    partners = _partners(world)
    some = [each for each in opened if not each.closed][:FILES]
    world.insert(Step, [_step(world, each) for each in some for _n in range(world.rng.randint(1, 3))])
    world.insert(Referral, [_referral(world, each, partners) for each in some[: FILES // 2]])
    _interpreters(world, some[:4])


def _partners(world: Any) -> list[tuple[str, str]]:
    """(uid, name) of each; how some women found them is counted apart."""
    names = ("name", "services", "languages", "access", "cost", "hours", "area")
    rows = []
    for number, told in enumerate(PARTNERS):
        values = dict(zip(names, told, strict=True))
        checked = world.today - timedelta(days=world.rng.randint(5, 500))
        rows.append(
            {
                **values,
                "uid": new_uid(),
                "sorted_as": plain(values["name"]),
                "found_by": plain(f"{values['name']} {values['area']}"),
                "telephone": f"514 555-02{number:02}",
                "checked_on": checked,
            }
        )
    ids = db.session.scalars(insert(Partner).returning(Partner.id, sort_by_parameter_order=True), rows).all()
    heard = [(ids[0], 12), (ids[2], 7), (ids[1], 3)]
    echoes = [
        {
            "uid": new_uid(),
            "partner_id": partner,
            "outcome": world.rng.choice(("helped", "went")),
            "found": found % 4 + 1,
        }
        for partner, count in heard
        for found in range(count)
    ]
    db.session.execute(insert(Echo), echoes)
    return [(row["uid"], row["name"]) for row in rows]


def _step(world: Any, opened: Opened) -> dict[str, Any]:
    rng = world.rng
    kind, what, organisation, place = rng.choice(STEPS)
    state = rng.choice(("todo", "planned", "planned", "done"))
    day = world.today + timedelta(days=rng.randint(-60, -1) if state == "done" else rng.randint(0, 25))
    day, due_on = (None, day) if state == "todo" else (day, None)
    return {
        "safe_id": opened.safe_id,
        "file_id": opened.id,
        "kind": kind,
        "state": state,
        "open": rules.is_open(state),
        "sort_on": rules.sort_day(state, day, due_on, world.today),
        "what": what,
        "organisation": organisation,
        "place": place if day else None,
        "day": day,
        "hour": time(rng.randint(9, 15), rng.choice((0, 30))) if day else None,
        "beside_id": opened.person.worker_id if day and rng.random() < 0.6 else None,
        "travel": rng.choice(rules.TRAVEL) if day else None,
        "travel_minutes": rng.choice((20, 35, 50)) if day else None,
        "travel_km": None,
        "due_on": due_on,
        "outcome": rng.choice(OUTCOMES) if state == "done" else None,
        "next_step": None,
        "by": opened.person.worker_id,
        "at": noon(world.today - timedelta(days=2)),
        "version": 1,
    }


def _referral(world: Any, opened: Opened, partners: list[tuple[str, str]]) -> dict[str, Any]:
    rng = world.rng
    partner, name = rng.choice(partners)
    on = world.today - timedelta(days=rng.randint(1, 40))
    outcome = rng.choice((None, None, "helped", "went", "not_gone"))
    form = rng.choice(("told", "warm"))
    return {
        "safe_id": opened.safe_id,
        "file_id": opened.id,
        "form": form,
        "recipient": name,
        "partner": partner,
        "reason": rng.choice(REASONS),
        "on": on,
        "ask_on": later.ask_on(form, on, ASK_AFTER) if outcome is None else None,
        "outcome": outcome,
        "found": rng.choice(later.FOUND) if outcome in ("helped", "went") else None,
        "note": None,
        "echo": None,
        "by": opened.person.worker_id,
        "at": noon(on),
        "version": 1,
    }


def _interpreters(world: Any, opened: list[Opened]) -> None:
    """One whose undertaking holds, one who has yet to sign."""
    signed = Interpreter(name="Interprète Démo 1", languages="es fr", reach="514 555-0300", version=1)
    signed.organisation, signed.signed_on = "Interprètes Démo", world.today - timedelta(days=120)
    db.session.add_all([signed, Interpreter(name="Interprète Démo 2", languages="ar fr", version=1)])
    db.session.flush()
    world.insert(
        Booking, [_booking(each, signed.id, world.today + timedelta(days=3 * n)) for n, each in enumerate(opened)]
    )


def _booking(opened: Opened, interpreter: int, day: date) -> dict[str, Any]:
    return {
        "safe_id": opened.safe_id,
        "file_id": opened.id,
        "interpreter_id": interpreter,
        "day": day,
        "hour": time(10, 30),
        "minutes": 60,
        "language": "es",
        "line": None,
        "cancelled_at": None,
        "by": opened.person.worker_id,
        "at": noon(day - timedelta(days=5)),
    }
