"""Her objectives: hers, precise, followed, never overwritten; what a peer sees, and the ways round that do not work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, text, update

from app import vault
from app.db import db
from app.errors import NotAllowed, NotFound, NotGranted
from app.people.actions import erase
from app.testing import SignIn, add_user
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.actions import objectives, sharing
from plugins.support.models import Assignment, Objective, ObjectiveStep, ObjectiveVersion, SharedObjective
from plugins.support.queries import objectives as found_in
from plugins.support.rules import objectives as rules
from tests.plugins.support.conftest import House, journaled, who
from tests.plugins.support.test_views import client

WORDS = "Avoir mon propre bail avant l’été."
OTHER = "Dormir sans avoir peur."
STEP = "Visiter un premier logement."


def written(house: House, words: str = WORDS, **values: Any) -> str:
    """An objective of hers: its uid."""
    with house.writing():
        worker = who(house.worker)
        told = {"sign": "J’ai la clé.", "by_when": None, **values}
        return objectives.add_objective(worker, queries.file_or_404(house.code, worker), words=words, **told).uid


def the(uid: str) -> Objective:
    return db.session.scalars(select(Objective).where(Objective.uid == uid)).one()


def with_a_peer(house: House) -> int:
    """The assignment of a peer beside her."""
    with house.writing():
        return actions.assign(who(house.coordinator), queries.file_by_code(house.code), who(house.peer)).id


def shared(house: House, uid: str) -> None:
    with house.writing():
        sharing.share(who(house.worker), the(uid))


def seen_by_the_peer(house: House) -> list[str]:
    with house.reading():
        return [row.words for row in found_in.shared_with(house.code, who(house.peer)).rows]


# --- in her words, and what they were ------------------------------------------------------------------------------


def test_d_file_5_her_words_are_sealed_in_the_files_safe(house: House) -> None:
    uid = written(house)
    with house.reading():
        for table in ("support_objective", "support_objective_version"):
            raw = db.session.execute(text(f"SELECT words FROM {table}")).scalar_one()
            assert WORDS.encode() not in bytes(raw)
        file = queries.file_or_404(house.code, who(house.worker))
        assert the(uid).words == WORDS and the(uid).safe_id == file.safe_id


def test_d_file_5_every_earlier_wording_and_progress_stays_readable(house: House) -> None:
    uid = written(house)
    with house.writing():
        objectives.note_progress(who(house.worker), the(uid), version=1, level="half_way", line="Deux visites.")
    with house.writing():
        objectives.reword(who(house.worker), the(uid), version=2, words=OTHER, sign=None, by_when=today())
    with house.reading():
        objective = found_in.objective_or_404(uid, who(house.worker))
        kept = [(b.was.number, b.was.words, b.was.level, b.was.line) for b in found_in.history(objective).versions]
        assert kept == [
            (3, OTHER, "half_way", None),
            (2, WORDS, "half_way", "Deux visites."),
            (1, WORDS, "not_begun", None),
        ]


def test_saying_the_same_again_adds_nothing(house: House) -> None:
    uid = written(house)
    with house.writing():
        objectives.reword(who(house.worker), the(uid), version=1, words=WORDS, sign="J’ai la clé.", by_when=None)
    with house.reading():
        assert db.session.scalar(select(func.count(ObjectiveVersion.id))) == 1


def test_small_steps_are_ticked_unticked_and_taken_off_with_a_trace(house: House) -> None:
    uid = written(house)
    with house.writing():
        step = objectives.add_step(who(house.worker), the(uid), words=STEP).uid

    def counted() -> tuple[int, int]:
        with house.reading():
            file = queries.file_or_404(house.code, who(house.worker))
            [glance] = queries.objectives_at_a_glance(file)
            return glance.done, glance.steps

    for done in (True, False, True):
        with house.writing():
            objectives.tick(who(house.worker), found_in.step_or_404(step, who(house.worker)), done=done)
        assert counted() == (int(done), 1)
    with house.writing():
        objectives.take_off(who(house.worker), found_in.step_or_404(step, who(house.worker)))
    assert counted() == (0, 0)
    with house.reading():
        file = queries.file_or_404(house.code, who(house.worker))
        [told] = queries.everything_about(file.person)["small_steps"]
        assert (told["words"], told["off_on"]) == (STEP, today().isoformat())


def test_lists_have_a_limit_and_say_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_OPEN", 1)
    monkeypatch.setattr(rules, "MOST_STEPS", 1)
    uid = written(house)
    with pytest.raises(objectives.EnoughForNow):
        written(house)
    with house.writing():
        objectives.add_step(who(house.worker), the(uid), words=STEP)
    with pytest.raises(objectives.EnoughForNow), house.writing():
        objectives.add_step(who(house.worker), the(uid), words=STEP)
    with house.writing():
        objectives.note_progress(who(house.worker), the(uid), version=1, level="set_aside", line=None)
    written(house)  # what is set aside no longer counts


@pytest.mark.parametrize("role", ["other", "peer", "coordinator", "administrator"])
def test_d_conf_1_nobody_writes_an_objective_of_a_file_that_is_not_hers(house: House, role: str) -> None:
    uid = written(house)
    with_a_peer(house)
    with house.writing():
        step = objectives.add_step(who(house.worker), the(uid), words=STEP)
        number = step.id
    tries = (
        lambda u, o: objectives.add_objective(u, o.file, words=OTHER, sign=None, by_when=None),
        lambda u, o: objectives.reword(u, o, version=1, words=OTHER, sign=None, by_when=None),
        lambda u, o: objectives.note_progress(u, o, version=1, level="reached", line=None),
        lambda u, o: objectives.add_step(u, o, words=OTHER),
        lambda u, o: objectives.tick(u, db.session.get_one(ObjectiveStep, number), done=True),
        lambda u, o: objectives.take_off(u, db.session.get_one(ObjectiveStep, number)),
        lambda u, o: sharing.share(u, o),
        lambda u, o: sharing.stop_sharing(u, o),
    )
    for attempt in tries:
        with pytest.raises(NotAllowed), house.writing():
            attempt(who(getattr(house, role)), the(uid))
    with house.reading(), pytest.raises(NotFound):
        found_in.objective_or_404(uid, who(getattr(house, role)))


def test_a_closed_file_takes_no_new_objective(house: House) -> None:
    uid = written(house)
    with house.writing():
        actions.close_file(who(house.worker), queries.file_by_code(house.code))
    for attempt in (
        lambda u: objectives.add_objective(u, the(uid).file, words=OTHER, sign=None, by_when=None),
        lambda u: objectives.note_progress(u, the(uid), version=1, level="reached", line=None),
    ):
        with pytest.raises(actions.FileClosed), house.writing():
            attempt(who(house.worker))


# --- two workers write at the same time ----------------------------------------------------------------------------


def test_bad_input_two_workers_edit_one_objective_the_second_sees_both(house: House, signed_in: SignIn) -> None:
    with house.writing():
        actions.assign(who(house.coordinator), queries.file_by_code(house.code), who(house.other))
    uid = written(house)
    page = f"/support/objectives/{uid}"
    first, second = client(house, signed_in, "worker"), client(house, signed_in, "other")
    theirs, hers = "Avoir un bail à deux.", "Avoir un toit à moi, près de l’école."
    sent = {"sign": "", "by_when": "", "version": "1"}
    assert first.send(page, {**sent, "words": theirs}).status_code == 303
    answer = second.send(page, {**sent, "words": hers})
    assert answer.status_code == 409
    assert theirs in answer.text and hers in answer.text
    assert 'name="version" value="2"' in answer.text
    with house.reading():
        found_in.objective_or_404(uid, who(house.other))
        assert the(uid).words == theirs
    assert second.send(page, {**sent, "words": hers, "version": "2"}).status_code == 303
    with house.reading():
        objective = found_in.objective_or_404(uid, who(house.other))
        assert [b.was.words for b in found_in.history(objective).versions] == [hers, theirs, WORDS]


def test_bad_input_two_workers_note_progress_nothing_typed_is_lost(house: House, signed_in: SignIn) -> None:
    uid = written(house)
    browser, page = client(house, signed_in, "worker"), f"/support/objectives/{uid}"
    assert browser.send(f"{page}/progress", {"level": "nearly", "line": "Bail signé.", "version": "1"}, seen=page)
    answer = browser.send(f"{page}/progress", {"level": "begun", "line": "Une visite.", "version": "1"}, seen=page)
    assert answer.status_code == 409
    assert "Bail signé." in answer.text and "Une visite." in answer.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"words": ""}, "words"), ({"words": "NAS 046 454 286"}, "words"), ({"by_when": "2031-02-30"}, "by_when")],
)
def test_a_refused_objective_keeps_what_was_typed(
    house: House, signed_in: SignIn, wrong: dict[str, str], field: str
) -> None:
    page = f"/support/files/{house.code}/objectives"
    sent = {"words": WORDS, "sign": "Un signe à moi.", "by_when": ""}
    answer = client(house, signed_in, "worker").send(page, {**sent, **wrong})
    assert answer.status_code == 422
    assert "Un signe à moi." in answer.text and f'id="{field}-err"' in answer.text


def test_a_day_that_has_passed_does_not_stop_other_changes(house: House, signed_in: SignIn) -> None:
    uid = written(house)
    past = today() - timedelta(days=3)
    with house.writing():
        db.session.execute(update(Objective).values(by_when=past))
    sent = {"words": OTHER, "sign": "", "by_when": past.isoformat(), "version": "1"}
    browser = client(house, signed_in, "worker")
    assert browser.send(f"/support/objectives/{uid}", sent).status_code == 303
    earlier = (past - timedelta(days=1)).isoformat()
    assert browser.send(f"/support/objectives/{uid}", {**sent, "by_when": earlier, "version": "2"}).status_code == 422


def test_the_pages_of_objectives_read_well(house: House, signed_in: SignIn) -> None:
    uid = written(house)
    browser, page = client(house, signed_in, "worker"), f"/support/objectives/{uid}"
    assert browser.send(f"{page}/steps", {"words": STEP}, seen=page).status_code == 303
    listed = browser.get(f"/support/files/{house.code}/objectives").text
    assert WORDS in listed and STEP in listed and "0 small steps out of 1" in listed.replace("step out", "steps out")
    title = listed[listed.index("<title>") : listed.index("</title>")]
    assert house.code in title and WORDS not in title
    assert WORDS not in browser.get(page).text.split("</title>")[0]


# --- shared with the peer beside her -------------------------------------------------------------------------------


def test_section_8_a_peer_reads_what_is_shared_and_by_its_code_only(house: House, signed_in: SignIn) -> None:
    uid, _unshared = written(house), written(house, OTHER)
    with_a_peer(house)
    shared(house, uid)
    page = client(house, signed_in, "peer").get(f"/support/accompanied/{house.code}").text
    assert WORDS in page and OTHER not in page and "Hirondelle" not in page
    assert "1 shared objective" in client(house, signed_in, "peer").get("/support/accompanied").text


def test_section_8_a_peer_never_reads_one_that_is_not_shared(house: House) -> None:
    uid = written(house)
    with_a_peer(house)
    assert seen_by_the_peer(house) == []
    with house.reading(), pytest.raises(NotGranted):
        vault.open_safes(who(house.peer), [the(uid).safe_id], why="try")
    with house.reading(), pytest.raises(NotGranted):
        vault.open_safes(who(house.peer), [queries.file_by_code(house.code).person.safe_id], why="try")
        _ = the(uid).words


def test_section_8_a_peer_never_reads_one_that_is_shared_no_more(house: House) -> None:
    uid = written(house)
    with_a_peer(house)
    shared(house, uid)
    assert seen_by_the_peer(house) == [WORDS]
    with house.reading():
        safe = db.session.scalars(select(SharedObjective.safe_id)).one()
        name = db.session.get_one(vault.Safe, safe).uid
    with house.writing():
        sharing.stop_sharing(who(house.worker), the(uid))
    assert seen_by_the_peer(house) == []
    with house.reading():
        assert vault.key_store().status() is not None
        from app.vault.keystore import KeyGone

        with pytest.raises(KeyGone):
            vault.key_store().keys([name])  # what she read is unreadable in every backup too
        found_in.objective_or_404(uid, who(house.worker))
        assert the(uid).words == WORDS


def test_section_8_a_peer_never_reads_what_it_was_nor_the_steps(house: House, signed_in: SignIn) -> None:
    uid = written(house)
    with_a_peer(house)
    with house.writing():
        objectives.add_step(who(house.worker), the(uid), words=STEP)
    shared(house, uid)
    with house.writing():
        objectives.note_progress(who(house.worker), the(uid), version=1, level="nearly", line="Une ligne du suivi.")
    with house.writing():
        objectives.reword(who(house.worker), the(uid), version=2, words=OTHER, sign=None, by_when=None)
    assert seen_by_the_peer(house) == [OTHER]
    browser = client(house, signed_in, "peer")
    page = browser.get(f"/support/accompanied/{house.code}").text
    assert "Nearly there" in page
    for hidden in (WORDS, STEP, "Une ligne du suivi.", "J’ai la clé."):
        assert hidden not in page
    assert browser.get(f"/support/objectives/{uid}").status_code == 403
    with house.reading():
        file_safe = queries.file_by_code(house.code).safe_id
        for model in (ObjectiveVersion, ObjectiveStep, Objective):
            assert set(db.session.scalars(select(model.safe_id))) == {file_safe}


def test_section_8_what_is_shared_is_for_the_peer_beside_her_alone(house: House, signed_in: SignIn) -> None:
    uid = written(house)
    assignment = with_a_peer(house)
    shared(house, uid)
    with house.writing():
        stranger = add_user("Paire Deux", "peer_supporter").id
    with house.reading(), pytest.raises(NotFound):
        found_in.shared_with(house.code, who(stranger))
    with house.writing():
        actions.end_assignment(who(house.coordinator), db.session.get_one(Assignment, assignment))
    with house.reading(), pytest.raises(NotFound):
        found_in.shared_with(house.code, who(house.peer))
    with house.writing():
        actions.assign(who(house.coordinator), queries.file_by_code(house.code), who(stranger))
    with house.reading():
        assert found_in.shared_with(house.code, who(stranger)).rows == []  # she shared with somebody she knew


def test_nothing_is_shared_with_nobody(house: House, signed_in: SignIn) -> None:
    uid = written(house)
    with pytest.raises(sharing.NobodyBeside):
        shared(house, uid)
    answer = client(house, signed_in, "worker")
    page = f"/support/objectives/{uid}"
    assert answer.send(f"{page}/share", seen=page).status_code == 409


def test_erasing_a_person_destroys_what_is_shared_too(house: House) -> None:
    uid = written(house)
    with_a_peer(house)
    shared(house, uid)
    with house.writing():
        safe = db.session.scalars(select(SharedObjective.safe_id)).one()
        erase(queries.file_by_code(house.code).person, by=None)
    with house.reading():
        assert db.session.get_one(vault.Safe, safe).destroyed_at is not None


# --- what is damaged, how many questions ---------------------------------------------------------------------------


def damage(model: Any, name: str, uid: str) -> None:
    """Change one bit of a sealed value, as a fault of the disk would."""
    where, column = model.uid == uid, vault.sealed_column(model, name)
    raw = bytes(db.session.scalars(select(column).where(where)).one())
    db.session.execute(update(model).where(where).values({f"_{name}": raw[:-1] + bytes([raw[-1] ^ 1])}))


def test_bad_input_a_damaged_objective_is_said_and_the_rest_is_whole(house: House, signed_in: SignIn) -> None:
    broken, _whole = written(house), written(house, OTHER)
    with house.writing():
        damage(Objective, "words", broken)
    browser = client(house, signed_in, "worker")
    listed = browser.get(f"/support/files/{house.code}/objectives")
    assert listed.status_code == 200 and "damaged" in listed.text and OTHER in listed.text and WORDS not in listed.text
    one = browser.get(f"/support/objectives/{broken}")
    assert one.status_code == 200 and "damaged" in one.text and "Say it otherwise" not in one.text
    with house.reading():
        assert "vault.damaged" in journaled()


def questions(house: House) -> int:
    with house.reading():
        file = queries.file_or_404(house.code, who(house.worker))
        asked: list[str] = []
        listen = lambda _c, _cur, statement, *_rest: asked.append(statement)  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        found_in.objectives(file)
        queries.objectives_at_a_glance(file)
        event.remove(db.engine, "before_cursor_execute", listen)
        return len(asked)


def test_law_9_the_list_asks_as_much_for_twenty_as_for_one(house: House) -> None:
    written(house)
    few = questions(house)
    for _ in range(20):
        uid = written(house)
    with house.writing():
        objectives.add_step(who(house.worker), the(uid), words=STEP)
    assert questions(house) == few <= 4
    with house.reading():
        file = queries.file_or_404(house.code, who(house.worker))
        assert len(queries.objectives_at_a_glance(file)) == 5
