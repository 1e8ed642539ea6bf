"""A file's first page: every topic at a glance, at the same price however much there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, update

from app.catalogue.models import Service
from app.db import db, now
from app.testing import Browser, SignIn
from app.vault.bulk import insert_many
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.models import Contact, Meeting, Objective, Referral, StandIn, Step
from plugins.support.rules import first_meeting as rules
from tests.plugins.support.conftest import LINE, House, who

MOST = 12  # statements of a page, the frame's included (QUALITY)


@pytest.fixture
def browser(house: House, signed_in: SignIn) -> Browser:
    with house.reading():
        user = who(house.worker)
        db.session.expunge(user)
    return signed_in(user)


def page(house: House) -> str:
    return f"/support/files/{house.code}"


def fill(house: House, contacts: int, meetings: int, steps: int) -> None:
    """Add so many of each to her file."""
    with house.writing():
        worker = who(house.worker)
        file = queries.file_or_404(house.code, worker)
        day = today()
        for _each in range(contacts):
            actions.log_contact(worker, file, kind="support", how="text", day=day, minutes=None, line=LINE)
        common = {"file_id": file.id, "safe_id": file.safe_id, "version": 1}
        by = {"by": worker.id, "at": now()}
        held = {"day": day, "how": "phone", "orientation": "none", "reassessed": False, "summary": "Résumé."}
        insert_many(Meeting, [{**common, **by, **held}] * meetings)
        to_do = {"kind": "legal", "state": "todo", "open": True, "sort_on": day, "due_on": day, "what": "Étape."}
        insert_many(Step, [{**common, **by, **to_do}] * steps)
        aim = {"words": "Objectif.", "level": "begun", "created_on": day, "level_on": day}
        insert_many(Objective, [{**common, **aim}] * steps)
        sent = {"form": "told", "recipient": "Organisme.", "on": day, "ask_on": day}
        insert_many(Referral, [{**common, **by, **sent}] * steps)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile, those that read."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_law_9_it_costs_the_same_with_500_contacts_50_meetings_and_40_steps(
    app: Flask, house: House, browser: Browser
) -> None:
    browser.get(page(house))
    prices, weights = [], []
    for size in ((0, 0, 0), (10, 10, 10), (490, 40, 30)):
        fill(house, *size)
        with counted(app) as sent:
            answer = browser.get(page(house))
        prices.append(len(sent))
        weights.append(len(answer.data))
    assert len(set(prices)) == 1 and prices[0] <= MOST, prices
    assert weights[2] <= 1.1 * weights[1]  # as many rows are drawn


def test_a_few_of_each_topic_are_shown_and_the_last_meeting(house: House, browser: Browser) -> None:
    fill(house, 30, 8, 8)
    with house.reading():
        found = queries.glance(queries.file_or_404(house.code, who(house.worker)))
        assert [len(each) for each in (found.objectives, found.steps, found.referrals)] == [5, 5, 5]
        assert found.meeting is not None and found.meeting.text == "Résumé."
        assert {line.text for line in (*found.objectives, *found.steps, *found.referrals)} == {
            "Objectif.",
            "Étape.",
            "Organisme.",
        }
    text = browser.get(page(house)).text
    assert text.count(LINE) == 10 and "Organisme." in text and "before=" in text


def test_what_has_been_offered_and_what_has_not(house: House, browser: Browser) -> None:
    text = browser.get(page(house)).text
    assert text.count("Not offered yet") == 7 and "Begin the first meeting" in text
    with house.writing():
        worker = who(house.worker)
        file = queries.file_or_404(house.code, worker)
        actions.first_meeting.begin(worker, file, language="fr", interpreter="no")
        actions.first_meeting.tell_limits(worker, file)
        for state in ("offered", "declined"):
            last = queries.first_meeting.offers(file)["network"].version
            actions.first_meeting.answer(worker, file, "network", state=state, day=today(), version=last)
    text = browser.get(page(house)).text
    assert text.count("Not offered yet") == 6 and "Declined" in text and "Go on with the first meeting" in text
    with house.reading():
        found = queries.glance(queries.file_or_404(house.code, who(house.worker)))
        assert {what: found.stands(what) for what in rules.COMMITMENTS} == {
            **dict.fromkeys(rules.COMMITMENTS, ""),
            "network": "declined",
        }


@pytest.mark.parametrize(
    ("number", "gone"), [(2, "steps"), (4, "referrals"), (4, "letters"), (9, "plan"), (8, "relatives")]
)
def test_a_service_that_is_off_leaves_no_trace_on_it(house: House, browser: Browser, number: int, gone: str) -> None:
    fill(house, 1, 1, 1)
    assert f'href="{page(house)}/{gone}"' in browser.get(page(house)).text
    with house.writing():
        db.session.get_one(Service, number).enabled = False
    text = browser.get(page(house)).text
    assert f'href="{page(house)}/{gone}"' not in text and f'href="{page(house)}/meetings"' in text
    assert browser.get(f"{page(house)}/{gone}").status_code == 404


def test_d_conf_1_who_stands_in_is_shown_until_when(house: House, browser: Browser) -> None:
    with house.writing():
        file = queries.file_or_404(house.code, who(house.worker))
        row = {"file_id": file.id, "safe_id": file.safe_id, "user_id": house.coordinator, "why": "urgent", "hours": 2}
        for until in (now() + timedelta(hours=2), now() - timedelta(hours=1)):
            db.session.add(StandIn(**row, until=until, review_by=today()))
    with house.reading():
        file = queries.file_or_404(house.code, who(house.worker))
        found = queries.who_follows(file)
        assert [(each.user.id, each.until is None) for each in found] == [
            (house.worker, True),
            (house.coordinator, False),
        ]
    text = browser.get(page(house)).text
    assert "Coordonnatrice" in text and "Stands in until" in text


def test_a_damaged_value_hides_itself_alone(house: House, browser: Browser) -> None:
    fill(house, 1, 1, 1)
    with house.writing():
        table = Objective.__table__
        db.session.execute(update(table).values(words=b"\0" * 40))
    answer = browser.get(page(house))
    assert answer.status_code == 200 and "Could not be read" in answer.text and "Étape." in answer.text


def test_a_closed_file_offers_nothing_to_fill_in(house: House, browser: Browser) -> None:
    fill(house, 1, 1, 1)
    with house.writing():
        actions.close_file(who(house.worker), queries.file_or_404(house.code, who(house.worker)))
    text = browser.get(page(house)).text
    assert "Reopen her file" in text and "Étape." in text
    posts = set(re.findall(r'method="post" action="(/support/[^"]+)"', text))
    assert posts == {f"{page(house)}/reopen"}
    with house.reading():
        assert db.session.query(Contact).count() == 1
