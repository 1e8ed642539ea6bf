"""Letters leave through the one way out, or not at all (D-CONF-3). Every way round is tried."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import vault
from app.catalogue.models import Service
from app.db import db, transaction
from app.journal.models import JournalEntry
from app.papers.models import Paper
from app.papers.queries import Content, paper_or_404
from app.people.models import Disclosure
from app.plugins import guard, switch
from app.testing import Browser, SignIn
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.models import Letter, Referral
from plugins.support.rules.letters import Piece
from tests.papers.test_documents import read as words_of
from tests.plugins.support.conftest import House, opened, who
from tests.plugins.support.gatekeeper import PURPOSE, RECIPIENT, SOURCE, behaves, permit, permitted
from tests.plugins_core.conftest import Install, MakeApp, install, start

__all__ = ["install", "start"]  # fixtures


@pytest.fixture
def app(install: Install, start: MakeApp) -> Iterator[Flask]:
    """The house with the gatekeeper on; what really answers is off, so that nothing else permits or refuses."""
    install("gate", SOURCE)
    made = start("gate")
    with made.app_context(), transaction():
        switch("confidentiality", on=False, by=None, why="test")
    yield made


def drafted(house: House, *items: str, recipient: str = RECIPIENT, purpose: str = PURPOSE, way: str = "handed") -> str:
    """A draft with a piece for each item: its uid."""
    with house.writing():
        worker = who(house.worker)
        file = queries.file_or_404(house.code, worker)
        letter = actions.letters.begin_letter(worker, file, recipient=recipient, purpose=purpose, language="fr")
        pieces = [Piece(item, f"Titre {item}", f"Texte de {item}.") for item in items]
        told = {"recipient": recipient, "purpose": purpose, "language": "fr", "way": way, "pieces": pieces}
        actions.letters.save_letter(worker, letter, version=letter.version, **told)
        return letter.uid


def browser_of(house: House, signed_in: SignIn, role: str = "worker") -> Browser:
    with house.reading():
        user = who(getattr(house, role))
        db.session.expunge(user)
    return signed_in(user)


def version_of(house: House, uid: str) -> int:
    with house.reading():
        return db.session.scalars(select(Letter.version).where(Letter.uid == uid)).one()


def send(house: House, browser: Browser, uid: str, **forged: object) -> Any:
    """Press the button of the page that was looked at."""
    data = {"version": version_of(house, uid), **forged}
    return browser.send(f"/support/letters/{uid}/send", data, seen=f"/support/letters/{uid}/preview")


def nothing_left(house: House, uid: str) -> None:
    """No entry, no paper, and the draft as it was."""
    with house.reading():
        assert db.session.scalar(select(func.count(Disclosure.id))) == 0
        assert db.session.scalar(select(func.count(Paper.id))) == 0
        letter = queries.letters.letter_or_404(uid, who(house.worker))
        assert letter.sent_at is None and letter.disclosure is None and letter.paper is None
        assert all(piece.text == f"Texte de {piece.item}." for piece in queries.letters.pieces_of(letter))


def refused(house: House, answer: Any, uid: str) -> None:
    assert answer.status_code == 409, answer.status_code
    assert "It did not leave. What you wrote is kept." in answer.text
    nothing_left(house, uid)
    with house.reading():
        assert "people.disclosure_refused" in db.session.scalars(select(JournalEntry.action)).all()


# --- what is covered leaves, once, as it is ------------------------------------------------------------------------


def test_d_conf_3_a_covered_letter_leaves_and_holds_what_is_covered_alone(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives", "steps", "meetings"))
    uid = drafted(house, "objectives", "steps")
    answer = send(house, browser_of(house, signed_in), uid)
    assert (answer.status_code, answer.location) == (303, f"/support/letters/{uid}")
    with house.reading():
        worker = who(house.worker)
        letter = queries.letters.letter_or_404(uid, worker)
        entry = db.session.scalars(select(Disclosure)).one()
        assert (entry.uid, entry.subject, entry.permit) == (letter.disclosure, uid, "consent-1")
        assert entry.items.split() == ["objectives", "steps"] and entry.way == "handed"
        paper = paper_or_404(letter.paper or "", worker)
        content = b"".join(Content(paper))
        assert entry.sha256 == hashlib.sha256(content).hexdigest() and entry.recipient == RECIPIENT
        said = words_of(content)
        assert "Texte de objectives." in said and "Texte de steps." in said and "meetings" not in said


def test_a_letter_leaves_once_and_then_stays_as_it_left(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives"))
    uid, browser = drafted(house, "objectives"), browser_of(house, signed_in)
    assert send(house, browser, uid).status_code == 303
    assert send(house, browser, uid).status_code == 409
    page = browser.get(f"/support/letters/{uid}")
    assert "It has left" in page.text and "/papers/" in page.text and "<textarea" not in page.text
    changed = {"version": version_of(house, uid), "recipient": "X", "purpose": "legal", "way": "post", "language": "fr"}
    assert browser.send(f"/support/letters/{uid}", changed).status_code == 409
    for verb in ("leave-out", "discard"):
        answer = browser.send(f"/support/letters/{uid}/{verb}", changed, seen=f"/support/letters/{uid}")
        assert answer.status_code == 409
    with house.reading():
        assert db.session.scalar(select(func.count(Disclosure.id))) == 1


def test_two_workers_send_one_letter_at_once_and_it_leaves_once(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives"))
    uid = drafted(house, "objectives")
    with house.writing():
        actions.assign(who(house.coordinator), queries.file_by_code(house.code), who(house.other))
    browsers = [browser_of(house, signed_in, role) for role in ("worker", "other")]
    data = {"version": version_of(house, uid)}
    for browser in browsers:
        data[f"token{id(browser)}"] = browser._token.search(browser.get(f"/support/letters/{uid}/preview").text)[1]  # type: ignore[index,assignment]
    answers: list[int] = []

    def press(browser: Browser) -> None:
        sent = {"version": data["version"], "csrf_token": data[f"token{id(browser)}"]}
        answers.append(browser.post(f"/support/letters/{uid}/send", data=sent).status_code)

    threads = [threading.Thread(target=press, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]
    with house.reading():
        assert db.session.scalar(select(func.count(Disclosure.id))) == 1


def test_what_is_spoken_is_entered_and_makes_no_paper(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "presence"))
    uid = drafted(house, "presence", way="spoken")
    assert send(house, browser_of(house, signed_in), uid).status_code == 303
    with house.reading():
        entry = db.session.scalars(select(Disclosure)).one()
        assert (entry.way, entry.paper, db.session.scalar(select(func.count(Paper.id)))) == ("spoken", None, 0)


def test_a_referral_is_asked_about_once_its_letter_left(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives"))
    with house.writing():
        worker = who(house.worker)
        file = queries.file_or_404(house.code, worker)
        told = {"recipient": RECIPIENT, "reason": None, "on": today()}
        referral = actions.referrals.refer(worker, file, form="sent", **told)
        assert referral.ask_on is None
        to = {"recipient": RECIPIENT, "purpose": PURPOSE, "language": "fr"}
        letter = actions.letters.begin_letter(worker, file, referral=referral, **to)
        pieces = [Piece("objectives", "Titre", "Texte de objectives.")]
        actions.letters.save_letter(worker, letter, version=1, way="post", pieces=pieces, **to)
        uid = letter.uid
    assert send(house, browser_of(house, signed_in), uid).status_code == 303
    with house.reading():
        assert db.session.scalars(select(Referral.ask_on)).one() == today() + timedelta(days=14)


# --- every way round ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "items"),
    [
        ({"until": today() - timedelta(days=1)}, ("objectives", "steps")),
        ({"recipient": "Logis Demo 2"}, ("objectives", "steps")),
        ({"recipient": "Logis Dém"}, ("objectives", "steps")),
        ({"recipient": "Logi Démo"}, ("objectives", "steps")),
        ({"recipient": ""}, ("objectives", "steps")),
        ({"purpose": "legal"}, ("objectives", "steps")),
        ({}, ("objectives",)),
        ({}, ()),
        ({"code": "ZZZZZ"}, ("objectives", "steps")),
    ],
    ids=["expired", "other", "shorter", "one-letter", "nobody", "purpose", "one-item-too-many", "no-item", "person"],
)
def test_d_conf_3_a_permit_for_something_else_is_none(
    house: House, signed_in: SignIn, told: dict[str, Any], items: tuple[str, ...]
) -> None:
    uid = drafted(house, "objectives", "steps")
    permitted(permit(*(told.get("code", house.code), *items), **{k: v for k, v in told.items() if k != "code"}))
    refused(house, send(house, browser_of(house, signed_in), uid), uid)


def test_d_conf_2_two_permits_are_never_added_up(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives"), permit(house.code, "steps", uid="consent-2"))
    uid = drafted(house, "objectives", "steps")
    refused(house, send(house, browser_of(house, signed_in), uid), uid)


@pytest.mark.parametrize("mode", ["raises", "hangs", "nonsense"])
def test_d_conf_3_a_fault_in_what_permits_means_no(
    house: House, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(guard, "TIME_LIMIT", 0.5)
    permitted(permit(house.code, "objectives"))
    uid, browser = drafted(house, "objectives"), browser_of(house, signed_in)
    data = {"version": version_of(house, uid)}
    page = browser.get(f"/support/letters/{uid}/preview")
    behaves(mode)
    data["csrf_token"] = browser._token.search(page.text)[1]  # type: ignore[index,assignment]
    answer = browser.post(f"/support/letters/{uid}/send", data=data)
    assert "her name" not in answer.text
    refused(house, answer, uid)


def test_d_conf_2_withdrawn_while_the_letter_is_written(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives"))
    uid, browser = drafted(house, "objectives"), browser_of(house, signed_in)
    page = browser.get(f"/support/letters/{uid}/preview")
    assert "Covered today" in page.text
    permitted()
    data = {"version": version_of(house, uid), "csrf_token": browser._token.search(page.text)[1]}  # type: ignore[index]
    answer = browser.post(f"/support/letters/{uid}/send", data=data)
    refused(house, answer, uid)
    assert "No consent covers this." in answer.text and "Ask her first." in answer.text
    assert 'href="/ask-her"' in answer.text and "Texte de objectives." in answer.text


def test_d_conf_3_what_the_request_says_is_not_what_leaves(house: House, signed_in: SignIn) -> None:
    browser = browser_of(house, signed_in)
    forged = {"recipient": RECIPIENT, "purpose": PURPOSE, "items": "objectives", "permit": "consent-1", "parts": "[]"}
    permitted(permit(house.code, "objectives"))
    uid = drafted(house, "objectives", recipient="Ailleurs Démo")
    refused(house, send(house, browser, uid, **forged), uid)
    uid = drafted(house, "life_history")
    refused(house, send(house, browser, uid, **{**forged, "part_objectives-text": "autre"}), uid)


def test_d_conf_3_what_changed_after_it_was_looked_at_does_not_leave_unseen(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives"))
    uid, browser = drafted(house, "objectives"), browser_of(house, signed_in)
    seen = version_of(house, uid) - 1
    answer = browser.send(f"/support/letters/{uid}/send", {"version": seen}, seen=f"/support/letters/{uid}")
    assert answer.status_code == 409
    nothing_left(house, uid)


@pytest.mark.parametrize("role", ["other", "peer", "coordinator", "administrator"])
def test_d_conf_1_a_letter_of_anothers_file_is_not_there(house: House, signed_in: SignIn, role: str) -> None:
    permitted(permit(house.code, "objectives"))
    uid, browser = drafted(house, "objectives"), browser_of(house, signed_in, role)
    with house.writing():
        opened(who(house.other), "Mésange")
    data = {"version": version_of(house, uid)}
    for path in (f"/support/letters/{uid}", f"/support/letters/{uid}/preview", f"/support/files/{house.code}/letters"):
        assert browser.get(path).status_code in (403, 404)
    for verb in ("", "/send", "/leave-out", "/discard"):
        answer = browser.send(f"/support/letters/{uid}{verb}", data, seen="/account")
        assert answer.status_code in (403, 404)
    nothing_left(house, uid)


def test_d_conf_1_the_paper_that_left_opens_to_who_may_open_her_register(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives"))
    uid, worker = drafted(house, "objectives"), browser_of(house, signed_in)
    assert send(house, worker, uid).status_code == 303
    with house.reading():
        paper = db.session.scalars(select(Letter.paper)).one()
    found = worker.get(f"/papers/{paper}")
    assert found.status_code == 200 and found.data.startswith(b"%PDF")
    assert "Logis" not in found.headers["Content-Disposition"]
    for role in ("other", "coordinator", "administrator"):
        assert browser_of(house, signed_in, role).get(f"/papers/{paper}").status_code == 404


def test_a_service_switched_off_meanwhile_lets_nothing_leave(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives"))
    uid, browser = drafted(house, "objectives"), browser_of(house, signed_in)
    token = browser._token.search(browser.get(f"/support/letters/{uid}/preview").text)[1]  # type: ignore[index]
    with house.writing():
        db.session.get_one(Service, 4).enabled = False
    data = {"version": version_of(house, uid), "csrf_token": token}
    assert browser.post(f"/support/letters/{uid}/send", data=data).status_code == 404
    nothing_left(house, uid)


def test_a_closed_file_lets_nothing_leave(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives"))
    uid = drafted(house, "objectives")
    with house.writing():
        actions.close_file(who(house.worker), queries.file_by_code(house.code))
    assert send(house, browser_of(house, signed_in), uid).status_code == 409
    nothing_left(house, uid)


def test_d_conf_3_support_without_confidentiality_refuses_every_outward_disclosure_and_says_why(
    house: House, signed_in: SignIn
) -> None:
    with house.writing():
        switch("gate", on=False, by=None, why="test")
    uid, browser = drafted(house, "objectives"), browser_of(house, signed_in)
    for page in (f"/support/letters/{uid}", f"/support/letters/{uid}/preview"):
        assert "consents cannot be checked because they are switched off" in browser.get(page).text
    answer = send(house, browser, uid)
    refused(house, answer, uid)
    assert "consents cannot be checked because they are switched off" in answer.text
    assert "Her written consent has to be on record first." in answer.text


def test_an_empty_letter_does_not_leave(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives"))
    uid = drafted(house)
    assert send(house, browser_of(house, signed_in), uid).status_code == 422
    nothing_left(house, uid)


def test_a_grant_that_ended_meanwhile_lets_nothing_leave(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives"))
    uid, browser = drafted(house, "objectives"), browser_of(house, signed_in)
    token = browser._token.search(browser.get(f"/support/letters/{uid}/preview").text)[1]  # type: ignore[index]
    version = version_of(house, uid)
    with house.writing():
        file = queries.file_by_code(house.code)
        for safe in (file.safe_id, file.person.safe_id):
            vault.revoke(safe, who(house.worker), by=None)
    answer = browser.post(f"/support/letters/{uid}/send", data={"version": version, "csrf_token": token})
    assert answer.status_code == 404
    with house.reading():
        assert db.session.scalar(select(func.count(Disclosure.id))) == 0


# --- writing ---------------------------------------------------------------------------------------------------------


def test_what_is_not_covered_is_named_and_left_out_in_one_click(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives"))
    uid, browser = drafted(house, "objectives", "life_history"), browser_of(house, signed_in)
    answer = send(house, browser, uid)
    refused(house, answer, uid)
    assert "Titre life_history" in answer.text and "Leave these parts out" in answer.text
    seen = f"/support/letters/{uid}/preview"
    version = version_of(house, uid)
    assert browser.send(f"/support/letters/{uid}/leave-out", {"version": version}, seen=seen).status_code == 303
    nothing_left(house, uid)  # and what was typed is still there
    assert send(house, browser, uid).status_code == 303
    with house.reading():
        worker = who(house.worker)
        entry = db.session.scalars(select(Disclosure)).one()
        assert entry.items == "objectives"
        said = words_of(b"".join(Content(paper_or_404(entry.paper or "", worker))))
        assert "Texte de objectives." in said and "life_history" not in said


def test_a_letter_begins_from_what_she_permits_and_offers_these_items_alone(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives", "presence"))
    browser = browser_of(house, signed_in)
    page = f"/support/files/{house.code}/letters"
    answer = browser.send(page, {"permit": "consent-1"})
    assert answer.status_code == 303
    draft = browser.get(answer.location).text
    assert RECIPIENT in draft and 'name="part_objectives-text"' in draft and 'name="part_presence-text"' in draft
    assert 'name="part_life_history-text"' not in draft
    assert browser.send(page, {"permit": "invented"}).status_code == 404


def test_a_letter_from_nothing_says_what_is_needed_first(house: House, signed_in: SignIn) -> None:
    permitted()
    browser = browser_of(house, signed_in)
    page = f"/support/files/{house.code}/letters"
    answer = browser.send(page, {"recipient": "Ailleurs", "purpose": "legal", "language": "en"}, seen=f"{page}/new")
    draft = browser.get(answer.location).text
    assert "It cannot leave as it is" in draft and "No consent covers this." in draft and 'href="/ask-her"' in draft
    wrong = browser.send(page, {"recipient": "", "purpose": "legal", "language": "en"}, seen=f"{page}/new")
    assert wrong.status_code == 422 and 'href="#recipient"' in wrong.text


def test_a_part_is_taken_from_her_file_and_stays_hers_to_change(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "presence", "identity"))
    uid, browser = drafted(house), browser_of(house, signed_in)
    to = {"recipient": RECIPIENT, "purpose": PURPOSE, "way": "handed", "language": "en"}
    typed = {"part_identity-heading": "Who", "part_identity-text": "As she says it."}
    for item in ("presence", "identity"):
        data = {**to, **typed, "version": version_of(house, uid), "extract": item}
        assert browser.send(f"/support/letters/{uid}", data).status_code == 303
        typed |= {"part_presence-text": "She is accompanied here."}
    with house.reading():
        found = {
            each.item: each for each in queries.letters.pieces_of(queries.letters.letter_or_404(uid, who(house.worker)))
        }
        assert found["identity"].text == "As she says it.\n\nHirondelle" and found["identity"].heading == "Who"
        assert found["presence"].text.startswith("She is accompanied here")


def test_two_write_one_draft_and_the_second_sees_both(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives"))
    uid, browser = drafted(house, "objectives"), browser_of(house, signed_in)
    data = {"recipient": RECIPIENT, "purpose": PURPOSE, "way": "post", "language": "fr", "version": 1}
    answer = browser.send(f"/support/letters/{uid}", {**data, "part_objectives-text": "Ma version."})
    assert answer.status_code == 409
    assert "Texte de objectives." in answer.text and "Ma version." in answer.text
    nothing_left(house, uid)


def test_d_file_1_no_insurance_number_in_a_letter(house: House, signed_in: SignIn) -> None:
    permitted(permit(house.code, "objectives"))
    uid, browser = drafted(house), browser_of(house, signed_in)
    data = {
        "recipient": RECIPIENT,
        "purpose": PURPOSE,
        "way": "post",
        "language": "fr",
        "version": version_of(house, uid),
    }
    answer = browser.send(f"/support/letters/{uid}", {**data, "part_objectives-text": "NAS 046 454 286"})
    assert answer.status_code == 422 and 'href="#part_objectives-text"' in answer.text


def test_a_draft_may_be_thrown_away(house: House, signed_in: SignIn) -> None:
    uid, browser = drafted(house, "objectives"), browser_of(house, signed_in)
    data = {"version": version_of(house, uid)}
    answer = browser.send(f"/support/letters/{uid}/discard", data, seen=f"/support/letters/{uid}")
    assert answer.status_code == 303
    with house.reading():
        assert db.session.scalar(select(func.count(Letter.id))) == 0
