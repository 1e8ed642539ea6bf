"""A consent: one question at a time, signed on the screen or on paper, taken back (D-CONF-2, D-CONF-5)."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask_babel import force_locale
from sqlalchemy import func, select

from app import papers, vault
from app.catalogue.models import SettingVersion
from app.db import db, now, reading, transaction
from app.errors import NotAllowed, NotFound, NotGranted
from app.people import rules as people_rules
from app.testing import Browser, SignIn
from app.web.times import today
from plugins.confidentiality.actions import consents as actions
from plugins.confidentiality.models import Consent
from plugins.confidentiality.papers import consent as paper
from plugins.confidentiality.queries import consents as queries
from plugins.confidentiality.rules import consents as rules
from tests.plugins.confidentiality.conftest import House, deadlines, her, journaled, who
from tests.plugins.confidentiality.her_consents import (
    ANSWERS,
    RECIPIENT,
    again,
    browser_of,
    drafted,
    png,
    scan,
    sent,
    signed,
)

DAY = timedelta(days=1)


def only() -> Consent:
    return db.session.scalars(select(Consent)).one()


# --- rules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["A; B", "A\nB", "A;"])
def test_d_conf_2_never_two_recipients(name: str) -> None:
    assert rules.is_list(name)


@pytest.mark.parametrize("name", ["A et B", "A and B", "A y B", "A ak B", "A & B", "A, B", "A/B"])
def test_d_conf_2_what_may_be_two_recipients_is_asked_about(name: str) -> None:
    assert rules.may_be_list(name) and not rules.is_list(name)


@pytest.mark.parametrize("name", ["Maison du Tilleul", "Clinique Yves-Tétreault", "Andromède", "Hôtel-Dieu"])
def test_one_name_is_one_name(name: str) -> None:
    assert not rules.may_be_list(name)


def test_d_conf_2_thirty_days_and_never_more_than_the_cap() -> None:
    assert rules.first_end(today(), 30, 90) == today() + 30 * DAY
    assert rules.first_end(today(), 120, 90) == today() + 90 * DAY
    assert rules.may_end(today(), today(), 90) and rules.may_end(today() + 90 * DAY, today(), 90)
    assert not rules.may_end(today() + 91 * DAY, today(), 90)
    assert not rules.may_end(today() - DAY, today(), 90)
    assert not rules.may_end(None, today(), 90)


# --- use cases -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("context")
def test_d_conf_2_a_draft_is_hers_to_go_on_with_in_her_language_for_thirty_days(house: House) -> None:
    with transaction():
        actions.begin(who(house.worker), her(house.code), recipient=f"  {RECIPIENT} ")
    with reading():
        found = again(only().uid, who(house.worker))
        assert (found.recipient, found.language, found.until) == (RECIPIENT, "fr", today() + 30 * DAY)
        assert found.items == "" and not (found.risks or found.alternatives or found.free)
        assert (queries.state_of(found), queries.next_screen(found)) == ("draft", "purpose")


@pytest.mark.usefixtures("context")
def test_d_conf_2_how_long_is_the_boards_to_decide(house: House) -> None:
    with transaction():
        db.session.add(SettingVersion(number=1, key="confidentiality.consent_days", value="14"))
        db.session.add(SettingVersion(number=2, key="confidentiality.consent_cap_days", value="20"))
    from flask import g

    g.pop("settings", None)
    with transaction():
        draft = actions.begin(who(house.worker), her(house.code), recipient=RECIPIENT)
        assert draft.until == today() + 14 * DAY
        actions.fill(who(house.worker), draft, version=1, until=today() + 20 * DAY)
        with pytest.raises(actions.WrongEnd):
            actions.fill(who(house.worker), draft, version=2, until=today() + 21 * DAY)


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("end", [91, -1])
def test_d_conf_2_an_end_beyond_the_cap_is_refused_in_the_action_too(house: House, end: int) -> None:
    with pytest.raises(actions.WrongEnd), transaction():
        drafted(who(house.worker), house.code, until=today() + end * DAY)


@pytest.mark.usefixtures("context")
def test_d_conf_2_an_end_that_was_allowed_when_it_was_asked_is_looked_at_again_when_she_signs(house: House) -> None:
    with transaction():
        drafted(who(house.worker), house.code)
    with time_machine.travel(now() + 11 * DAY, tick=False), pytest.raises(actions.WrongEnd), transaction():
        draft = again(only().uid, who(house.worker))
        actions.sign_on_screen(who(house.worker), draft, version=draft.version, name="Hirondelle")


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    "missing", [{"risks": False}, {"alternatives": False}, {"free": False}, {"items": []}, {"talk": ""}]
)
def test_d_conf_2_risks_alternatives_and_her_freedom_are_discussed_before_she_signs(
    house: House, missing: dict[str, Any]
) -> None:
    def sign() -> None:
        with transaction():
            signed(who(house.worker), house.code, **missing)

    if "talk" in missing:
        return sign()  # a line of it is welcome, not needed
    with pytest.raises(actions.NotWhole):
        sign()
    with reading():
        assert db.session.scalar(select(func.count(Consent.id)).where(Consent.signed_at.is_not(None))) == 0


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    "answers",
    [
        {"items": ["everything"]},
        {"purpose": "all"},
        {"language": "de"},
        {"signed_at": now()},
        {"withdrawn_at": None},
        {"person_id": 2},
    ],
)
def test_d_conf_2_a_consent_is_made_of_known_words_alone(house: House, answers: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="words"), transaction():
        draft = actions.begin(who(house.worker), her(house.code), recipient=RECIPIENT)
        actions.fill(who(house.worker), draft, version=1, **answers)


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("name", ["", "  ", "A; B", "x" * 121])
def test_d_conf_2_one_recipient_in_the_action_too(house: House, name: str) -> None:
    with pytest.raises(actions.OneRecipient), transaction():
        actions.begin(who(house.worker), her(house.code), recipient=name)
    with pytest.raises(actions.OneRecipient), transaction():
        draft = drafted(who(house.worker), house.code)
        actions.fill(who(house.worker), draft, version=draft.version, recipient=name)


@pytest.mark.usefixtures("context")
def test_what_she_signed_is_kept_as_she_read_it_with_its_version(house: House) -> None:
    with transaction():
        uid = signed(who(house.worker), house.code, language="es").uid
    with reading():
        found = again(uid, who(house.worker))
        text = json.loads(str(found.text))
        assert text["language"] == "es" and RECIPIENT in json.dumps(text, ensure_ascii=False)
        assert found.text_version == paper.text_version("es") != paper.text_version("fr")
        assert (found.how, found.signed_on, found.name, found.witness) == (
            "screen",
            today(),
            "Hirondelle",
            house.worker,
        )


@pytest.mark.usefixtures("context")
def test_a_signed_consent_changes_no_more(house: House) -> None:
    with transaction():
        uid = signed(who(house.worker), house.code).uid
    user = house.worker
    tries = (
        lambda found: actions.fill(who(user), found, version=found.version, items=["documents"]),
        lambda found: actions.print_paper(who(user), found, version=found.version),
        lambda found: actions.sign_on_screen(who(user), found, version=found.version, name="x"),
        lambda found: actions.discard(who(user), found, version=found.version),
    )
    for attempt in tries:
        with pytest.raises(actions.NotADraft), transaction():
            attempt(again(uid, who(user)))


@pytest.mark.usefixtures("context")
def test_two_workers_on_one_draft_overwrite_nothing(house: House) -> None:
    with transaction():
        draft = drafted(who(house.worker), house.code)
        vault.grant(her(house.code).safe_id, who(house.other), why="assigned", by=None)
        seen = draft.version
    with transaction():
        actions.fill(who(house.other), again(only().uid, who(house.other)), version=seen, words="Bientôt.")
    with pytest.raises(actions.SomeoneElseWrote), transaction():
        actions.fill(who(house.worker), again(only().uid, who(house.worker)), version=seen, words="Plus tard.")
    with pytest.raises(actions.SomeoneElseWrote), transaction():  # nor does she sign what she has not read
        actions.sign_on_screen(who(house.worker), again(only().uid, who(house.worker)), version=seen, name="Hirondelle")


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("role", ["other", "coordinator", "officer", "administrator", "peer"])
def test_d_conf_1_nobody_else_asks_nor_signs_for_her(house: House, role: str) -> None:
    with transaction():
        uid = drafted(who(house.worker), house.code).uid
    other = getattr(house, role)
    with pytest.raises((NotAllowed, NotGranted)), transaction():
        actions.begin(who(other), her(house.code), recipient=RECIPIENT)
    with pytest.raises((NotAllowed, NotGranted)), transaction():
        draft = db.session.scalars(select(Consent).where(Consent.uid == uid)).one()
        actions.sign_on_screen(who(other), draft, version=draft.version, name="Hirondelle")
    if role != "officer":  # who keeps the registers
        with reading(), pytest.raises(NotFound):
            again(uid, who(other))


@pytest.mark.usefixtures("context")
def test_on_paper_it_holds_once_the_scan_is_kept(house: House) -> None:
    with transaction():
        draft = drafted(who(house.worker), house.code, language="ht")
        pdf = actions.print_paper(who(house.worker), draft, version=draft.version)
        assert pdf.startswith(b"%PDF-")
        assert queries.state_of(draft) == "draft"
        actions.sign_on_paper(who(house.worker), draft, version=draft.version, scan=scan(), on=today())
        assert queries.state_of(draft) == "in_force"
    with reading():
        found = again(only().uid, who(house.worker))
        assert [each.uid for each in papers.papers_of(found.uid)] == [found.signature]
        assert "confidentiality.consent_signed" in journaled()


@pytest.mark.usefixtures("context")
def test_a_paper_printed_before_a_change_is_printed_again(house: House) -> None:
    with transaction():
        draft = drafted(who(house.worker), house.code)
        actions.print_paper(who(house.worker), draft, version=draft.version)
        actions.fill(who(house.worker), draft, version=draft.version, items=["documents"])
        with pytest.raises(actions.NotWhole):
            actions.sign_on_paper(who(house.worker), draft, version=draft.version, scan=scan(), on=today())


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("days", [-1, 1])
def test_the_day_on_the_paper_is_one_on_which_it_could_be_signed(house: House, days: int) -> None:
    with transaction():
        draft = drafted(who(house.worker), house.code)
        actions.print_paper(who(house.worker), draft, version=draft.version)
        with pytest.raises(actions.WrongDay):
            actions.sign_on_paper(who(house.worker), draft, version=draft.version, scan=scan(), on=today() + days * DAY)


# --- taking it back --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("role", ["worker", "officer"])
def test_d_conf_5_taking_it_back_tells_who_has_received_what(house: House, role: str) -> None:
    with transaction():
        uid = signed(who(house.worker), house.code).uid
        entry = sent(who(house.worker), house.code).uid
    with transaction():
        by = who(getattr(house, role))
        already = actions.withdraw(by, again(uid, by), how="oral")
        assert [(each.uid, each.recipient) for each in already] == [(entry, RECIPIENT)]
    with reading():
        found = again(uid, who(house.worker))
        assert queries.state_of(found) == "withdrawn"
        assert (found.withdrawn_how, found.withdrawn_by) == ("oral", getattr(house, role))


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("role", ["other", "coordinator", "administrator", "peer"])
def test_nobody_else_takes_it_back(house: House, role: str) -> None:
    with transaction():
        signed(who(house.worker), house.code)
    with pytest.raises((NotAllowed, NotGranted)), transaction():
        actions.withdraw(who(getattr(house, role)), only(), how="oral")


@pytest.mark.usefixtures("context")
def test_taking_it_back_twice_is_once(house: House) -> None:
    with transaction():
        consent = signed(who(house.worker), house.code)
        actions.withdraw(who(house.worker), consent, how="oral")
        first = consent.withdrawn_at
        actions.withdraw(who(house.officer), consent, how="written")
        assert (consent.withdrawn_at, consent.withdrawn_how) == (first, "oral")


@pytest.mark.usefixtures("context")
def test_renewing_is_a_new_consent_talked_over_and_signed_anew(house: House) -> None:
    with transaction():
        old = signed(who(house.worker), house.code)
        new = actions.renew(who(house.worker), old)
        assert (new.recipient, new.items, new.renews) == (old.recipient, old.items, old.uid)
        assert new.signed_at is None and not (new.risks or new.alternatives or new.free)
        assert queries.next_screen(new) == "talk"


@pytest.mark.usefixtures("context")
def test_nothing_of_a_draft_that_is_put_away_is_kept(house: House) -> None:
    with transaction():
        draft = drafted(who(house.worker), house.code)
        actions.discard(who(house.worker), draft, version=draft.version)
    with reading():
        assert db.session.scalar(select(func.count(Consent.id))) == 0


# --- her words stay sealed -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("context")
def test_law_8_what_she_says_is_sealed_in_her_register(house: House) -> None:
    with transaction():
        signed(who(house.worker), house.code)
    with reading():
        row = db.session.execute(select(Consent.__table__)).mappings().one()
        clear = b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in row.values())
        for words in (RECIPIENT, ANSWERS["words"], ANSWERS["talk"], "Hirondelle"):
            assert words.encode() not in clear
        assert only().safe_id == her(house.code).register_safe_id
        with pytest.raises(NotGranted):
            _ = only().recipient


@pytest.mark.usefixtures("context")
def test_a_consent_that_ends_within_a_week_is_on_her_desk_by_its_code(house: House, app: Any) -> None:
    with transaction():
        signed(who(house.worker), house.code, until=today() + 7 * DAY)
        signed(who(house.worker), house.code, "Clinique Démo", until=today() + 8 * DAY)
        actions.withdraw(who(house.worker), signed(who(house.worker), house.code, until=today()), how="oral")
        drafted(who(house.worker), house.code, until=today())
    with app.test_request_context(), reading():
        hers = list(deadlines(who(house.worker), today() + 14 * DAY))
        assert [(due.day, house.code in str(due.title)) for due in hers] == [(today() + 7 * DAY, True)]
        assert RECIPIENT not in str(hers[0].title)
        assert list(deadlines(who(house.other), today() + 14 * DAY)) == []


# --- the text --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("language", rules.LANGUAGES)
def test_the_same_words_on_the_screen_and_on_paper(house: House, language: str) -> None:
    import pikepdf

    with transaction():
        draft = drafted(who(house.worker), house.code, language=language)
        text = queries.text_of(draft)
        pdf = actions.print_paper(who(house.worker), draft, version=draft.version)
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert opened.Root.Lang == language
        assert str(opened.docinfo["/Title"]) == text["title"]
    with force_locale(language):
        points = [point for part in text["parts"] for point in part.get("points", ())]
        assert len(points) == len(ANSWERS["items"]) + 5


def test_every_item_and_purpose_has_its_words() -> None:
    from app.people.words import ITEM_WORDS, PURPOSE_WORDS, WAY_WORDS

    assert tuple(ITEM_WORDS) == tuple(paper.MY_ITEMS) == people_rules.ITEMS
    assert tuple(PURPOSE_WORDS) == people_rules.PURPOSES
    assert tuple(WAY_WORDS) == people_rules.WAYS


# --- pages -----------------------------------------------------------------------------------------------------------


def page_of(code: str) -> str:
    return f"/confidentiality/persons/{code}"


def asked(house: House, signed_in: SignIn) -> tuple[Browser, str]:
    """The worker's browser, and the address of a draft whose recipient is said."""
    browser = browser_of(house, signed_in, "worker")
    answer = browser.send(f"{page_of(house.code)}/consents/new", {"recipient": RECIPIENT})
    assert answer.status_code == 303
    return browser, answer.location.rsplit("/", 1)[0]


def test_one_question_at_a_time_then_her_name_is_her_signature(house: House, signed_in: SignIn) -> None:
    browser, at = asked(house, signed_in)
    questions: list[tuple[str, dict[str, object]]] = [
        ("purpose", {"purpose": "housing", "words": "Un logement à moi."}),
        ("items", {"items": ["identity", "needs"]}),
        ("period", {"until": (today() + 20 * DAY).isoformat(), "language": "fr"}),
        ("talk", {"risks": "y", "alternatives": "y", "free": "y", "talk": ""}),
    ]
    for number, (screen, answers) in enumerate(questions):
        version = {"version": str(number + 1)}
        assert browser.send(f"{at}/{screen}", answers | version).status_code == 303
    seen = browser.get(f"{at}/sign")
    assert RECIPIENT in seen.text and 'lang="fr"' in seen.text
    assert browser.send(f"{at}/sign", {"version": "5", "name": ""}).status_code == 422
    assert browser.send(f"{at}/sign", {"version": "5", "name": "Hirondelle"}).status_code == 303
    assert "In force" in browser.get(at).text


def marked(page: str) -> int:
    """How many boxes and choices of the page's own form are marked."""
    return page[page.index("<main") : page.index("</main>")].count(" checked")


def test_d_conf_2_nothing_is_ticked_beforehand_and_nothing_ticks_all(house: House, signed_in: SignIn) -> None:
    browser, at = asked(house, signed_in)
    seen = browser.get(f"{at}/items").text
    assert seen.count('name="items"') == len(people_rules.ITEMS)
    assert marked(seen) == 0 and "data-all" not in seen
    for screen in ("purpose", "talk"):
        assert marked(browser.get(f"{at}/{screen}").text) == 0


def test_two_recipients_are_refused_softly(house: House, signed_in: SignIn) -> None:
    browser, _at = asked(house, signed_in)
    new = f"{page_of(house.code)}/consents/new"
    sure = browser.send(new, {"recipient": "Soins et services Démo"})
    assert sure.status_code == 422 and "tick below" in sure.text and 'name="sure"' in sure.text
    assert "Soins et services Démo" in sure.text
    assert browser.send(new, {"recipient": "Soins et services Démo", "sure": "y"}).status_code == 303
    never = browser.send(new, {"recipient": "Une; Deux", "sure": "y"})
    assert never.status_code == 422 and "One consent, one recipient" in never.text


def test_a_draft_goes_on_where_it_was_left(house: House, signed_in: SignIn) -> None:
    browser, at = asked(house, signed_in)
    assert browser.get(f"{at}/sign").location.endswith("/purpose")
    assert f"{at}/purpose" in browser.get(at).text
    assert "permits nothing" in browser.get(at).text


def test_a_colleagues_change_meanwhile_shows_both(house: House, signed_in: SignIn) -> None:
    browser, at = asked(house, signed_in)
    browser.send(f"{at}/purpose", {"version": "1", "purpose": "housing", "words": "Avant."})
    late = browser.send(f"{at}/purpose", {"version": "1", "purpose": "legal", "words": "Après."})
    assert late.status_code == 409
    assert "Avant." in late.text and "Après." in late.text and "A colleague changed this" in late.text


def test_the_drawn_signature_is_kept_and_shown(house: House, signed_in: SignIn) -> None:
    with house.writing():
        draft = drafted(who(house.worker), house.code)
        at, version = f"/confidentiality/consents/{draft.uid}", draft.version
    browser = browser_of(house, signed_in, "worker")
    data = {"version": version, "name": "Hirondelle"}
    for wrong in ("javascript:1", "data:image/png;base64,AAAA", "data:image/svg+xml;base64,AAAA"):
        assert browser.send(f"{at}/sign", data | {"drawn": wrong}).status_code == 422
    drawn = "data:image/png;base64," + base64.b64encode(png((300, 90))).decode()
    assert browser.send(f"{at}/sign", data | {"drawn": drawn}).status_code == 303
    assert f"{at}/signature" in browser.get(at).text
    picture = browser.get(f"{at}/signature")
    assert picture.mimetype == "image/png" and picture.data.startswith(b"\x89PNG")


def test_the_paper_comes_back_scanned(house: House, signed_in: SignIn) -> None:
    with house.writing():
        draft = drafted(who(house.worker), house.code)
        at, version = f"/confidentiality/consents/{draft.uid}", draft.version
    browser = browser_of(house, signed_in, "worker")
    printed = browser.send(f"{at}/paper", {"version": version}, seen=f"{at}/sign")
    assert printed.data.startswith(b"%PDF") and "consent" not in printed.headers["Content-Disposition"]
    none = browser.send(f"{at}/scan", {"version": version, "on": today().isoformat()}, seen=f"{at}/sign")
    assert none.status_code == 422 and "Choose the picture" in none.text
    text = {"version": version, "on": today().isoformat(), "scan": (BytesIO(b"Oui."), "papier.txt")}
    assert browser.send(f"{at}/scan", text, seen=f"{at}/sign").status_code == 422
    sent_in = {"version": version, "on": today().isoformat(), "scan": (BytesIO(png()), "papier.png")}
    assert browser.send(f"{at}/scan", sent_in, seen=f"{at}/sign").status_code == 303
    assert "papier.png" in browser.get(at).text


def test_d_conf_5_the_page_says_at_once_who_has_received_what(house: House, signed_in: SignIn) -> None:
    with house.writing():
        uid = signed(who(house.worker), house.code).uid
        sent(who(house.worker), house.code)
    browser, at = browser_of(house, signed_in, "worker"), f"/confidentiality/consents/{uid}"
    browser.send(f"{at}/withdraw", {"how": "oral"}, seen=at)
    page = browser.get(at).text
    assert "who has already received what" in page and RECIPIENT in page and "Taken back" in page


def test_her_page_shows_what_may_be_told_to_her_workers_alone(house: House, signed_in: SignIn) -> None:
    with house.writing():
        signed(who(house.worker), house.code)
        vault.grant(her(house.code).safe_id, who(house.peer), why="beside", by=None)
    worker, peer = (browser_of(house, signed_in, role) for role in ("worker", "peer"))
    asked_for = f'hx-get="{page_of(house.code)}"'
    assert asked_for in worker.get(f"/people/{house.code}").text
    assert asked_for not in peer.get(f"/people/{house.code}").text
    part = worker.get(page_of(house.code), headers={"HX-Request": "true"}).text
    assert RECIPIENT in part and "<main" not in part
    assert peer.get(page_of(house.code), headers={"HX-Request": "true"}).status_code == 403


@pytest.mark.parametrize("role", ["other", "coordinator", "administrator", "peer", "chair"])
def test_d_conf_1_her_consents_are_not_found_by_others(house: House, signed_in: SignIn, role: str) -> None:
    with house.writing():
        uid = signed(who(house.worker), house.code).uid
    browser = browser_of(house, signed_in, role)
    for at in (f"/confidentiality/consents/{uid}", page_of(house.code), f"/confidentiality/consents/{uid}/signature"):
        assert browser.get(at).status_code in (403, 404)


def test_d_conf_6_the_register_of_consents_is_the_privacy_officers(house: House, signed_in: SignIn) -> None:
    with house.writing():
        signed(who(house.worker), house.code)
        drafted(who(house.worker), house.code, "Clinique Démo")
    page = browser_of(house, signed_in, "officer").get("/confidentiality/registers/consents").text
    assert RECIPIENT in page and house.code in page and "Clinique Démo" not in page
