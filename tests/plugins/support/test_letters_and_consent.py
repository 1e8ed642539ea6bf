"""Letters with her real consents behind the gate (D-CONF-2, D-CONF-3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from sqlalchemy import func, select

from app.db import db, now
from app.people.models import Disclosure
from app.testing import Browser, SignIn
from plugins.confidentiality.actions import consents
from plugins.support import actions, queries
from plugins.support.models import Letter
from plugins.support.rules.letters import Piece
from tests.plugins.confidentiality.her_consents import again, signed
from tests.plugins.support.conftest import House, who

RECIPIENT = "Maison du Tilleul"


def drafted(house: House, *items: str, recipient: str = RECIPIENT) -> str:
    with house.writing():
        worker = who(house.worker)
        file = queries.file_or_404(house.code, worker)
        to: dict[str, Any] = {"recipient": recipient, "purpose": "housing", "language": "fr"}
        letter = actions.letters.begin_letter(worker, file, **to)
        pieces = [Piece(item, item, f"Texte de {item}.") for item in items]
        actions.letters.save_letter(worker, letter, version=1, way="handed", pieces=pieces, **to)
        return letter.uid


def consent(house: House) -> str:
    with house.writing():
        return signed(who(house.worker), house.code).uid  # her needs and identity, ten days


def browser_of(house: House, signed_in: SignIn) -> Browser:
    with house.reading():
        user = who(house.worker)
        db.session.expunge(user)
    return signed_in(user)


def send(house: House, browser: Browser, uid: str) -> Any:
    with house.reading():
        version = db.session.scalars(select(Letter.version).where(Letter.uid == uid)).one()
    seen = f"/support/letters/{uid}/preview"
    return browser.send(f"/support/letters/{uid}/send", {"version": version}, seen=seen)


def left(house: House) -> int:
    with house.reading():
        return db.session.scalar(select(func.count(Disclosure.id))) or 0


def test_d_conf_3_what_she_signed_lets_it_leave_and_names_the_consent(house: House, signed_in: SignIn) -> None:
    signed_uid, browser = consent(house), browser_of(house, signed_in)
    page = browser.get(f"/support/files/{house.code}/letters").text
    assert RECIPIENT in page and signed_uid in page
    uid = drafted(house, "needs", "identity")
    assert "Covered today" in browser.get(f"/support/letters/{uid}").text
    assert send(house, browser, uid).status_code == 303
    with house.reading():
        assert db.session.scalars(select(Disclosure.permit)).one() == signed_uid


def test_d_conf_2_withdrawn_while_a_letter_is_written_it_can_not_be_sent(house: House, signed_in: SignIn) -> None:
    signed_uid, browser = consent(house), browser_of(house, signed_in)
    uid = drafted(house, "needs")
    page = browser.get(f"/support/letters/{uid}/preview").text
    with house.writing():
        worker = who(house.worker)
        consents.withdraw(worker, again(signed_uid, worker), how="oral")
    with house.reading():
        version = db.session.scalars(select(Letter.version)).one()
    token = browser._token.search(page)[1]  # type: ignore[index]
    answer = browser.post(f"/support/letters/{uid}/send", data={"version": version, "csrf_token": token})
    assert answer.status_code == 409 and "Texte de needs." in answer.text and "/confidentiality/" in answer.text
    assert left(house) == 0


def test_d_conf_2_over_by_the_day_it_is_sent(house: House, signed_in: SignIn) -> None:
    consent(house)
    uid = drafted(house, "needs")
    with time_machine.travel(now() + timedelta(days=11), tick=False):
        answer = send(house, browser_of(house, signed_in), uid)
        assert answer.status_code == 409 and "Texte de needs." in answer.text
    assert left(house) == 0


def test_d_conf_3_partly_covered_it_names_what_is_not_and_sends_the_rest(house: House, signed_in: SignIn) -> None:
    consent(house)
    uid, browser = drafted(house, "needs", "meetings"), browser_of(house, signed_in)
    answer = send(house, browser, uid)
    assert answer.status_code == 409 and "Summaries of the meetings" in answer.text and left(house) == 0
    with house.reading():
        version = db.session.scalars(select(Letter.version)).one()
    seen = f"/support/letters/{uid}/preview"
    assert browser.send(f"/support/letters/{uid}/leave-out", {"version": version}, seen=seen).status_code == 303
    assert send(house, browser, uid).status_code == 303
    with house.reading():
        assert db.session.scalars(select(Disclosure.items)).one() == "needs"


def test_d_conf_3_another_recipient_is_told_nothing(house: House, signed_in: SignIn) -> None:
    consent(house)
    uid = drafted(house, "needs", recipient="Maison du Tilleuls")
    answer = send(house, browser_of(house, signed_in), uid)
    assert answer.status_code == 409 and left(house) == 0


def test_law_9_the_pages_of_letters_cost_the_same_for_one_and_for_many(house: House, signed_in: SignIn) -> None:
    from tests.plugins.support.test_lists import QUERIES_A_PAGE, cost

    consent(house)
    uid, browser = drafted(house, "needs"), browser_of(house, signed_in)
    pages = (f"/support/files/{house.code}/letters", f"/support/letters/{uid}", f"/support/letters/{uid}/preview")
    few = []
    for page in pages:
        browser.get(page)
        few.append(cost(house.app, browser, page))
    for _each in range(20):
        drafted(house, "needs")
    assert [cost(house.app, browser, page) for page in pages] == few
    assert max(few) <= QUERIES_A_PAGE, few
