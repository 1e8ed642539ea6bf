"""Ways around the matrix: somebody else's thing in a form's field, a search by its beginning, a code tried out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.accounts.models import Passkey, UserSession
from app.accounts.sessions import new_session_row
from app.db import db, reading
from app.journal.models import JournalEntry
from app.vault.models import Grant
from app.web.drafts import Draft
from plugins.confidentiality.actions import exceptions, whole_file
from plugins.confidentiality.models import Preparation, RightsRequest
from plugins.confidentiality.queries.registers import REGISTERS
from plugins.support import queries
from plugins.support.actions import objectives, stand_in
from plugins.support.models import Assignment, Contact, StandIn
from tests.access.expected import HER_FILE, READ_BY_STAND_IN
from tests.access.test_matrix import ask, leaks
from tests.access.world import ACTORS, FOREIGN, OWN, SIGNED_IN, Her, World
from tests.access.world.named.core import passkey
from tests.access.world.things import follow_up as things


def test_she_ends_neither_sessions_nor_drafts_nor_passkeys_of_somebody_else(world: World) -> None:
    with world.writing():
        row = new_session_row("of-the-colleague", world.users["colleague"])
        draft = Draft(user_id=world.users["colleague"], token_hash="x", content="{}")
        db.session.add_all([row, draft])
        key, session, kept = passkey(world, "colleague"), row.uid, draft.uid
    for actor in sorted(SIGNED_IN):
        visitor = world.visitor(actor)
        visitor.send("POST", "/account/sessions/end", {"session": session})
        visitor.send("POST", "/account/factors/remove", {"passkey": str(key)})
        visitor.send("POST", "/draft/discard", {"_draft": kept})
        visitor.send("POST", "/draft/discard", {"_draft": kept}, headers={"Cookie": "intranet-draft=x"})
    with world.app.app_context(), reading():
        for model, column, value in ((UserSession, "uid", session), (Draft, "uid", kept), (Passkey, "id", key)):
            assert db.session.scalar(select(func.count()).where(getattr(model, column) == value)) == 1, model


@pytest.mark.parametrize("actor", ACTORS)
def test_d_conf_1_searching_finds_nothing_of_somebody_else_s(world: World, actor: str) -> None:
    visitor, wrong = world.visitor(actor), []
    names = f"{FOREIGN['pseudonym']} {FOREIGN['name']}".split()
    beginnings = [name[:length] for name in names for length in (2, 5)]
    for path in ("/people", "/palette", "/search", "/support/files", "/support/contact/who"):
        for text in [*beginnings, world.foreign.code[:2], world.foreign.code[:4]]:
            answer = visitor.send("POST", path, {"q": text}, headers={"HX-Request": "true"})
            wrong += [f"{path} {text}: {said}" for said in leaks(world, actor, answer) if "code" not in said]
            found = world.foreign.code in answer.text and actor != "coordinator"
            wrong += [f"{path} {text}: the code"] if found else []
    assert wrong == []


def test_a_peer_does_not_find_by_a_name_that_she_may_not_see(world: World) -> None:
    """Else she would learn a name by trying letters (DOMAIN section 8)."""
    peer = world.visitor("peer_supporter")
    for words in (OWN["pseudonym"], OWN["name"]):
        for path in ("/people", "/palette", "/search"):
            answer = peer.send("POST", path, {"q": words[:5]}, headers={"HX-Request": "true"})
            assert world.own.code not in answer.text
    assert world.own.code in peer.send("POST", "/people", {"q": world.own.code[:3]}).text


def test_who_assigns_opens_nothing_by_it_and_cannot_assign_to_herself(world: World) -> None:
    coordinator = world.visitor("coordinator")
    with world.app.app_context(), reading():
        herself, before = world.who("coordinator").uid, db.session.scalar(select(func.count(Assignment.id)))
    answer = coordinator.send("POST", "/support/assignments", {"to": herself, "ids": world.foreign.code})
    assert answer.status_code in (403, 404)
    with world.app.app_context(), reading():
        assert db.session.scalar(select(func.count(Assignment.id))) == before
    assert coordinator.send("GET", f"/support/files/{world.foreign.code}").status_code == 404


def test_a_code_in_a_field_opens_no_file_of_somebody_else(world: World) -> None:
    worker = world.visitor("support_worker")
    with world.app.app_context(), reading():
        before = db.session.scalar(select(func.count(Contact.id)))
    filled = {"code": world.foreign.code, "kind": "news", "how": "text", "line": "x"}
    assert worker.send("POST", "/support/contact", filled).status_code == 404
    with world.app.app_context(), reading():
        assert db.session.scalar(select(func.count(Contact.id))) == before


@pytest.mark.parametrize(
    ("actor", "path"),
    [
        ("support_worker", "/people/{}"),
        ("support_worker", "/support/files/{}"),
        ("peer_supporter", "/people/{}"),
        ("coordinator", "/people/{}"),
        ("administrator", "/support/files/{}"),
    ],
)
def test_d_conf_10_a_refusal_is_journaled(world: World, actor: str, path: str) -> None:
    def refusals() -> int:
        with world.app.app_context(), reading():
            mine = JournalEntry.actor == world.who(actor).uid, JournalEntry.action.like("%.refused")
            return db.session.scalar(select(func.count()).where(*mine)) or 0

    before = refusals()
    assert world.visitor(actor).send("GET", path.format(world.foreign.code)).status_code in (403, 404)
    assert refusals() > before


# --- standing in ------------------------------------------------------------------------------------------------------


def stood_in(world: World, words: Mapping[str, str]) -> Her:
    """A colleague's person, with all there is in her file, whom the coordinator stands in for."""
    with world.writing():
        her = world.make_person(words, "colleague", peer=False, consulted="coordinator_too")
    for kind in things.MAKE:
        with world.writing():
            her.of(kind)
    with world.writing():
        file = queries.file_by_code(her.code)
        her.things["here"] = stand_in.stand_in(world.who("coordinator"), file, why="danger", hours=1).uid
    return her


def over(world: World, her: Her) -> None:
    """Its time is over: nobody ended it."""
    with world.writing():
        made = db.session.scalars(select(StandIn).where(StandIn.uid == her.of("here"))).one()
        made.since, made.until = made.since - timedelta(hours=3), made.until - timedelta(hours=3)
        hers = Grant.user_id == world.users["coordinator"], Grant.why == stand_in.STANDS_IN
        db.session.execute(update(Grant).where(*hers).values(until=made.until))


def test_d_conf_1_who_stands_in_reads_writes_nothing_and_is_out_when_its_time_is_over(world: World) -> None:
    her, wrong = stood_in(world, FOREIGN), []
    never = {FOREIGN["life"]}  # DOMAIN section 3, D-FILE-5
    for line in sorted(HER_FILE | READ_BY_STAND_IN):
        answer = ask(world, line, "coordinator", her)
        right = answer.status_code == 200 if line in READ_BY_STAND_IN else answer.status_code in (403, 404)
        wrong += [] if right else [f"{line}: {answer.status_code}"]
        wrong += [f"{line}: shows {words}" for words in never if words in answer.text]
    over(world, her)
    for line in sorted(READ_BY_STAND_IN | HER_FILE):
        answer = ask(world, line, "coordinator", her)
        wrong += [] if answer.status_code in (403, 404) else [f"{line}, over: {answer.status_code}"]
    answer = world.visitor("coordinator").send("GET", f"/confidentiality/persons/{her.code}")
    wrong += [] if answer.status_code == 404 else [f"her register, over: {answer.status_code}"]
    assert wrong == []


# --- who may not, whatever she knows ----------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", ["privacy_officer", "administrator", "board_chair", "coordinator", "peer_supporter"])
def test_notes_life_history_and_objectives_are_her_worker_s(world: World, actor: str) -> None:
    """DOMAIN section 8: registers are no notes; a code and a safe contact open no file."""
    wrong = []
    for her in (world.own, world.foreign):
        for line in sorted(READ_BY_STAND_IN):
            answer = ask(world, line, actor, her, acts=False)
            wrong += [] if answer.status_code in (403, 404) else [f"{line}: {answer.status_code}"]
            wrong += [f"{line}: {said}" for said in leaks(world, actor, answer)]
    assert wrong == []


def test_a_peer_reads_what_is_shared_and_no_longer_when_it_is_not(world: World) -> None:
    peer = world.visitor("peer_supporter")
    with world.writing():
        her = world.make_person(OWN, "support_worker", peer=True)
        shared = her.of("objective")
        kept = objectives.add_objective(
            her.user(), queries.file_by_code(her.code), words=FOREIGN["life"], sign=None, by_when=None
        )
        assert kept.uid != shared
    page = peer.send("GET", f"/support/accompanied/{her.code}").text
    assert OWN["objective"] in page and FOREIGN["life"] not in page
    assert peer.send("GET", f"/support/objectives/{shared}").status_code in (403, 404)
    world.visitor("support_worker").send("POST", f"/support/objectives/{shared}/stop")
    assert OWN["objective"] not in peer.send("GET", f"/support/accompanied/{her.code}").text


@pytest.mark.parametrize(
    ("actor", "own", "foreign"),
    [
        ("support_worker", 200, 404),
        ("privacy_officer", 200, 200),
        ("coordinator", 200, 404),  # her worker consulted her about the one, nobody about the other
        ("peer_supporter", 404, 404),
        ("board_chair", 404, 404),
        ("administrator", 404, 404),
        ("auditor", 404, 404),
        ("former", 404, 404),
    ],
)
def test_d_conf_1_a_paper_of_a_register_is_for_who_may_open_it(
    world: World, actor: str, own: int, foreign: int
) -> None:
    for her, expected in ((world.own, own), (world.foreign, foreign)):
        assert world.visitor(actor).send("GET", f"/papers/{her.of('paper')}").status_code == expected


@pytest.mark.parametrize("actor", sorted(SIGNED_IN - {"support_worker"}))
def test_d_conf_8_a_copy_of_her_whole_file_is_her_worker_s(world: World, actor: str) -> None:
    """Not the privacy officer's either: it holds notes."""
    with world.writing():
        her = world.make_person(OWN, "support_worker", peer=True)
        asked = her.of("prepared")
        made = db.session.scalars(select(Preparation).join(RightsRequest).where(RightsRequest.uid == asked)).one()
        copy = whole_file.keep_copies(her.user(), made, {"application/json": b"{}"}, made.version)[0].uid
    assert world.visitor(actor).send("GET", f"/papers/{copy}").status_code == 404
    assert world.visitor(actor).send("GET", f"/confidentiality/requests/{asked}/file").status_code in (403, 404)


@pytest.mark.parametrize("actor", sorted(SIGNED_IN - {"support_worker", "privacy_officer", "coordinator"}))
def test_d_conf_2_a_consent_is_no_business_of_anybody_else(world: World, actor: str) -> None:
    visitor = world.visitor(actor)
    for uid in (world.own.of("signed"), world.own.of("draft"), world.foreign.of("signed")):
        assert visitor.send("GET", f"/confidentiality/consents/{uid}").status_code == 403
        assert visitor.send("POST", f"/confidentiality/consents/{uid}/withdraw", {"how": "oral"}).status_code == 403


@pytest.mark.parametrize("register", sorted(REGISTERS))
def test_d_conf_6_each_register_is_the_privacy_officer_s_alone(world: World, register: str) -> None:
    for actor in sorted(SIGNED_IN):
        answer = world.visitor(actor).send("GET", f"/confidentiality/registers/{register}")
        assert answer.status_code == (200 if actor == "privacy_officer" else 403), actor
        assert [said for said in leaks(world, actor, answer) if "code" not in said] == []


def test_d_conf_4_nobody_is_the_second_person_of_her_own_decision(world: World) -> None:
    officer = world.visitor("privacy_officer")
    with world.writing():
        person = world.make_person(OWN, "support_worker", peer=False).person()
        told = {"ground": "danger", "facts": "Des faits", "recipient": "Secours", "capacity": "police", "told": "later"}
        user, second = world.who("privacy_officer"), world.who("coordinator")
        uid = exceptions.decide(user, person, **told, items=["presence"], second=second).uid
    assert officer.send("POST", f"/confidentiality/without-consent/{uid}/confirm").status_code == 403
    answer = officer.send(
        "POST", f"/confidentiality/without-consent/{uid}/second", {"second": _uid(world, "privacy_officer")}
    )
    assert answer.status_code == 422


def _uid(world: World, actor: str) -> str:
    with world.app.app_context(), reading():
        return world.who(actor).uid


def test_what_is_written_about_a_colleague_s_letter_is_not_taken_into_hers(world: World) -> None:
    """A referral or a permit of somebody else in a field of hers."""
    worker = world.visitor("support_worker")
    to = {"recipient": "Le Phare", "purpose": "housing", "language": "fr"}
    path = f"/support/files/{world.own.code}/letters"
    assert worker.send("POST", path, {**to, "referral": world.foreign.of("referral")}).status_code == 404
    assert worker.send("POST", path, {"permit": world.foreign.of("signed")}).status_code == 404
    assert (
        worker.send("POST", f"/support/files/{world.own.code}/relatives", {"other": world.foreign.code}).status_code
        == 422
    )
