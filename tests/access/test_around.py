"""Ways around the matrix: somebody else's thing in a form's field, a search by its beginning, a code tried out."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.accounts.models import Passkey, UserSession
from app.accounts.sessions import new_session_row
from app.db import db, reading
from app.journal.models import JournalEntry
from app.web.drafts import Draft
from plugins.support.models import Assignment, Contact
from tests.access.test_matrix import leaks
from tests.access.world import ACTORS, FOREIGN, OWN, SIGNED_IN, World
from tests.access.world.core import passkey


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
