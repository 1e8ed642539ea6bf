"""Bringing in tables: nothing is written until all is right; the same table twice adds nothing."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app import vault
from app.db import db
from app.papers import xlsx
from app.people.models import Person, SafeContact
from app.testing import Browser
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.models import Assignment, CaseFile, Contact, Import, Partner
from plugins.support.rules import imports as rules
from tests.plugins.support.conftest import House, who

HEAD = "Référence;Pseudonyme;Nom;Langues;Âge;Premier contact;Moyen;Joindre\n"
ROWS = "A1;Mésange;;français, anglais;25-34;2026-03-02;texto;514 555-0101\nA2;;;créole;;2026-04-05;;\n"


def counted(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def sign_in(signed_in: Any) -> Any:
    """A browser in which an account of the house is signed in, by its number."""
    return lambda number: signed_in(SimpleNamespace(id=number))


def send(browser: Browser, text: str | bytes, kind: str = "persons", name: str = "liste.csv") -> Any:
    content = text.encode() if isinstance(text, str) else text
    data = {"kind": kind, "file": (io.BytesIO(content), name)}
    return browser.send("/support/imports", data)


def write(browser: Browser, answer: Any) -> Any:
    assert answer.status_code == 303, re.sub(r"\s+", " ", answer.text)
    return browser.send(answer.location)


def test_persons_come_with_a_file_that_she_follows(house: House, sign_in: Any) -> None:
    browser = sign_in(house.worker)
    answer = write(browser, send(browser, HEAD + ROWS))
    assert answer.status_code == 303
    with house.reading():
        worker = who(house.worker)
        lines = {file.name: file for file in queries.my_files(worker).rows}
        assert "Mésange" in lines
        person = db.session.scalars(select(Person).where(Person.code == lines["Mésange"].code)).one()
        assert (person.languages, person.age_band, person.kind) == ("fr en", "25-34", "woman")
        vault.open_safes(worker, [person.safe_id], why="test")
        way = db.session.scalars(select(SafeContact).where(SafeContact.person_id == person.id)).one()
        assert (way.channel, way.address, way.leave_message, way.name_us) == ("text", "514 555-0101", False, False)


def test_the_same_table_twice_adds_nothing(house: House, sign_in: Any) -> None:
    browser = sign_in(house.worker)
    write(browser, send(browser, HEAD + ROWS))
    with house.reading():
        before = [counted(model) for model in (Person, CaseFile, Assignment, SafeContact)]
    answer = write(browser, send(browser, HEAD + ROWS))
    assert "0" in browser.get(answer.location).text
    with house.reading():
        assert [counted(model) for model in (Person, CaseFile, Assignment, SafeContact)] == before


def test_one_problem_anywhere_and_nothing_is_written_each_is_shown_at_its_row_and_column(
    house: House, sign_in: Any
) -> None:
    browser = sign_in(house.worker)
    with house.reading():
        before = counted(Person), counted(Import)
    wrong = HEAD + ROWS + "A3;;;klingon;12;demain;;\nA1;;;;;2026-01-01;;\n"
    answer = send(browser, wrong)
    assert answer.status_code == 422
    rows = re.findall(r'scope="row">(\d+)', answer.text)
    assert rows.count("4") == 3  # language, age, day
    assert "2" in rows and "5" in rows  # the reference that stands twice
    with house.reading():
        assert (counted(Person), counted(Import)) == before


def test_d_file_1_a_social_insurance_number_in_any_cell_is_refused(house: House, sign_in: Any) -> None:
    answer = send(sign_in(house.worker), HEAD + "A9;046 454 286;;;;2026-03-02;;\n")
    assert answer.status_code == 422


def test_d_file_3_under_sixteen_no_file_is_imported(house: House, sign_in: Any) -> None:
    assert send(sign_in(house.worker), HEAD + "A9;Grive;;;under-16;2026-03-02;;\n").status_code == 422


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04 not a book", b"Nom;Inconnue\na;b\n"])
def test_what_is_no_table_of_ours_is_refused_plainly(house: House, sign_in: Any, content: bytes) -> None:
    answer = send(sign_in(house.worker), content)
    assert answer.status_code == 422
    assert "file" in answer.text


def test_contacts_come_by_code_or_by_reference_into_files_that_she_follows(house: House, sign_in: Any) -> None:
    browser = sign_in(house.worker)
    write(browser, send(browser, HEAD + ROWS))
    table = xlsx(
        "Contacts",
        ["Code", "Référence", "Date", "Comment", "Type", "Durée", "Note"],
        [
            [house.code, None, today(), "téléphone", "écoute", 20, "Confirme jeudi."],
            [None, "A2", today(), None, None, None, None],
        ],
    )
    write(browser, send(browser, table, "contacts", "contacts.xlsx"))
    write(browser, send(browser, table, "contacts", "contacts.xlsx"))
    with house.reading():
        assert counted(Contact) == 2
        file = queries.file_or_404(house.code, who(house.worker))
        assert file.last_contact_on == today()
        [noted] = queries.timeline(file, who(house.worker)).exchanges
        assert (noted.contact.minutes, noted.contact.line) == (20, "Confirme jeudi.")


def test_partners_come_into_the_directory_once(house: House, sign_in: Any) -> None:
    table = "Organisme;Langues;Secteur;Téléphone\nMaison Démo;français, anglais;Centre;514 555-0155\n"
    browser = sign_in(house.worker)
    write(browser, send(browser, table, "partners"))
    write(browser, send(browser, table, "partners"))
    with house.reading():
        [partner] = db.session.scalars(select(Partner).where(Partner.name == "Maison Démo"))
        assert (partner.languages, partner.area, partner.email) == ("fr en", "Centre", "")


def test_d_conf_1_contacts_of_a_file_that_is_not_hers_are_a_problem_of_the_table(house: House, sign_in: Any) -> None:
    text = f"Code;Date\n{house.code};2026-11-02\n"
    assert send(sign_in(house.other), text, "contacts").status_code == 422
    with house.reading():
        assert counted(Contact) == 0


def test_d_conf_1_a_table_that_waits_is_its_importers_alone(house: House, sign_in: Any) -> None:
    waiting = send(sign_in(house.worker), HEAD + ROWS)
    other = sign_in(house.other)
    assert other.get(waiting.location).status_code == 404
    assert other.send(waiting.location).status_code == 404
    assert other.send(waiting.location + "/discard").status_code == 404
    assert sign_in(house.peer).get("/support/imports").status_code == 403


def test_a_table_that_is_written_or_discarded_is_destroyed(house: House, sign_in: Any) -> None:
    browser = sign_in(house.worker)
    discarded = send(browser, HEAD + ROWS)
    assert browser.send(discarded.location + "/discard").status_code == 303
    written = send(browser, HEAD + ROWS)
    write(browser, written)
    with house.reading():
        safes = db.session.scalars(select(vault.Safe).where(vault.Safe.kind == "support.import")).all()
        assert [bool(safe.destroyed_at) for safe in safes] == [True, True]
        assert db.session.scalars(select(Import._content)).all() == [None]


def test_a_batch_that_was_cut_off_is_done_again_whole(house: House, sign_in: Any) -> None:
    rows = "".join(f"R{n};Grive;;;;2026-03-02;;\n" for n in range(rules.BATCH + 20))
    browser = sign_in(house.worker)
    waiting = send(browser, HEAD + rows)
    uid = waiting.location.rsplit("/", 1)[-1]
    browser.send(waiting.location)
    with pytest.raises(RuntimeError), house.writing():
        actions.imports.go_on(who(house.worker), uid)
        raise RuntimeError
    with house.reading():
        assert counted(CaseFile) == rules.BATCH + 1
    browser.send(waiting.location)
    with house.reading():
        assert counted(CaseFile) == rules.BATCH + 21


def test_no_word_of_a_table_is_in_the_journal(house: House, sign_in: Any, app: Flask) -> None:
    from app.journal.models import JournalEntry

    browser = sign_in(house.worker)
    write(browser, send(browser, HEAD + ROWS))
    with house.reading():
        told = "".join(f"{entry.detail}{entry.subject}" for entry in db.session.scalars(select(JournalEntry)))
    assert "Mésange" not in told and "A1" not in told


@given(st.lists(st.lists(st.text(max_size=20), max_size=9), max_size=8))
def test_whatever_the_cells_hold_a_row_is_read_or_named(cells: list[list[str]]) -> None:
    columns, _problems = rules.columns_of("persons", HEAD.strip().split(";"))
    for number, values, wrong in rules.read_rows("persons", columns, enumerate(cells, 2), today()):
        assert wrong or values["first_contact"] is not None
        assert all(problem.row == number for problem in wrong)
