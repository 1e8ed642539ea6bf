"""The example plugin, in a real app, with the intranet's own fixtures."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from intranet_library import actions, queries, rules
from intranet_library.models import Book, Loan
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import papers, schema
from app.accounts.models import User
from app.db import db, reading, transaction
from app.errors import Conflict, NotFound, NotGranted
from app.people import actions as register
from app.people import disclosure
from app.people.models import Person
from app.plugins import plugins_of, switch
from app.testing import add_user
from app.web.times import today


@pytest.fixture
def known(app):
    """A worker, a person of hers, a book."""
    with app.app_context(), transaction():
        worker = add_user("Intervenante Démo", "support_worker")
        person = register.register(worker, kind="woman", pseudonym="Mésange", first_contact=date(2026, 5, 1))
        book = actions.add_book("Le jardin de mars", by=worker)
        return worker.id, person.id, book.id


def load(known):
    worker = db.session.get_one(User, known[0], options=[joinedload(User.roles)])
    return worker, db.session.get_one(Person, known[1]), db.session.get_one(Book, known[2])


def lend(app, known, note=None):
    with app.app_context(), transaction():
        worker, person, book = load(known)
        return actions.lend(worker, book, person, note).uid


def test_due_on():
    assert rules.due_on(date(2026, 5, 1), 3) == date(2026, 5, 22)


def test_it_loads_with_its_version(app):
    found = plugins_of(app).found["library"]
    assert (found.error, found.info.version) == (None, "1.2.0")


def test_a_book_is_lent_once_and_comes_back(app, known, signed_in):
    lend(app, known)
    with pytest.raises(Conflict):
        lend(app, known)
    browser = signed_in(User(id=known[0]))
    assert "It is back" in browser.get("/library").text
    with app.app_context(), reading():
        uid = db.session.scalar(select(Loan.uid))
    assert browser.send(f"/library/loans/{uid}/back", seen="/library").status_code == 302
    assert "It is back" not in browser.get("/library").text


def test_the_page_lends_to_a_person_of_hers_and_keeps_what_was_typed(app, known, signed_in):
    with app.app_context(), reading():
        code = load(known)[1].code
    browser = signed_in(User(id=known[0]))
    answer = browser.send("/library/1/lend", {"code": "ZZZZZ", "note": "pour sa fille"})
    assert answer.status_code == 422
    assert "pour sa fille" in answer.text
    assert browser.send("/library/1/lend", {"code": code, "note": "pour sa fille"}).status_code == 302
    page = browser.get(f"/people/{code}").text
    assert "Le jardin de mars" in page
    assert "pour sa fille" in page


def test_d_conf_1_the_note_is_for_who_lent_it(app, known):
    lend(app, known, "pour sa fille")
    with app.app_context(), transaction():
        other = add_user("Autre Démo", "support_worker")
        person = load(known)[1]
        assert [loan.note for loan in queries.loans_of(person, other)] == [None]
        with pytest.raises(NotGranted):
            _ = db.session.scalar(select(Loan)).note
    with app.app_context(), transaction():
        worker, person, _book = load(known)
        assert [loan.note for loan in queries.loans_of(person, worker)] == ["pour sa fille"]


def test_it_is_on_the_desk_and_in_the_menu(app, known, signed_in):
    lend(app, known)
    page = signed_in(User(id=known[0])).get("/").text
    assert "Books that are out" in page
    assert 'href="/library"' in page


def test_it_speaks_french(signed_in):
    browser = signed_in("coordinator")
    browser.get("/language/fr")
    assert "Les livres de la salle d’attente." in browser.get("/library").text


def test_the_setting_decides_how_long(app, known):
    with app.app_context(), transaction():
        from app.catalogue.actions import change_setting

        coordinator = add_user("Coordonnatrice Démo", "coordinator")
        change_setting(coordinator, "library.weeks", "5")
    lend(app, known)
    with app.app_context(), reading():
        assert db.session.scalar(select(Loan.due)) == today() + timedelta(weeks=5)


def test_the_command(app):
    result = app.test_cli_runner().invoke(args=["library", "add", "Cent recettes"])
    assert result.exit_code == 0, result.output
    with app.app_context(), reading():
        assert [book.title for book in queries.books()] == ["Cent recettes"]


def test_static_files_are_open_while_it_is_on(app):
    assert app.test_client().get("/library/static/library.css").status_code == 200
    with app.app_context(), transaction():
        switch("library", on=False, by=None)
    assert app.test_client().get("/library/static/library.css").status_code == 404


def test_every_hook_answers(app, known):
    lend(app, known, "pour sa fille")
    plugins = plugins_of(app)
    with app.test_request_context(), transaction():
        worker, person, _book = load(known)
        mine = {"only": {"library"}}
        assert plugins.call_each("menu_items", **mine, user=worker)[0].value.count == 1
        assert plugins.call_each("desk_cards", **mine, user=worker)
        assert plugins.call_each("deadlines", **mine, user=worker, until=date.max)
        assert plugins.call_each("person_panels", **mine, person=person, user=worker)
        assert plugins.call_each("search", **mine, text="le jar", user=worker)[0].value.title == "Le jardin de mars"
        exported = dict(plugins.ask_everyone("export_person", person=person))
        assert exported["library"]["books"][0]["title"] == "Le jardin de mars"


def test_d_conf_9_erasing_a_person_destroys_her_loans_even_when_it_is_off(app, known):
    lend(app, known, "pour sa fille")
    with app.app_context(), transaction():
        switch("library", on=False, by=None)
    with app.app_context(), transaction():
        plugins_of(app).ask_everyone("erase_person", person=load(known)[1])
    with app.app_context(), reading():
        assert db.session.scalar(select(Loan)) is None


def test_d_conf_9_loans_whose_time_has_come_are_proposed_and_destroyed(app, known):
    lend(app, known)
    [category] = [c for _plugin, c in plugins_of(app).ask_all("register_retention") if c.key == "library.loan"]
    with app.app_context(), transaction():
        assert category.due(date(2026, 11, 1), 10) == []
        db.session.scalar(select(Loan)).returned_on = date(2026, 1, 1)
        db.session.flush()
        [expired] = category.due(date(2026, 11, 1), 10)
        category.destroy(expired.uid)
        with pytest.raises(NotFound):
            category.destroy(expired.uid)
    with app.app_context(), reading():
        assert (expired.code, expired.since) == (load(known)[1].code, date(2026, 1, 1))
        assert db.session.scalar(select(Loan)) is None


def test_d_conf_3_the_town_library_is_told_while_she_agrees(app, known):
    """Only that she comes here, and nobody else."""
    told = {"recipient": rules.TOWN_LIBRARY, "purpose": "studies", "items": ["presence"]}
    with app.test_request_context(), transaction():
        worker, person, _book = load(known)
        with pytest.raises(disclosure.NothingPermits):
            disclosure.authorize(worker, person, **told)
        agreement = actions.agree(worker, person, today())
        db.session.flush()
        assert disclosure.authorize(worker, person, **told).uid == agreement.uid
        assert rules.TOWN_LIBRARY in disclosure.recipients(worker)
        assert agreement.uid in [permit.uid for permit in disclosure.permits(person, worker)]
        for other in ({"items": ["situation"]}, {"recipient": "Autre"}, {"purpose": "legal"}):
            with pytest.raises(disclosure.NothingPermits):
                disclosure.authorize(worker, person, **(told | other))


def test_an_agreement_that_is_over_is_forgotten_by_the_daily_sweep(app, known):
    with app.app_context(), transaction():
        worker, person, _book = load(known)
        actions.agree(worker, person, date(2026, 10, 31))
    for day, left in ((date(2026, 10, 31), 1), (date(2026, 11, 1), 0)):
        with app.app_context(), transaction():
            plugins_of(app).run("library", "run_daily", limit=10, today=day)
        with app.app_context(), reading():
            assert len(queries.agreements(load(known)[1])) == left


def test_d_conf_13_who_sorts_the_books_owes_secrecy(app):
    with app.app_context(), transaction():
        actions.add_helper("Camille Démo", None)
    with app.test_request_context(), reading():
        [bound] = [answer.value for answer in plugins_of(app).call_each("owe_secrecy", only={"library"})]
        assert (bound.name, bound.signed_on) == ("Camille Démo", None)


def test_the_migration_makes_the_tables_of_the_models(context):
    assert schema.differences(schema.history_of("library")) == []


def test_what_is_out_is_handed_out_as_paper_and_as_table(app, known, signed_in):
    lend(app, known)
    browser = signed_in(User(id=known[0]))
    assert browser.get("/library/out.pdf").data.startswith(b"%PDF-")
    told = browser.get("/library/out.xlsx")
    assert [row.cells[0] for row in papers.read_table(told.data)] == ["Title", "Le jardin de mars"]
    assert told.headers["Content-Disposition"] == 'attachment; filename="books.xlsx"'


def test_a_bookmark_names_nobody(app, known, signed_in):
    uid = lend(app, known)
    assert signed_in(User(id=known[0])).get(f"/library/loans/{uid}/bookmark").data.startswith(b"%PDF-")


def test_a_picture_is_kept_for_who_lent_the_book(app, known, signed_in):
    uid = lend(app, known)
    path, browser = f"/library/loans/{uid}/picture", signed_in(User(id=known[0]))
    refused = browser.send(path, {"picture": (BytesIO(b"<svg></svg>"), "book.png")})
    assert refused.status_code == 422 and "This kind of file is not taken" in refused.text
    assert browser.send(path, {"picture": (BytesIO(b"a torn page"), "torn.txt")}).status_code == 303
    page = browser.get(path).text
    address = re.search(r'href="(/papers/[^"]+)"', page)[1]
    assert "torn.txt" in page and browser.get(address).data == b"a torn page"
    other = signed_in("support_worker")
    assert [other.get(each).status_code for each in (path, address)] == [403, 404]
