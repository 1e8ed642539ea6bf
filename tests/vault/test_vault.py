"""The vault: nobody reads a row's clear text without a grant, and a destroyed key destroys (D-CONF-1, -9, -10)."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, text

from app import vault
from app.db import db, reading, transaction
from app.errors import Damaged, NotGranted, SafeDestroyed
from app.journal.models import JournalEntry
from app.people.models import Person
from app.testing import add_user


def register(worker, name="Hirondelle d’Été") -> Person:  # type: ignore[no-untyped-def]
    safe = vault.create_safe("person")
    person = Person(
        safe_id=safe.id,
        code="K7M2Q",
        kind="woman",
        pseudonym=name,
        first_contact=date(2026, 3, 2),
        registered_by=worker.id,
    )
    db.session.add(person)
    vault.grant(safe.id, worker, why="assigned", by=worker)
    return person


@pytest.fixture
def worker_id(context: Flask) -> int:
    with transaction():
        worker = add_user("Intervenante Démo", "support_worker")
        register(worker)
        return worker.id


def load(user_id: int):  # type: ignore[no-untyped-def]
    from app.accounts.models import User

    return db.session.get(User, user_id), db.session.scalar(select(Person))


def actions() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)))


def test_a_granted_worker_reads_after_opening(worker_id: int) -> None:
    with reading():
        worker, person = load(worker_id)
        vault.open_safes(worker, [person.safe_id], why="person", codes=[person.code])
        assert person.pseudonym == "Hirondelle d’Été"
        assert person.name is None
    assert actions()[-1] == "vault.opened"


def test_d_conf_1_reading_without_opening_is_refused_and_journaled(worker_id: int) -> None:
    with reading():
        _worker, person = load(worker_id)
        with pytest.raises(NotGranted):
            _ = person.pseudonym
    assert actions()[-1] == "vault.refused"


def test_d_conf_1_opening_without_a_grant_is_refused_and_journaled(worker_id: int) -> None:
    with transaction():
        other_id = add_user("Autre Démo", "support_worker").id
    with reading():
        other, person = load(other_id)
        with pytest.raises(NotGranted):
            vault.open_safes(other, [person.safe_id], why="person", codes=[person.code])
    assert actions()[-1] == "vault.refused"


def test_a_refusal_outlives_the_rollback(worker_id: int) -> None:
    with pytest.raises(NotGranted), transaction():
        _worker, person = load(worker_id)
        _ = person.pseudonym
    assert actions()[-1] == "vault.refused"


def test_a_value_moved_to_another_row_does_not_open(worker_id: int) -> None:
    with transaction():
        db.session.execute(text("UPDATE core_person SET uid = 'elsewhere'"))
    with reading():
        worker, person = load(worker_id)
        vault.open_safes(worker, [person.safe_id], why="person")
        with pytest.raises(Damaged):
            _ = person.pseudonym
    assert actions()[-1] == "vault.damaged"


def test_search_finds_beginnings_without_accents_or_case(worker_id: int) -> None:
    fields = ["core_person.name", "core_person.pseudonym"]
    with reading():
        worker, person = load(worker_id)
        for typed in ("hi", "HIRON", "hirondelle ete", "été"):
            assert [row.row_uid for row in db.session.execute(vault.found(worker, fields, typed))] == [person.uid], (
                typed
            )
        assert db.session.execute(vault.found(worker, fields, "rondelle")).all() == []


def test_search_finds_nothing_for_somebody_else(worker_id: int) -> None:
    with transaction():
        other = add_user("Autre Démo", "support_worker")
        assert db.session.execute(vault.found(other, ["core_person.pseudonym"], "hiron")).all() == []


def test_d_conf_9_a_destroyed_safe_is_unreadable(worker_id: int) -> None:
    with transaction():
        worker, person = load(worker_id)
        vault.destroy(db.session.get(vault.Safe, person.safe_id), by=worker)
    with reading():
        worker, person = load(worker_id)
        with pytest.raises(SafeDestroyed):
            vault.open_safes(worker, [person.safe_id], why="person")


def test_rotation_keeps_everything_readable_and_drops_the_old_key(worker_id: int) -> None:
    store = vault.key_store()
    before = store.master.read_text()
    assert store.rotate() > 0
    after = store.master.read_text()
    assert before not in after and len(after.splitlines()) == 1
    test_a_granted_worker_reads_after_opening(worker_id)


def test_d_conf_1_what_one_opened_is_not_open_to_another(worker_id: int) -> None:
    """Two people in one unit of work (a job, a sign-in): each by her own grants, and the refusal is journaled."""
    with transaction():
        stranger = add_user("Intervenante Démo 2", "support_worker")
        worker, person = load(worker_id)
        vault.open_safes(worker, [person.safe_id], why="person")
        with pytest.raises(NotGranted):
            vault.open_safes(stranger, [person.safe_id], why="person")
        with pytest.raises(NotGranted):
            _ = person.pseudonym
    assert actions()[-2:] == ["vault.refused", "vault.refused"]


def test_a_row_that_is_deleted_is_found_no_more(worker_id: int) -> None:
    with transaction():
        _worker, person = load(worker_id)
        db.session.delete(person)
    with reading():
        assert db.session.scalar(text("SELECT count(*) FROM core_blind_token")) == 0
