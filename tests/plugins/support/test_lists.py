"""Lists: the same number of queries for any number of rows, pages that neither repeat nor skip, what hooks answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from app.accounts.models import User
from app.db import db, reading, transaction
from app.journal import Entry
from app.plugins import plugins_of
from app.testing import Browser, SignIn
from app.web.times import today
from plugins.support import actions, forms, queries
from plugins.support.forms.events import EVENTS
from plugins.support.models import CaseFile
from tests.plugins.support.conftest import LINE, House, opened, who

QUERIES_A_PAGE = 12


def fill(house: House, number: int) -> None:
    with house.writing():
        worker, coordinator = who(house.worker), who(house.coordinator)
        for each in range(number):
            code = opened(worker, f"Mésange {each}")
            file = queries.file_by_code(code)
            actions.log_contact(worker, file, kind="news", how="text", day=today(), minutes=None, line=LINE)
            if each % 3 == 0:
                actions.assign(coordinator, file, who(house.peer))


def cost(app: Flask, browser: Browser, path: str) -> int:
    """How many statements a page sends to the database, what it journals included."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert browser.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return sum(statement.startswith(("SELECT", "WITH")) for statement in sent)


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("worker", "/support/files"),
        ("worker", "/support/contact"),
        ("worker", "/support/files/{code}"),
        ("worker", "/support/visits"),
        ("coordinator", "/support/assignments"),
        ("peer", "/support/accompanied"),
    ],
)
def test_law_9_a_page_costs_the_same_for_one_row_and_for_many(
    app: Flask, house: House, signed_in: SignIn, role: str, page: str
) -> None:
    with house.reading():
        user = who(getattr(house, role))
        db.session.expunge(user)
    browser, path = signed_in(user), page.format(code=house.code)
    fill(house, 1)
    browser.get(path)
    few = cost(app, browser, path)
    fill(house, 29)
    with house.writing():
        for _each in range(30):
            file = queries.file_or_404(house.code, who(house.worker))
            actions.log_contact(who(house.worker), file, kind="news", how="text", day=today(), minutes=None, line=LINE)
    assert cost(app, browser, path) == few
    assert few <= QUERIES_A_PAGE


def test_pages_of_files_neither_repeat_nor_skip(house: House) -> None:
    fill(house, 60)
    seen: list[str] = []
    after = None
    with house.reading():
        while True:
            page = queries.my_files(who(house.worker), after=after)
            seen += [row.code for row in page.rows]
            after = page.after
            if after is None:
                break
        assert len(seen) == len(set(seen)) == 61


def test_pages_of_contacts_neither_repeat_nor_skip(house: House) -> None:
    with house.writing():
        worker = who(house.worker)
        file = queries.file_or_404(house.code, worker)
        for ago in range(60):
            day = today() - timedelta(days=ago // 3)
            actions.log_contact(worker, file, kind="news", how="text", day=day, minutes=ago + 1, line=None)
    with house.reading():
        worker = who(house.worker)
        file = queries.file_or_404(house.code, worker)
        seen, before = [], None
        while True:
            page = queries.timeline(file, worker, before)
            seen += [(each.contact.day, each.contact.id) for each in page.exchanges]
            before = page.older
            if before is None:
                break
    assert len(seen) == 60 and seen == sorted(seen, reverse=True)


def test_what_is_due_comes_first(house: House) -> None:
    fill(house, 3)
    with house.writing():
        last = db.session.scalars(select(CaseFile).order_by(CaseFile.id.desc())).first()
        code, version = last.person.code, last.version
        actions.set_next_step(who(house.worker), last, step="call", on=today(), line=None, version=version)
    with house.reading():
        assert queries.my_files(who(house.worker)).rows[0].code == code


def test_a_file_without_a_worker_waits_on_the_coordinators_list(house: House) -> None:
    with house.writing():
        [follower] = queries.followers([1])[1]
        actions.end_assignment(who(house.coordinator), follower.assignment)
    with house.reading():
        assert queries.count_waiting() == 1
        assert [row.code for row in queries.caseload(waiting=True).rows] == [house.code]
        loads = {load.user.id: load for load in queries.workloads()}
        assert set(loads) == {house.worker, house.other, house.peer} and loads[house.worker].files == 0


# --- what hooks answer ---------------------------------------------------------------------------------------------


@contextmanager
def asking(house: House) -> Iterator[None]:
    """As within a request: hooks give addresses."""
    with house.app.test_request_context(), reading():
        yield


def asked(app: Flask, hook: str, **arguments: object) -> list[object]:
    return [answer.value for answer in plugins_of(app).call_each(hook, **arguments) if answer.plugin == "support"]


@pytest.mark.parametrize(("role", "cards"), [("worker", 4), ("peer", 1), ("coordinator", 2), ("administrator", 0)])
def test_each_role_has_its_cards_and_they_are_drawn(house: House, signed_in: SignIn, role: str, cards: int) -> None:
    with asking(house):
        user = who(getattr(house, role))
        assert len(asked(house.app, "desk_cards", user=user)) == cards
        db.session.expunge(user)
    page = signed_in(user).get("/")
    assert page.status_code == 200 and "could not be shown" not in page.text


def test_deadlines_name_a_code_and_no_name(house: House) -> None:
    with house.writing():
        file = queries.file_by_code(house.code)
        actions.set_next_step(who(house.worker), file, step="call", on=today(), line="secret", version=1)
    with asking(house):
        [due] = asked(house.app, "deadlines", user=who(house.worker), until=today())
        assert house.code in str(due.title) and due.day == today()  # type: ignore[attr-defined]
        for role in ("other", "peer", "coordinator", "administrator"):
            assert asked(house.app, "deadlines", user=who(getattr(house, role)), until=today()) == []


def test_search_offers_to_log_a_contact_and_only_to_who_follows(house: House) -> None:
    with asking(house):
        for typed in (house.code[:3].lower(), "hiron"):
            [found] = asked(house.app, "search", text=typed, user=who(house.worker))
            assert house.code in str(found.title) and found.url == f"/support/files/{house.code}"  # type: ignore[attr-defined]
        for role in ("other", "peer", "coordinator", "administrator"):
            assert asked(house.app, "search", text=house.code, user=who(getattr(house, role))) == []


def test_the_panel_is_for_who_may_open_both_safes(house: House) -> None:
    with house.writing():
        actions.assign(who(house.coordinator), queries.file_by_code(house.code), who(house.peer))
    with asking(house):
        person = queries.file_by_code(house.code).person
        assert len(asked(house.app, "person_panels", person=person, user=who(house.worker))) == 1
        for role in ("other", "peer", "coordinator", "administrator"):
            assert asked(house.app, "person_panels", person=person, user=who(getattr(house, role))) == []


def test_each_event_of_ours_has_its_sentence() -> None:
    from pathlib import Path

    sources = "".join(path.read_text("utf-8") for path in Path(actions.__file__).parent.glob("*.py"))
    calls = re.findall(r"\b(?:record|changed)\(([^)]*)", sources)
    recorded = {name for call in calls for name in re.findall(r'"support\.(\w+)"', call)}
    assert recorded == set(EVENTS)
    assert forms.describe(Entry("people.registered", None)) is None


def test_a_sentence_is_answered_to_the_journal(house: House) -> None:
    with asking(house):
        event_of_ours = Entry("support.contact_logged", None)
        assert plugins_of(house.app).call_first("describe_event", event=event_of_ours)


def test_the_settings_check_says_what_to_write(context: Flask) -> None:
    assert forms.weeks("12") == 12
    for wrong in ("0", "105", "douze", ""):
        with pytest.raises(ValueError, match="104"):
            forms.weeks(wrong)


# --- the demo ------------------------------------------------------------------------------------------------------


def test_the_demo_holds_what_the_rules_allow(app: Flask) -> None:
    from app.demo import fill as fill_demo

    app.config["SETTINGS"] = replace(app.config["SETTINGS"], demo=True)
    with app.app_context(), transaction():
        fill_demo(app, 60)
    with app.app_context(), reading():
        wrong = select(func.count(CaseFile.id)).where(CaseFile.due_on > CaseFile.reassess_on)
        assert db.session.scalar(wrong) == 0
        worker = db.session.scalars(select(User.id).order_by(User.id)).first()
        page = queries.my_files(who(worker))
        assert page.rows
        file = queries.file_or_404(page.rows[0].code, who(worker))
        assert all(each.contact.line != "" for each in queries.timeline(file, who(worker)).exchanges)


LONG_TEXTS = ["x" * 100_000, "é" * 60_000, "ab " * 3000, " ".join(f"ab{n}" for n in range(2000)), "%", "_"]


@pytest.mark.parametrize("path", ["/support/files", "/support/contact/who", "/people"])
def test_a_search_for_pages_of_text_breaks_nothing(house: House, signed_in: SignIn, path: str) -> None:
    with house.reading():
        worker = who(house.worker)
        db.session.expunge(worker)
    browser = signed_in(worker)
    for text in LONG_TEXTS:
        assert browser.send(path, {"q": text}, seen="/support/contact").status_code == 200
