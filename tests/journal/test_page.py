"""The journal's page, its check and its exported heads."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.permissions import ROLES
from app.db import db, now, reading, transaction
from app.errors import NotAllowed
from app.journal import actions, head, record
from app.journal.actions import export_head, heads_file
from app.journal.models import JournalEntry
from app.journal.queries import Wanted
from app.testing import SignIn, add_user


def told(action: str) -> list[str]:
    with reading():
        return list(db.session.scalars(select(JournalEntry.codes).where(JournalEntry.action == action)))


@pytest.fixture
def entries(app: Flask) -> str:
    """Some entries by two people about two persons; the uid of the first."""
    with app.app_context(), transaction():
        one, two = add_user("Rose Exemple", "support_worker"), add_user("Lise Exemple", "support_worker")
        for number in range(60):
            record("vault.opened", by=one if number % 2 else two, codes=["K7M2Q"], why="assigned", n=number)
        record("vault.refused", by=two, codes=["V2P6"])
        return one.uid


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"privacy_officer"}))
def test_only_the_privacy_officer_reads_the_journal(signed_in: SignIn, role: str) -> None:
    browser = signed_in(role)
    assert browser.get("/journal").status_code == 403
    assert browser.send("/journal/verify", seen="/").status_code == 403


def test_nobody_signed_out_reads_the_journal(app: Flask) -> None:
    assert app.test_client().get("/journal").status_code == 302


def rows(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'data-label="No." class="num">(\d+)<', page)]


def test_pages_go_from_the_newest_to_the_oldest(signed_in: SignIn, entries: str) -> None:
    officer = signed_in("privacy_officer")
    first = officer.get("/journal").text
    assert rows(first) == list(range(61, 11, -1))
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    assert rows(officer.get(older[1].replace("&amp;", "&")).text) == list(range(11, 0, -1))


def test_filters_by_code_user_action_and_period(signed_in: SignIn, entries: str) -> None:
    officer = signed_in("privacy_officer")
    assert rows(officer.get("/journal?code=v2p6").text) == [61]
    assert len(rows(officer.get(f"/journal?user={entries}").text)) == 30
    assert rows(officer.get("/journal?action=vault.refused").text) == [61]
    assert len(rows(officer.get(f"/journal?code=K7M2Q&user={entries}&action=vault.opened").text)) == 30
    today, week = now().date(), timedelta(days=7)
    assert rows(officer.get(f"/journal?since={today - week}&until={today + week}&action=vault.refused").text) == [61]
    assert rows(officer.get(f"/journal?until={today - week}").text) == []
    assert rows(officer.get(f"/journal?since={today + week}").text) == []


@pytest.mark.parametrize(
    "query",
    [
        "code=Élise%20n’a",
        "user=x",
        "action=%27;--",
        "since=hier",
        "before=x",
        "until=9999-12-31",
        "since=0001-01-01",
        "before=99999999999999999999",
    ],
)
def test_what_cannot_be_asked_is_not_asked(signed_in: SignIn, entries: str, query: str) -> None:
    assert signed_in("privacy_officer").get(f"/journal?{query}").status_code == 200


def test_d_conf_10_reading_the_journal_is_journaled(app: Flask, signed_in: SignIn, entries: str) -> None:
    signed_in("privacy_officer").get("/journal?code=K7M2Q")
    with app.app_context():
        assert told("journal.read") == ["K7M2Q"]


def test_an_event_is_told_by_its_plugin_else_in_words(app: Flask, signed_in: SignIn) -> None:
    with app.app_context(), transaction():
        record("gone.thing_done", by=None)
        record("vault.refused", by=None)
    page = signed_in("privacy_officer").get("/journal").text
    assert "gone: thing done" in page and "Was refused a confidential record" in page


def test_the_button_says_what_was_found(app: Flask, signed_in: SignIn, entries: str) -> None:
    officer = signed_in("privacy_officer")
    assert "not been verified yet" in officer.get("/journal").text
    assert officer.send("/journal/verify", seen="/journal").status_code == 302
    assert "entries hold" in officer.get("/journal").text
    with app.app_context(), transaction():
        db.session.execute(text("UPDATE core_journal SET codes = 'V2P6' WHERE seq = 7"))
    officer.send("/journal/verify", seen="/journal")
    page = officer.get("/journal").text
    assert "does not hold" in page and "at entry 7" in page


def test_a_head_is_exported_outside_of_the_database_and_proves_a_later_change(
    app: Flask, signed_in: SignIn, entries: str
) -> None:
    runner = app.test_cli_runner()
    with app.app_context():
        with transaction():
            export_head(date(2026, 11, 23))
            latest = head()
        assert heads_file().read_text() == f"2026-11-23 {latest.seq} {latest.hash}\n"
        assert heads_file().stat().st_mode & 0o777 == 0o600
    assert runner.invoke(args=["journal", "verify"]).exit_code == 0
    with app.app_context(), transaction():  # cut the end off, and set the head as if it had always been there
        last = db.session.scalar(select(JournalEntry.hash).where(JournalEntry.seq == 20))
        db.session.execute(text("DELETE FROM core_journal WHERE seq > 20"))
        db.session.execute(text("UPDATE core_journal_head SET seq = 20, hash = :last"), {"last": last})
    answer = runner.invoke(args=["journal", "verify"])
    assert answer.exit_code == 1 and "kept from before is not in the journal" in answer.output
    officer = signed_in("privacy_officer")
    officer.send("/journal/verify", seen="/journal")
    assert "no longer in it" in officer.get("/journal").text


def test_the_command_names_the_entry_and_knows_heads(app: Flask, entries: str) -> None:
    runner = app.test_cli_runner()
    with app.app_context(), reading():
        kept = head().hash
    assert runner.invoke(args=["journal", "verify", "--head", kept.upper()]).exit_code == 0
    assert runner.invoke(args=["journal", "verify", "--head", "f" * 64]).exit_code == 1
    with app.app_context(), transaction():
        db.session.execute(text("DELETE FROM core_journal WHERE seq = 12"))
    answer = runner.invoke(args=["journal", "verify"])
    assert answer.exit_code == 1 and "from entry 12 on" in answer.output


def test_the_page_asks_few_questions_of_the_database(app: Flask, signed_in: SignIn, entries: str) -> None:
    from sqlalchemy import event

    officer, statements = signed_in("privacy_officer"), []
    officer.get("/journal")
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    officer.get("/journal")
    assert len([statement for statement in statements if statement.startswith(("SELECT", "WITH"))]) <= 12


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"privacy_officer"}))
def test_the_actions_themselves_refuse_whoever_is_not_the_privacy_officer(context: Flask, role: str) -> None:
    with transaction():
        user_id = add_user("Rose Exemple", role).id
    for ask in (lambda user: actions.check_now(user), lambda user: actions.read(user, Wanted())):
        with reading(), pytest.raises(NotAllowed):
            ask(db.session.get_one(User, user_id, options=[joinedload(User.roles)]))
    assert len(told("accounts.refused")) == 2


@pytest.fixture
def told_of(app: Flask) -> None:
    """One entry of each kind that names a reason, a role, a permission."""
    with app.app_context(), transaction():
        for why in ("search", "list", "person", "register", "registered", "support.file", "support.list"):
            record("vault.opened", by=None, why=why)
        record("accounts.role_given", by=None, role="fund_payer")
        record("accounts.refused", by=None, permission="core.journal.read")
        record("accounts.refused", by=None, permission="support.assign")
        record("accounts.refused", by=None, permission="gone.thing")
        record("support.contact_logged", by=None)


def test_reasons_roles_and_permissions_are_told_in_words(signed_in: SignIn, told_of: None) -> None:
    page = signed_in("privacy_officer").get("/journal").text
    for words in ("a search", "the list of persons", "Treasurer (fund payer)", "Read the journal", "Assign files"):
        assert words in page.split("<table")[1], words
    for raw in ("why: search", "support.file", "support.list", "fund_payer", "core.journal.read", "support.assign"):
        assert raw not in page.split("<table")[1], raw
    assert "gone.thing" in page  # nobody can say any more what it was


def test_each_reader_has_them_in_her_language(signed_in: SignIn, told_of: None) -> None:
    """Whoever read the page before, in whichever language."""
    officer = signed_in("privacy_officer")
    for language, said in (("en", "a search"), ("fr", "une recherche"), ("en", "a search")):
        officer.get(f"/language/{language}")
        page = officer.get("/journal").text
        assert said in page and (language == "fr") is ("Trésorière" in page)


def test_the_filter_names_a_plugins_events_as_the_plugin_does(signed_in: SignIn, told_of: None) -> None:
    page = signed_in("privacy_officer").get("/journal").text
    assert '<option value="support.contact_logged">Noted a contact</option>' in page


def test_every_reason_of_the_core_has_words() -> None:
    source = "".join(path.read_text("utf-8") for path in (Path(__file__).parents[2] / "app").rglob("*.py"))
    reasons = set(re.findall(r'why="([a-z]+)"', source)) | set(re.findall(r'_lines\(.*"([a-z]+)"', source))
    known = (Path(__file__).parents[2] / "app/web/templates/journal/_sentences.html").read_text("utf-8")
    assert {reason for reason in reasons if f'"{reason}":' not in known} == set()
    assert {"search", "duplicates", "list"} <= reasons
