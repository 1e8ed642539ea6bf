"""Follow-up: her file, and what stands in it."""

from __future__ import annotations

from datetime import timedelta

from app.web.times import today
from tests.canary.day import Day, last
from tests.papers.test_documents import read as words_of

DAY, SOON = today().isoformat(), (today() + timedelta(days=9)).isoformat()


def beside(day: Day) -> None:
    """A peer beside her, assigned by her code."""
    day.press(day.coordinator, "/support/assignments", "/support/assignments", code=day.code, to=day.uids["peer"])


def contacts(day: Day) -> None:
    line = {"kind": "news", "how": "text", "day": DAY, "line": day.words["support_contact.line"]}
    day.fill(day.worker, day.file, f"{day.file}/contacts", **line, minutes="9")
    uid = day.find(day.worker, day.file, r"/support/contacts/([\w-]+)")
    day.fill(day.worker, f"/support/contacts/{uid}/correct", line=f"{line['line']} encore")
    step = {"step": "call", "on": DAY, "line": day.words["support_file.step_line"]}
    day.fill(day.worker, day.file, f"{day.file}/next-step", stale=True, **step)
    day.fill(day.worker, "/support/contact", "/support/contact", **(line | {"code": day.code}))


def first_meeting(day: Day) -> None:
    """What she answers is sealed too; then how things stand, in her words."""
    screens = f"{day.file}/first-meeting"
    day.press(day.worker, f"{screens}/welcome", f"{screens}/welcome", language="ht", interpreter="needed")
    day.press(day.worker, f"{screens}/confidentiality", f"{screens}/confidentiality")
    said = {"declaration": "presented", "tools": "not_now", "protocol": "presented"}
    day.press(day.worker, f"{screens}/presented", f"{screens}/presented", **said)
    day.fill(day.worker, f"{screens}/network", stale=True, state="not_now")
    housing = day.words["support_situation_note.words"]
    day.fill(day.worker, f"{day.file}/situation", stale=True, housing=housing)


def meetings(day: Day) -> None:
    told = {
        "summary": day.together("support_meeting.summary", "support_meeting_before.told"),
        "step_line": day.together("support_meeting.step_line", "support_file.step_line"),
    }
    held = {"day": DAY, "minutes": "40", "how": "in_person", "orientation": "declined", "step_on": SOON}
    uid = last(day.fill(day.worker, f"{day.file}/meetings/new", stale=True, **told, **held))
    again = day.words["support_meeting.summary"]
    day.fill(day.worker, f"/support/meetings/{uid}/correct", stale=True, summary=again)


def objectives(day: Day) -> None:
    """One that she shares with her peer, said otherwise, with a step and how far it is."""
    tables = ("support_objective", "support_objective_version", "support_shared_objective")
    told = {name: day.together(*(f"{table}.{name}" for table in tables)) for name in ("words", "sign")}
    page = f"/support/objectives/{last(day.fill(day.worker, f'{day.file}/objectives', **told))}"
    day.fill(day.worker, page, stale=True, **{name: f"{said} encore" for name, said in told.items()})
    day.fill(
        day.worker,
        page,
        f"{page}/progress",
        stale=True,
        level="begun",
        line=day.words["support_objective_version.line"],
    )
    day.fill(day.worker, page, f"{page}/steps", words=day.words["support_objective_step.words"])
    day.press(day.worker, page, f"{page}/share")
    assert told["words"] in day.see(day.peer, "GET", f"/support/accompanied/{day.code}")


def network(day: Day) -> None:
    name = day.words["support_network_tie.name"]
    day.fill(day.worker, f"{day.file}/network", name=name, kind="person", ring="1", helps=["listening"])
    uid = day.find(day.worker, f"{day.file}/network", r"/support/network/([\w-]+)")
    day.fill(day.worker, f"/support/network/{uid}", stale=True, name=f"{name} B")


def life(day: Day) -> None:
    page, line = f"{day.file}/life", day.words["support_life_event.line"]
    day.press(day.worker, page, page, yes="y")
    day.fill(day.worker, page, f"{page}/events", kind="way_out", line=line, year="1987", month="3")
    uid = day.find(day.worker, page, r"/support/life/([\w-]+)")
    day.fill(day.worker, f"/support/life/{uid}", stale=True, line=f"{line} encore")


def steps(day: Day) -> None:
    told = day.of("support_step", "what", "organisation", "place", "outcome", "next_step")
    page = f"{day.file}/steps"
    day.fill(day.worker, f"{page}/new", page, kind="legal", state="todo", **told)
    uid = day.find(day.worker, page, r"/support/steps/([\w-]+)")
    day.fill(day.worker, f"/support/steps/{uid}", stale=True, **told)


def referrals(day: Day) -> None:
    """To somebody of the directory, whose name is no secret while that she was sent there is one; to somebody else."""
    day.fill(day.coordinator, "/support/partners/new", name="La Balise Démo", languages=["fr"])
    told = {"recipient": day.words["support_referral.recipient"], "reason": day.words["support_referral.reason"]}
    uids = []
    for recipient in (told["recipient"], "La Balise Démo"):
        told["recipient"] = recipient
        page = f"{day.file}/referrals"
        uids.append(last(day.fill(day.worker, f"{page}/new", page, form="told", on=DAY, **told)))
        here = f"/support/referrals/{uids[-1]}"
        day.fill(day.worker, f"{here}/edit", stale=True, **told)
        note = day.words["support_referral.note"]
        day.fill(day.worker, here, f"{here}/outcome", stale=True, outcome="helped", found="1", note=note)


def letters(day: Day) -> None:
    """Under her consent; the paper that leaves says it, and is sealed."""
    words, page = day.words, f"{day.file}/letters"
    to = day.later["to whom"]
    uid = last(day.fill(day.worker, f"{page}/new", page, recipient=to, purpose="housing", language="fr"))
    here = f"/support/letters/{uid}"
    parts = {"part_needs-heading": "Besoins", "part_needs-text": words["support_letter.parts"]}
    day.fill(day.worker, here, stale=True, **parts, way="handed")
    day.see(day.worker, "GET", f"{here}/preview")
    day.press(day.worker, f"{here}/preview", f"{here}/send")
    paper = day.download(day.worker, day.find(day.worker, here, r'href="(/papers/[^"]+)"'))
    assert words["support_letter.parts"] in words_of(paper)
    day.know_of(paper)


def plan(day: Day) -> None:
    """On paper too, for her to take along."""
    told = day.of("support_plan", "here", "wish", "steps", "people", "comfort")
    page = f"{day.file}/plan"
    day.fill(day.worker, page, stale=True, **told)
    paper = day.press(day.worker, page, f"{page}/paper", 200, language="fr").data
    assert told["wish"] in words_of(paper)


def interpreters(day: Day) -> None:
    told = day.of("support_interpreter", "name", "organisation", "reach")
    day.fill(day.coordinator, "/support/interpreters/new", languages=["es"], signed_on=DAY, **told)
    uid = day.find(day.coordinator, "/support/interpreters", r"/support/interpreters/([\w-]{20,})")
    day.fill(day.coordinator, f"/support/interpreters/{uid}", stale=True, **told)
    booked = {"interpreter": uid, "language": "es", "day": SOON, "hour": "10:30", "minutes": "60"}
    page, line = f"{day.file}/interpreters", day.words["support_booking.line"]
    day.fill(day.worker, page, **booked, line=line)


def relatives(day: Day) -> None:
    """Somebody of hers, known by her code in both files."""
    relative = {"kind": "relative", "prefers": "fr", "first_contact": DAY}
    code = last(day.press(day.worker, "/people/new", "/people/new", **relative))
    day.see(day.worker, "POST", f"/support/persons/{code}/file", 303)
    day.press(day.worker, f"{day.file}/relatives", f"{day.file}/relatives", other=code)


def stand_in(day: Day) -> None:
    """A colleague opens the file for an hour; another says what she makes of it; a note for who follows after."""
    why = {"file": day.code, "why": "absent", "hours": "1", "line": day.words["support_stand_in.line"]}
    day.fill(day.colleague, "/support/stand-in", **why)
    day.see(day.colleague, "GET", day.file)
    here = "/support/stand-ins/" + day.find(day.officer, "/support/stand-ins", r"/support/stand-ins/([\w-]+)")
    day.fill(day.officer, here, verdict="in_order", remark=day.words["support_stand_in.remark"])
    page = f"{day.file}/hand-over"
    day.fill(day.worker, page, note=day.words["support_hand_over.note"])


def imports(day: Day) -> None:
    """A table with a heading that is none of ours, then one that waits to be written."""
    name = day.words["support_import.content"]
    for heading, expected in ((name, 422), ("pseudonyme", 303)):
        table = f"premier contact,nom,{heading}\n2026-03-02,{name},{name}\n".encode()
        sent = day.press(
            day.worker, "/support/imports", "/support/imports", expected, kind="persons", file=(table, f"{name}.csv")
        )
    assert name in day.see(day.worker, "GET", sent.location)


TOPICS = (
    *(contacts, beside, first_meeting, meetings, objectives, network, life, steps, referrals),
    *(plan, interpreters, relatives, stand_in, imports),
)
