"""Journeys of a follow-up file: the first meeting, three months of support, a colleague who stands in."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
import time_machine
from playwright.sync_api import expect

from app.db import now
from tests.browser.journeys import Her, Office, in_days

BOTH = pytest.mark.parametrize("office", ["fr", "en"], indirect=True)
PRIVATE = "Sittelle"


def names_nobody(her: Her) -> None:
    """Neither the title nor the address of a page says who she is (D-CONF-11)."""
    assert PRIVATE not in her.page.title() + her.page.url


# --- the first meeting -----------------------------------------------------------------------------------------------


def commitment(her: Her, title: str, answer: str, onward: str = "Keep and go on") -> None:
    her.is_at(title)
    her.choose("What does she say?", answer)
    her.click("button", onward)


@BOTH
def test_the_first_meeting_pauses_half_way_and_goes_on_from_the_desk(office: Office) -> None:
    """Confidentiality before anything is asked (D-CONF-7); each answer may be "not now" or "I'd rather not say"."""
    worker = office.colleague("support_worker")
    code = office.follows(worker, f"{PRIVATE} Opale")
    her = office.enter(worker)
    her.go(f"/support/files/{code}")
    her.click("link", "Begin the first meeting")
    her.is_at("Welcome")
    her.choose("An interpreter", "She would rather not say")
    her.click("button", "Keep and go on")
    her.is_at("What stays between us")
    her.go(f"/support/files/{code}/first-meeting/objectives")
    her.is_at("What stays between us")  # nothing is asked before that is said
    her.click("button", "It was explained: go on")
    for what in ("Declaration of services", "What to do when something feels wrong"):
        her.choose(what, "Presented")
    her.choose("Communication tools", "Not now")
    her.click("button", "Keep and go on")
    commitment(her, "Know what there is", "Yes, she would like it")
    commitment(her, "Look at where things stand", "Not now")
    commitment(her, "Tell her life history", "She would rather not say", "Keep and pause")
    her.sees("Kept. Go on whenever she wishes.")

    her.go("/")
    her.click("link", "Go on with the first meeting: %(code)s", code=code)
    commitment(her, "See who is around her", "No")
    names_nobody(her)
    commitment(her, "Say what she wants", "Yes, she would like it")
    commitment(her, "Meet one or two of us", "Not now")
    commitment(her, "Be put in touch with others", "She would rather not say")
    her.is_at("What comes next")
    her.click("button", "The first meeting is over")

    glance = {
        "Know what there is": "Accepted",
        "Look at where things stand": "Not now",
        "Tell her life history": "Offered",
        "See who is around her": "Declined",
        "Say what she wants": "Accepted",
        "Meet one or two of us": "Not now",
        "Be put in touch with others": "Offered",
    }
    for what, stands in glance.items():
        expect(her.row(what)).to_contain_text(her.words(stands))
    expect(her.find("link", "Go on with the first meeting")).to_have_count(0)
    her.go("/")
    her.sees_not("Go on with the first meeting: %(code)s", code=code)


# --- three months of support -----------------------------------------------------------------------------------------


def contact(her: Her, code: str, line: str, days: int) -> None:
    """A contact of some days ago, from her file."""
    her.go(f"/support/files/{code}")
    her.unfold("Another day, or how long")
    her.write("Day", in_days(days))
    her.write("In one line", line)
    her.press("Enter")
    her.sees("Contact noted.")


def meeting(her: Her, code: str, summary: str, days: int) -> None:
    her.go(f"/support/files/{code}/meetings")
    her.click("link", "Note a meeting", within="main")
    her.write("Day", in_days(days))
    her.write("Minutes", "50")
    her.write("Summary", summary)
    her.tick("We looked again together at what she needs")
    her.click("button", "Keep the meeting")
    her.sees("The meeting is noted.")


def objective(her: Her, code: str) -> None:
    """In her words, with a small step, looked at twice; what it was stays readable."""
    her.go(f"/support/files/{code}")
    her.click("link", "Objectives", within=".subnav")
    her.write("Her objective, in her words", "Un logement à moi")
    her.click("button", "Keep it")
    her.write("A small step", "Visiter un premier logement")
    her.click("button", "Add this step")
    her.write("A small step", "Une étape de trop")
    her.click("button", "Add this step")
    her.row("Une étape de trop").get_by_role("button", name=her.words("Take off")).click()
    her.sees("Off the list.")
    her.sees_not("Une étape de trop")
    her.row("Visiter un premier logement").get_by_role("button", name=her.words("Done")).click()
    her.sees("Done: well done to her.")
    for level in ("It has begun", "Half way"):
        her.choose("How far is it?", level)
        her.click("button", "Note it")
        her.sees("Noted, with today’s date.")
        her.sees(level)


def step(her: Her) -> None:
    """An appointment to which her worker goes with her, then what came of it."""
    her.click("link", "Steps", within=".subnav")
    her.click("link", "Note a step", within="main")
    her.pick("Kind", "Housing")
    her.write("What is to be done", "Visiter l’appartement")
    her.choose("Where does it stand?", "Planned")
    her.write("Day", in_days(1))
    her.write("Hour", "09:30")
    her.page.get_by_label(her.words("Who goes with her")).select_option(label="Intervenante Exemple")
    her.click("button", "Keep this step")
    her.sees("Kept. It comes back to you in time.")


def tie(her: Her, name: str, close: str, quality: str) -> None:
    her.write("How she calls them", name)
    her.choose("How close?", close)
    her.choose("How is the tie?", quality)
    her.tick("Listening")
    her.click("button", "Add", within="main")
    expect(her.row(name)).to_be_visible()


def test_three_months_of_support(office: Office) -> None:
    worker = office.colleague("support_worker", "Intervenante Exemple")
    with time_machine.travel(now() - timedelta(days=80), tick=True):
        code = office.follows(worker, f"{PRIVATE} Opale")
    her = office.enter(worker)
    her.write("In one line", "Prend des nouvelles.")
    her.press("Enter")
    her.sees("Contact noted.")
    assert her.done <= 3  # a contact today, from the desk
    contact(her, code, "Premier appel.", -75)
    contact(her, code, "Va mieux, cherche un logement.", -40)
    meeting(her, code, "Fait le point sur ses besoins.", -60)
    meeting(her, code, "Regarde le chemin parcouru.", -5)
    objective(her, code)
    step(her)
    her.click("link", "Network", within=".subnav")
    tie(her, "Maman", "Very near her", "Strong")
    tie(her, "Le centre", "Further away", "So-so")
    expect(her.page.locator("main svg[role=img]").locator("visible=true").first).to_be_visible()  # the eco-map
    names_nobody(her)

    her.click("link", "Her plan", within=".subnav")
    her.write("What I want", "Retourner aux études")
    her.click("button", "Keep her plan")
    her.sees("Her plan is kept. The versions before stay below.")
    name, paper = her.takes("button", "Print")
    assert name == "notes.pdf"
    with pikepdf.open(BytesIO(paper)) as opened:
        assert PRIVATE not in str(opened.docinfo.get("/Title", ""))

    her.click("link", "Overview", within="main")
    for told in ("Un logement à moi", "Half way", "Visiter l’appartement", "Premier appel."):
        her.sees(told)
    her.sees("%(n)s of %(of)s steps", n=1, of=1)
    her.go("/")
    her.sees("Go with %(code)s", code=code)
    her.click("link", "Go with %(code)s", code=code)
    her.choose("Where does it stand?", "Done")
    her.write("What came of it", "Elle le prend.")
    her.click("button", "Keep this step")
    her.go("/")
    her.sees_not("Go with %(code)s", code=code)


# --- a colleague stands in -------------------------------------------------------------------------------------------


def test_d_conf_1_a_colleague_stands_in_and_is_reviewed(office: Office) -> None:
    """Reason and hours; her worker and the privacy officer see it at once; when its time is over, it is closed."""
    worker, other = (office.colleague("support_worker", f"Intervenante Exemple {n}") for n in (1, 2))
    code = office.follows(worker, f"{PRIVATE} Opale")
    file = f"/support/files/{code}"
    hers, officer, away = office.enter(worker), office.at("privacy_officer"), office.enter(other)
    hers.sees_not("Opened by a stand-in: %(code)s", code=code)
    away.go(file)
    expect(away.page.get_by_text(PRIVATE)).to_have_count(0)

    away.go("/")
    away.click("link", "Stand in", within=".side")
    away.write("Her whole code", code)
    away.click("button", "Open it for this time")
    away.sees("Choose one of these.")  # no reason, no opening
    away.choose("Why?", "She came in person")
    away.choose("For how long?", "4 hours")
    away.write("In one line", "Attend à l’accueil.")
    away.click("button", "Open it for this time")
    away.sees("It is open to you for a time. Her worker and the reviewers were told.")
    expect(away.page.get_by_role("heading", name=f"{PRIVATE} Opale")).to_be_visible()
    names_nobody(away)

    for told in (hers, officer):
        told.go("/")
    hers.sees("Opened by a stand-in: %(code)s", code=code)
    officer.sees("Review a stand-in: %(code)s", code=code)
    officer.click("link", "Review a stand-in: %(code)s", code=code)
    officer.sees("Attend à l’accueil.")
    officer.sees_not(PRIVATE)
    officer.choose("What do you say of it?", "In order")
    officer.click("button", "Keep this review")
    officer.sees("Reviewed. It is in the journal.")
    officer.go("/")
    officer.sees_not("Review a stand-in: %(code)s", code=code)

    with time_machine.travel(now() + timedelta(hours=5), tick=True):
        late = office.enter(other, page=away.page)
        answer = late.page.goto(late.address + file)
        assert answer is not None and answer.status in (403, 404)
        expect(late.page.get_by_text(PRIVATE)).to_have_count(0)
        late.go("/support/stand-in")
        late.sees("No longer open")
