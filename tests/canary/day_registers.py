"""The house's registers: incidents, providers, assessments, undertakings, unusual openings; each on paper."""

from __future__ import annotations

import secrets
import zipfile
from io import BytesIO

from app.db import db, now
from app.web.times import today
from plugins.confidentiality.models import Finding
from plugins.confidentiality.queries.registers import REGISTERS
from plugins.confidentiality.rules.incidents import FACTORS
from tests.canary.day import Day, last
from tests.canary.search import dice
from tests.papers.test_documents import read as words_of

DAY = today().isoformat()
ROOM = "/confidentiality"


def incident(day: Day) -> None:
    """Reported by a worker; completed, assessed, followed up by the privacy officer."""
    day.words["confidentiality_incident.codes"] = "".join(dice.choices("2346789CDFGHJKMNPQRTVWXY", k=8))
    first = {
        **day.of("confidentiality_incident", "information", "codes"),
        "circumstances": day.together("confidentiality_incident.circumstances", "confidentiality_revision.before"),
    }
    day.fill(day.worker, f"{ROOM}/incidents/report", **first)
    here = f"{ROOM}/incidents/" + day.find(
        day.officer, f"{ROOM}/registers/incidents", rf"{ROOM}/incidents/([\w-]{{20,}})"
    )
    again = day.words["confidentiality_incident.circumstances"]
    day.fill(day.officer, f"{here}/facts", stale=True, circumstances=again, cause="lost")
    why = day.words["confidentiality_incident.assessment"]
    factors = {name: said for each in FACTORS for name, said in ((each, "low"), (f"{each}_why", why))}
    day.fill(day.officer, f"{here}/assess", stale=True, **factors, conclusion="not_retained", why=why)
    told = day.of("confidentiality_incident", "excuse", "measures")
    day.fill(day.officer, f"{here}/follow-up", stale=True, persons_excused="y", **told)


def providers(day: Day) -> None:
    told = day.of("confidentiality_provider", "name", "service", "information", "place", "clauses")
    here = f"{ROOM}/providers/{last(day.fill(day.officer, f'{ROOM}/providers/new', **told))}"
    day.fill(day.officer, here, stale=True, **told | {"place": f"{told['place']} encore"})


def assessments(day: Day) -> None:
    names = ("project", "information", "transfers", "conclusion", "measures")
    told = day.of("confidentiality_assessment", *names)
    here = f"{ROOM}/assessments/{last(day.fill(day.officer, f'{ROOM}/assessments/new', **told))}"
    day.fill(day.officer, here, stale=True, **told)


def undertakings(day: Day) -> None:
    """Her own, on the screen; a volunteer's, on paper."""
    name = day.words["confidentiality_undertaking.name"]
    day.fill(day.worker, f"{ROOM}/undertaking", stale=True, agree="y", name=name)
    page = f"{ROOM}/undertakings"
    day.fill(day.officer, page, kind="volunteer", name=name, how="paper", language="fr", signed_on=DAY)


def findings(day: Day) -> None:
    """Something unusual in the journal, answered in a line."""
    with day.world.writing():
        found = Finding(kind="many", actor=day.uids["colleague"], code=secrets.token_hex(4), day=today(), seq=1)
        found.at, found.number = now(), 30
        db.session.add(found)
        db.session.flush()
        here = f"{ROOM}/findings/{found.uid}"
    line = day.words["confidentiality_finding_answer.line"]
    day.fill(day.officer, here, answer="look_into", line=line)


def exports(day: Day) -> None:
    """Each register as a table and on paper."""
    for name in REGISTERS:
        day.see(day.officer, "GET", f"{ROOM}/registers/{name}")
        table, paper = (day.download(day.officer, f"{ROOM}/registers/{name}/as/{kind}") for kind in ("xlsx", "pdf"))
        if name == "providers":
            with zipfile.ZipFile(BytesIO(table)) as packed:
                cells = b"".join(map(packed.read, packed.namelist())).decode()
            word = day.words["confidentiality_provider.name"]
            assert word in cells and word in words_of(paper)


TOPICS = (incident, providers, assessments, undertakings, findings, exports)
