"""Her register: consents, what is told without one, orders, her rights, her whole file."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from io import BytesIO

import pikepdf
from PIL import Image

from app.web.times import today
from tests.canary.day import Day, last
from tests.papers.test_documents import read as words_of

DAY, SOON = today().isoformat(), (today() + timedelta(days=9)).isoformat()
ROOM = "/confidentiality"


def _drawn() -> str:
    drawn = BytesIO()
    Image.effect_noise((60, 20), 60).save(drawn, "PNG")
    return "data:image/png;base64," + base64.b64encode(drawn.getvalue()).decode()


def _scan(word: str) -> bytes:
    """A paper that says a word, large enough to be put aside on the way in."""
    made = BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        page.Contents = pikepdf.Stream(pdf, f"BT ({word}) Tj ET ".encode() * 30_000)
        pdf.save(made, compress_streams=False)
    return made.getvalue()


def _asked(day: Day, uid: str) -> str:
    """Every question of a consent, answered; the page on which she signs."""
    here, told = f"{ROOM}/consents/{uid}", day.of("confidentiality_consent", "words", "talk")
    day.fill(day.worker, f"{here}/purpose", stale=True, purpose="housing", words=told["words"])
    day.fill(day.worker, f"{here}/items", items=["needs", "identity"])
    day.fill(day.worker, f"{here}/period", until=SOON, language="fr")
    day.fill(day.worker, f"{here}/talk", stale=True, risks="y", alternatives="y", free="y", talk=told["talk"])
    return f"{here}/sign"


def consent(day: Day) -> None:
    """Printed, then signed on the screen."""
    day.later["to whom"] = to = day.together(
        *("confidentiality_consent.recipient", "support_letter.recipient", "core_disclosure.recipient")
    )
    day.words["confidentiality_consent.text"] = day.words["confidentiality_consent.words"]  # what she read says it
    made = day.fill(day.worker, f"{day.account}/consents/new", recipient=to)
    uid = (made.location or "").split("/")[-2]
    sign = _asked(day, uid)
    paper = day.press(day.worker, sign, f"{ROOM}/consents/{uid}/paper", 200).data
    assert day.words["confidentiality_consent.words"] in words_of(paper)
    day.fill(day.worker, sign, stale=True, name=day.words["confidentiality_consent.name"], drawn=_drawn())
    day.download(day.worker, f"{ROOM}/consents/{uid}/signature")
    day.later["signed"] = uid


def consent_on_paper(day: Day) -> None:
    """Asked again, signed on a paper that is scanned, then taken back."""
    before = f"{ROOM}/consents/{day.later['signed']}"
    made = day.press(day.worker, before, f"{before}/renew")
    uid = (made.location or "").split("/")[-2]
    day.press(day.worker, f"{ROOM}/consents/{uid}/recipient", f"{ROOM}/consents/{uid}/recipient")
    sign, here = _asked(day, uid), f"{ROOM}/consents/{uid}"
    word = day.words["what a paper says"] = day.words["core_paper.name"][::-1]
    day.press(day.worker, sign, f"{here}/paper", 200)
    scan = (_scan(word), f"{day.words['core_paper.name']}.pdf")
    text = (word.encode() * 40_000, f"{day.words['core_paper.name']}.txt")
    day.press(day.worker, sign, f"{here}/scan", 422, on=DAY, scan=text)
    day.press(day.worker, sign, f"{here}/scan", on=DAY, scan=scan)
    kept = day.download(day.worker, day.find(day.worker, here, r'href="(/papers/[^"]+)"'))
    with pikepdf.open(BytesIO(kept)) as opened:
        assert word.encode() in opened.pages[0].Contents.read_bytes()
    day.press(day.worker, before, f"{before}/withdraw", how="oral")


def without_consent(day: Day) -> None:
    """Decided by her worker, confirmed by the coordinator, told."""
    told = day.of("confidentiality_without_consent", "article", "facts", "recipient", "capacity", "why_not")
    asked = {"ground": "other", "items": ["presence"], "told": "no", "second": day.uids["coordinator"]}
    here = f"{ROOM}/without-consent/{last(day.fill(day.worker, f'{day.account}/without-consent', **told, **asked))}"
    answer = day.words["confidentiality_without_consent.answer"]
    day.fill(day.coordinator, here, f"{here}/confirm", answer=answer)
    said = {"text-presence": day.words["confidentiality_without_consent.facts"], "way": "handed"}
    day.press(day.worker, here, f"{here}/tell", **said)
    day.fill(day.worker, here, f"{here}/told", told="no", why_not=told["why_not"])


def youth(day: Day) -> None:
    told = day.of("confidentiality_youth_decision", "facts", "reason")
    asked = {"situations": ["neglect"], "decision": "not_report", "second": day.uids["coordinator"]}
    here = f"{ROOM}/youth/{last(day.fill(day.worker, f'{day.account}/youth', **told, **asked))}"
    answer = day.words["confidentiality_youth_decision.answer"]
    day.fill(day.coordinator, here, f"{here}/agree", answer=answer)


def order(day: Day) -> None:
    """A court's; nothing about her is destroyed while it stands."""
    told, days = day.of("confidentiality_order", "authority", "asked"), {"received_on": DAY, "due_on": SOON}
    made = day.fill(day.officer, f"{ROOM}/orders/new", kind="subpoena", codes=day.code, **told, **days)
    here = f"{ROOM}/orders/{last(made)}"
    why_not = day.words["confidentiality_order_person.why_not"]
    day.fill(day.officer, here, f"{here}/persons/{day.code}", told="no", why_not=why_not)
    day.fill(day.officer, here, f"{here}/close", outcome=day.words["confidentiality_order.outcome"])


def hold(day: Day) -> None:
    why = day.words["confidentiality_hold.why"]
    day.fill(day.worker, f"{ROOM}/holds/new", code=day.code, source="complaint", why=why)
    uid = day.find(day.officer, f"{ROOM}/registers/holds", rf"{ROOM}/holds/([\w-]{{20,}})")
    here = f"{ROOM}/holds/{uid}"
    day.fill(day.officer, here, f"{here}/lift", why=day.words["confidentiality_hold.lifted_why"])


def rights(day: Day) -> None:
    """A correction that is refused, and her statement."""
    told = day.of("confidentiality_request", "asked", "should_read", "asker")
    asked = {"kind": "rectification", "received_on": DAY, "how": "spoken", "asked_by": "representative"}
    here = f"{ROOM}/requests/{last(day.fill(day.worker, f'{day.account}/requests/new', **told, **asked))}"
    day.press(day.worker, here, f"{here}/identity", identity="known")
    why = day.of("confidentiality_request", "reasons", "article")
    said = {"answer": "refused", "recourse_told": "y", "given": "handed", "answered_on": DAY}
    day.fill(day.worker, f"{here}/answer", stale=True, **why, **said)
    day.fill(day.worker, here, f"{here}/statement", statement=day.words["confidentiality_request.statement"])


def whole_file(day: Day) -> None:
    """Looked at page by page, a word of it hidden; on paper, and as data."""
    asked = {"kind": "access", "asked": day.words["confidentiality_request.asked"], "received_on": DAY}
    here = f"{ROOM}/requests/{last(day.fill(day.worker, f'{day.account}/requests/new', **asked))}"
    day.press(day.worker, here, f"{here}/identity", identity="known")
    file, word = f"{here}/file", day.words["confidentiality_preparation.marks"]
    day.press(day.worker, file, file)
    day.fill(day.worker, file, f"{file}/words", stale=True, word=word)
    number = 0
    while number < 100:
        number += 1
        sent = day.press(day.worker, f"{file}/{number}", f"{file}/{number}")
        if sent.location.endswith("/file"):
            break
    day.press(day.worker, file, f"{file}/make", language="fr")
    copies = [day.download(day.worker, path) for path in day.find_all(day.worker, file, r'href="(/papers/[^"]+)"')]
    (data,) = (json.loads(copy) for copy in copies if not copy.startswith(b"%PDF"))
    (paper,) = (words_of(copy) for copy in copies if copy.startswith(b"%PDF"))
    for place in ("core_person.name", "support_plan.wish", "support_life_event.line", "support_meeting_before.told"):
        assert day.words[place] in json.dumps(data) and day.words[place] in paper.replace("\n", ""), place


TOPICS = (without_consent, youth, order, hold, rights, whole_file, consent_on_paper)
