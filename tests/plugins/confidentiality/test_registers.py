"""The registers: a list, a page, a spreadsheet and a PDF each, for the privacy officer alone (D-CONF-6)."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, select, update

from app.accounts.models import UserSession
from app.db import db, now
from app.journal.models import JournalEntry
from app.people.actions import register_safe
from app.people.models import Disclosure
from app.plugins import switch
from app.testing import Browser, SignIn
from app.vault.bulk import insert_many
from app.web.times import today
from plugins.confidentiality.queries.registers import REGISTERS
from tests.plugins.confidentiality.conftest import House, her, who

HUB = "/confidentiality/registers"


@pytest.fixture
def officer(house: House, signed_in: SignIn) -> Browser:
    return signed_in("privacy_officer")


def test_d_conf_6_every_register_is_on_one_page_empty_ones_too(officer: Browser) -> None:
    page = officer.get(HUB).text
    for name in REGISTERS:
        assert f'href="{HUB}/{name}"' in page


@pytest.mark.parametrize("name", sorted(REGISTERS))
def test_d_conf_6_an_empty_register_says_so(officer: Browser, name: str) -> None:
    answer = officer.get(f"{HUB}/{name}")
    assert answer.status_code == 200 and 'class="empty"' in answer.text


@pytest.mark.parametrize("role", ["support_worker", "coordinator", "peer_supporter", "board_chair", "administrator"])
def test_d_conf_1_the_registers_are_the_privacy_officers(house: House, signed_in: SignIn, role: str) -> None:
    browser = signed_in(role)
    for path in (HUB, f"{HUB}/disclosures", f"{HUB}/disclosures/as/xlsx", f"{HUB}/disclosures/rows/abc"):
        assert browser.get(path).status_code == 403


def test_a_register_that_is_none_is_not_found(officer: Browser) -> None:
    assert officer.get(f"{HUB}/gossip").status_code == 404
    assert officer.get(f"{HUB}/disclosures/rows/nothing").status_code == 404


def test_a_period_that_ends_before_it_begins_is_refused_plainly(officer: Browser) -> None:
    answer = officer.get(f"{HUB}/disclosures?since=2026-05-01&until=2026-04-01")
    assert answer.status_code == 422 and 'id="until-err"' in answer.text and "2026-05-01" in answer.text


# --- what left, in the register -------------------------------------------------------------------------------------


def disclosed(house: House, recipient: str, days_ago: int = 0) -> None:
    with house.writing():
        person = her(house.code)
        told = {"ground": "consent", "permit": "p", "purpose": "housing", "items": "needs steps", "way": "handed"}
        at = now() - timedelta(days=days_ago)
        ids = {"person_id": person.id, "safe_id": register_safe(person), "by": who(house.worker).id}
        db.session.add(Disclosure(recipient=recipient, subject="letter", at=at, **ids, **told))


def cells(content: bytes) -> list[tuple[object, ...]]:
    """The rows of a spreadsheet under its head, up to what it says of itself."""
    rows = list(load_workbook(BytesIO(content)).worksheets[0].values)[1:]
    return rows[: next(place for place, row in enumerate(rows) if not any(row))]


def test_d_conf_6_what_left_is_listed_shown_and_journaled(house: House, officer: Browser) -> None:
    disclosed(house, "Maison Exemple")
    page = officer.get(f"{HUB}/disclosures").text
    assert "Maison Exemple" in page and house.code in page and "Housing" in page and "What she needs" in page
    row = page[page.index(f"{HUB}/disclosures/rows/") :].split('"')[0]
    assert "Handed over on paper" in officer.get(row).text
    with house.reading():
        opened = db.session.scalars(select(JournalEntry).where(JournalEntry.action == "vault.opened")).all()
        assert {house.code} == {entry.codes for entry in opened}


def test_d_conf_6_as_a_spreadsheet_and_on_paper_of_a_period(house: House, officer: Browser) -> None:
    disclosed(house, "Maison Ancienne", days_ago=400)
    disclosed(house, "=Maison Neuve")
    path, since = f"{HUB}/disclosures/as", f"since={today() - timedelta(days=30)}"
    whole, lately = (officer.get(f"{path}/xlsx{query}") for query in ("", f"?{since}"))
    rows = [cells(answer.data) for answer in (whole, lately)]
    assert [row[2] for row in rows[0]] == ["=Maison Neuve", "Maison Ancienne"]
    assert [row[2] for row in rows[1]] == ["=Maison Neuve"]
    paper = officer.get(f"{path}/pdf?{since}")
    assert paper.data.startswith(b"%PDF") and paper.headers["Content-Type"] == "application/pdf"
    for answer in (whole, lately, paper):
        name = answer.headers["Content-Disposition"]
        assert name.startswith('attachment; filename="register-') and house.code not in name
    with house.reading():
        made = db.session.scalars(
            select(JournalEntry.detail).where(JournalEntry.action == "confidentiality.register_exported")
        ).all()
    assert ['"rows":2' in made[0], '"rows":1' in made[1], '"form":"pdf"' in made[2]] == [True] * 3


def test_a_register_leaves_only_after_she_confirmed_that_it_is_she(house: House, officer: Browser) -> None:
    with house.writing():
        db.session.execute(update(UserSession).values(confirmed_at=now() - timedelta(minutes=6)))
    answer = officer.get(f"{HUB}/disclosures/as/xlsx")
    assert answer.status_code == 302 and answer.location.startswith("/confirm?")


def test_pages_of_a_register_follow_one_another_and_documents_hold_them_all(house: House, officer: Browser) -> None:
    with house.writing():
        person, told = her(house.code), {"ground": "consent", "permit": "p", "purpose": "housing", "way": "post"}
        ids = {"person_id": person.id, "safe_id": register_safe(person), "by": house.worker, "items": "needs"}
        rows = [{"recipient": f"Maison {n:03}", "subject": "s", "at": now(), **ids, **told} for n in range(230)]
        insert_many(Disclosure, rows)
    first = officer.get(f"{HUB}/disclosures").text
    assert "Maison 229" in first and "Maison 205" in first and "Maison 204" not in first
    older = first[first.index("?before=") :].split('"')[0]
    assert "Maison 204" in officer.get(f"{HUB}/disclosures{older}").text
    assert len(cells(officer.get(f"{HUB}/disclosures/as/xlsx").data)) == 230


def test_a_register_counts_no_further_than_it_must_in_one_statement(house: House, officer: Browser) -> None:
    """Law 9: the page of all registers asks once for all of them."""
    asked: list[str] = []
    with house.reading():
        event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    officer.get(HUB)
    assert len(asked) <= 12


def test_confidentiality_without_support_still_keeps_its_registers(house: House, officer: Browser) -> None:
    with house.writing():
        switch("support", on=False, by=None, why="test")
    assert officer.get(HUB).status_code == 200
    for name in REGISTERS:
        for path in (f"{HUB}/{name}", f"{HUB}/{name}/as/xlsx", f"{HUB}/{name}/as/pdf"):
            assert officer.get(path).status_code == 200, path


def test_switched_off_the_registers_are_gone_and_come_back_whole(house: House, officer: Browser) -> None:
    disclosed(house, "Maison Exemple")
    for on, status in ((False, 404), (True, 200)):
        with house.writing():
            switch("confidentiality", on=on, by=None, why="test")
        assert officer.get(f"{HUB}/disclosures").status_code == status


@pytest.mark.parametrize("page", ["registers/consents?before", "findings?before", "roles?after", "retention?after"])
def test_a_page_that_no_row_begins_is_the_first_one(officer: Browser, page: str) -> None:
    for mark in ("-2147483649", "2147483648", "99999999999999999999", "-1", "0", "nan", "٣"):
        assert officer.get(f"/confidentiality/{page}={quote(mark)}").status_code == 200


BLANK = {
    "providers/new": {"name": " ", "service": " ", "held_in": "quebec"},
    "assessments/new": {"project": " ", "sensitivity": "low", "held_in": "quebec", "verdict": "go"},
    "incidents/report": {"circumstances": " "},
    "undertaking": {"agree": "1", "name": "  "},
    "undertakings": {"kind": "volunteer", "name": "\t \t", "how": "paper", "language": "fr"},
    "holds/new": {"code": " ", "source": "other", "why": " "},
}


@pytest.mark.parametrize("page", BLANK)
def test_spaces_alone_are_nothing_written(officer: Browser, page: str) -> None:
    told = {"known_on": today().isoformat(), "signed_on": today().isoformat(), "assessed_on": today().isoformat()}
    assert officer.send(f"/confidentiality/{page}", {**told, **BLANK[page]}).status_code == 422
