"""What is taken back, and the end of her file: destroyed at her word by two people, with a certificate."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from app.db import db
from app.web.times import today
from plugins.confidentiality.actions.destruction import propose
from plugins.confidentiality.models import RightsRequest
from tests.canary.day import Day, last
from tests.papers.test_documents import read as words_of

ROOM = "/confidentiality"


def taken_back(day: Day) -> None:
    """Her life history, what she shared, a tie, somebody around her, an interpreter, a draft, a table."""
    worker, file = day.worker, day.file
    events = day.find(worker, f"{file}/life", r"/support/life/([\w-]+)")
    day.press(worker, f"/support/life/{events}", f"/support/life/{events}/remove")
    day.press(worker, f"{file}/life/destroy", f"{file}/life/destroy", yes="y")
    objective = "/support/objectives/" + day.find(worker, f"{file}/objectives", r"/support/objectives/([\w-]{20,})")
    day.press(worker, objective, f"{objective}/stop")
    day.press(worker, f"{file}/relatives", f"{file}/relatives/remove")
    around = "/support/network/" + day.find(worker, f"{file}/network", r"/support/network/([\w-]+)")
    day.press(worker, around, f"{around}/end")
    booking = day.find(worker, f"{file}/interpreters", r"(/support/bookings/[\w-]+/cancel)")
    day.press(worker, f"{file}/interpreters", booking)
    letter = {"recipient": day.words["support_letter.recipient"], "purpose": "housing", "language": "fr"}
    draft = day.press(worker, f"{file}/letters/new", f"{file}/letters", **letter).location
    day.press(worker, draft, f"{draft}/discard")
    table = day.find(worker, "/support/imports", r"(/support/imports/[\w-]+)")
    day.press(worker, table, f"{table}/discard")


def destroyed(day: Day) -> None:
    """She asks for it; what forbids it ends; one person approves, another confirms."""
    asked = {"kind": "destruction", "asked": day.words["confidentiality_request.asked"]}
    uid = last(day.fill(day.worker, f"{day.account}/requests/new", **asked, received_on=today().isoformat()))
    here = f"{ROOM}/requests/{uid}"
    day.press(day.worker, here, f"{here}/identity", identity="known")
    day.press(day.worker, f"{here}/answer", f"{here}/answer", answer="granted", given="spoken")
    for hold in set(day.find_all(day.officer, f"{ROOM}/registers/holds", rf"({ROOM}/holds/[\w-]{{20,}})")):
        if f"{hold}/lift" in day.see(day.officer, "GET", hold):
            day.fill(day.officer, hold, f"{hold}/lift", why=day.words["confidentiality_hold.lifted_why"])
    with day.world.writing():  # it becomes due
        before = update(RightsRequest).where(RightsRequest.uid == uid)
        db.session.execute(before.values(answered_on=today() - timedelta(days=40)))
        propose(today())
    page = f"{ROOM}/retention"
    (waiting,) = set(day.find_all(day.officer, page, r'name="ids"\s+value="([^"]+)"'))
    day.press(day.officer, page, f"{page}/approve", ids=[waiting])
    day.press(day.chair, f"{page}?state=approved", f"{page}/confirm", ids=[waiting])
    certificate = day.find(day.officer, f"{ROOM}/registers/destructions", rf"({ROOM}/certificates/[\w-]+)")
    assert day.code in words_of(day.download(day.officer, f"{certificate}/pdf"))
    day.see(day.worker, "GET", f"/people/{day.code}", 404)


TOPICS = (taken_back, destroyed)
