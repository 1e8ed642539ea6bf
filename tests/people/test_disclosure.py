"""The only way out (D-CONF-3): a permit for her, this recipient, this purpose, every item, today; else nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app import papers
from app.accounts.models import User
from app.db import db, reading, transaction
from app.errors import NotGranted
from app.hookspecs import DisclosureRequest, Permit, Refusal
from app.journal.models import JournalEntry
from app.papers.models import Paper
from app.papers.queries import Content, paper_or_404
from app.people import disclosure
from app.people.actions import register
from app.people.disclosure import NothingPermits, Part, covers
from app.people.models import Disclosure, Person
from app.people.rules import ITEMS
from app.plugins import switch
from app.testing import add_user
from app.web.times import today
from tests.papers.test_documents import read
from tests.plugins.support.gatekeeper import PURPOSE, RECIPIENT, SOURCE, behaves, permit, permitted
from tests.plugins_core.conftest import Install, MakeApp, install, start

pytestmark = pytest.mark.usefixtures("english")

__all__ = ["install", "start"]  # fixtures

PARTS = [Part("objectives", "Objectifs", ["Avoir son bail."]), Part("presence", "Présence", ["Depuis mars."])]


@pytest.fixture
def app(install: Install, start: MakeApp) -> Flask:
    install("gate", SOURCE)
    made = start("gate")
    with made.app_context(), transaction():
        switch("confidentiality", on=False, by=None, why="test")
    return made


@pytest.fixture
def known(app: Flask) -> tuple[int, str]:
    """A worker and the code of a person of hers."""
    with app.app_context(), transaction():
        worker = add_user("Intervenante Démo", "support_worker")
        person = register(worker, kind="woman", pseudonym="Mésange", first_contact=date(2026, 5, 1))
        return worker.id, person.code


@contextmanager
def asking(app: Flask, known: tuple[int, str], *, write: bool = True) -> Iterator[tuple[User, Person]]:
    """Who asks, about whom, in a unit of work."""
    with app.test_request_context(), transaction() if write else reading():
        query = select(User).options(selectinload(User.roles)).where(User.id == known[0])
        yield db.session.scalars(query).one(), db.session.scalars(select(Person).where(Person.code == known[1])).one()


def tell(user: User, person: Person, **other: Any) -> Disclosure:
    told: dict[str, Any] = {"recipient": RECIPIENT, "purpose": PURPOSE, "parts": PARTS, "way": "handed"}
    return disclosure.disclose(user, person, **{**told, "title": "Lettre", "language": "fr", **other})


def counts() -> tuple[int, int]:
    """Entries of the register, and papers."""
    return db.session.scalar(select(func.count(Disclosure.id))) or 0, db.session.scalar(
        select(func.count(Paper.id))
    ) or 0


def journaled() -> list[JournalEntry]:
    return list(db.session.scalars(select(JournalEntry).order_by(JournalEntry.seq)))


def test_d_conf_3_nobody_answers_so_it_is_refused_and_says_why(app: Flask, known: tuple[int, str]) -> None:
    with app.app_context(), transaction():
        switch("gate", on=False, by=None, why="test")
    with pytest.raises(NothingPermits) as refused, asking(app, known) as (user, person):
        tell(user, person)
    assert "switched off" in str(refused.value) and "written consent" in str(refused.value)
    with asking(app, known, write=False):
        assert counts() == (0, 0)


def test_d_conf_10_a_refused_attempt_is_journaled_with_its_code_and_no_content(
    app: Flask, known: tuple[int, str]
) -> None:
    permitted()
    with pytest.raises(NothingPermits), asking(app, known) as (user, person):
        tell(user, person)
    with asking(app, known, write=False):
        [entry] = [each for each in journaled() if each.action == "people.disclosure_refused"]
        assert known[1] in entry.codes and '"items":2' in entry.detail.replace(" ", "")
        assert RECIPIENT not in entry.detail and "bail" not in entry.detail
        assert counts() == (0, 0)


def test_d_conf_6_what_left_is_in_the_register_with_the_hash_of_what_left(app: Flask, known: tuple[int, str]) -> None:
    permitted(permit(known[1], *ITEMS))
    with asking(app, known) as (user, person):
        uid = tell(user, person, subject="letter-1").uid
    with asking(app, known, write=False) as (user, person):
        entry = db.session.scalars(select(Disclosure)).one()
        paper = paper_or_404(entry.paper or "", user)
        content = b"".join(Content(paper))
        assert entry.sha256 == hashlib.sha256(content).hexdigest() == paper.sha256
        assert (entry.uid, entry.subject, entry.permit, entry.ground) == (uid, "letter-1", "consent-1", "consent")
        assert (entry.recipient, entry.purpose, entry.items) == (RECIPIENT, PURPOSE, "objectives presence")
        assert entry.person_id == person.id and entry.by == user.id
        [told] = [each for each in journaled() if each.action == "people.disclosed"]
        assert told.subject == uid and "bail" not in told.detail


def test_d_conf_3_the_document_holds_the_parts_that_were_covered_and_nothing_more(
    app: Flask, known: tuple[int, str]
) -> None:
    permitted(permit(known[1], *ITEMS))  # more items than are told
    with asking(app, known) as (user, person):
        tell(user, person)
    with asking(app, known, write=False) as (user, person):
        said = read(b"".join(Content(paper_or_404(db.session.scalars(select(Disclosure.paper)).one() or "", user))))
    assert "Avoir son bail." in said and "Depuis mars." in said and RECIPIENT in said
    assert known[1] not in said and "Mésange" not in said


def test_entry_paper_and_journal_are_one_transaction(
    app: Flask, known: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    permitted(permit(known[1], *ITEMS))

    def torn(*_given: object, **_told: object) -> None:
        raise OSError("no room")

    for broken in ("pdf", "keep_made"):
        with monkeypatch.context() as patch:
            patch.setattr(papers, broken, torn)
            with pytest.raises(OSError, match="no room"), asking(app, known) as (user, person):
                tell(user, person)
    with pytest.raises(RuntimeError, match="later"), asking(app, known) as (user, person):
        tell(user, person)
        raise RuntimeError("later in the same unit")
    with asking(app, known, write=False):
        assert counts() == (0, 0)
        assert "people.disclosed" not in [each.action for each in journaled()]


def test_what_is_spoken_is_entered_without_a_paper(app: Flask, known: tuple[int, str]) -> None:
    permitted(permit(known[1], *ITEMS))
    with asking(app, known) as (user, person):
        entry = tell(user, person, way="spoken")
        assert entry.paper is None and entry.sha256 is None
        assert counts() == (1, 0)


def test_d_conf_1_who_may_not_open_her_safe_tells_nothing(app: Flask, known: tuple[int, str]) -> None:
    permitted(permit(known[1], *ITEMS))
    with app.app_context(), transaction():
        other = add_user("Intervenante Autre", "support_worker").id
    with pytest.raises(NotGranted), asking(app, (other, known[1])) as (user, person):
        tell(user, person)
    with asking(app, known, write=False):
        assert counts() == (0, 0)


@pytest.mark.parametrize("mode", ["raises", "nonsense"])
def test_a_fault_in_what_permits_means_no(app: Flask, known: tuple[int, str], mode: str) -> None:
    permitted(permit(known[1], *ITEMS))
    behaves(mode)
    with pytest.raises(NothingPermits) as refused, asking(app, known) as (user, person):
        tell(user, person)
    assert "her name" not in str(refused.value)


def test_a_withdrawal_in_the_same_breath_comes_first(app: Flask, known: tuple[int, str]) -> None:
    permitted(permit(known[1], *ITEMS))
    with asking(app, known) as (user, person):
        told: dict[str, Any] = {"recipient": RECIPIENT, "purpose": PURPOSE, "items": ["objectives"]}
        assert isinstance(disclosure.answer(user, person, **told), Permit)
        permitted()
        assert isinstance(disclosure.answer(user, person, **told), Refusal)
        with pytest.raises(NothingPermits):
            tell(user, person)


def test_a_look_ahead_leaves_no_trace(app: Flask, known: tuple[int, str]) -> None:
    permitted()
    with asking(app, known, write=False) as (user, person):
        disclosure.answer(user, person, recipient=RECIPIENT, purpose=PURPOSE, items=["objectives"])
    with asking(app, known, write=False):
        assert "people.disclosure_refused" not in [each.action for each in journaled()]


def test_a_letter_begins_only_from_what_is_hers_and_not_over(app: Flask, known: tuple[int, str]) -> None:
    yesterday = today() - timedelta(days=1)
    permitted(
        permit("ZZZZZ", "needs"),
        permit(known[1], "needs", until=yesterday),
        permit(known[1], "needs", until=today(), uid="hers"),
    )
    with asking(app, known, write=False) as (user, person):
        assert [each.uid for each in disclosure.permits(person, user)] == ["hers"]


def test_recipients_are_in_the_order_of_the_alphabet(app: Flask, known: tuple[int, str]) -> None:
    with asking(app, known, write=False) as (user, _person):
        assert disclosure.recipients(user) == sorted(disclosure.recipients(user))


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ({}, True),
        ({"recipient": "  LOGIS   demo "}, True),  # as it is read, whatever its case and accents
        ({"recipient": "Logis Démo 2"}, False),
        ({"recipient": "…"}, False),
        ({"purpose": "health"}, False),
        ({"items": frozenset({"needs", "steps"})}, False),
        ({"items": frozenset()}, False),
    ],
)
def test_d_conf_3_what_a_permit_covers(app: Flask, known: tuple[int, str], given: dict[str, Any], fits: bool) -> None:
    with asking(app, known, write=False) as (user, person):
        plain: dict[str, Any] = {"recipient": RECIPIENT, "purpose": PURPOSE, "items": frozenset({"needs"}), **given}
        wanted = DisclosureRequest(person, by=user, **plain)
        hers = permit(person.code, "needs", "presence")
        assert covers(hers, wanted, today()) is fits
        assert not covers(hers, wanted, hers.until + timedelta(days=1))
        assert not covers(permit("ZZZZZ", "needs"), wanted, today())
        assert not covers(permit(person.code, "needs", recipient="…"), wanted, today())
