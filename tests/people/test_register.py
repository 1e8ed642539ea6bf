"""Who may do what in the register, and what it keeps (D-FILE-2, -3, -4; D-CONF-1, -10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from app import vault
from app.db import db, now, reading, transaction
from app.errors import NotAllowed, NotFound, NotGranted
from app.journal.models import JournalAbout, JournalEntry
from app.people import actions, queries
from app.people.models import Person, SafeContact
from app.web.times import today
from tests.people.conftest import Register, person, user

pytestmark = pytest.mark.usefixtures("context")
Team = dict[str, int]
REACH = {"channel": "text", "address": "514 555-0134", "name_to_use": "Julie"}


def journaled(action: str) -> list[str]:
    """The codes told by each entry of an action."""
    with reading():
        return list(db.session.scalars(select(JournalEntry.codes).where(JournalEntry.action == action)))


def test_d_file_2_a_code_alone_is_enough(register: Register, team: Team) -> None:
    code = register("ana")
    with reading():
        her = queries.person_or_404(code, user(team["ana"]))
        assert (her.name, her.pseudonym, len(her.code)) == (None, None, 5)
    assert journaled("people.registered") == [code]


def test_d_file_3_under_16_is_refused_and_referred(register: Register) -> None:
    with pytest.raises(actions.UnderSixteen):
        register("ana", age_band="under-16")
    with reading():
        assert db.session.scalar(select(func.count()).select_from(Person)) == 0


def test_d_file_3_nor_by_a_change_afterwards(register: Register, team: Team) -> None:
    code = register("ana", age_band="16-17")
    with pytest.raises(actions.UnderSixteen), transaction():
        actions.update(user(team["ana"]), person(code), age_band="under-16")
    with reading():
        assert person(code).age_band == "16-17"


@pytest.mark.parametrize("who", ["peer", "chief"])
def test_only_a_worker_registers(register: Register, who: str) -> None:
    with pytest.raises(NotAllowed):
        register(who)


def test_d_conf_1_another_workers_person_is_the_same_as_nobody(register: Register, team: Team) -> None:
    code = register("ana", name="Marguerite")
    said = []
    for asked in (code, code.lower(), "K7K7K", "%00"):
        with reading(), pytest.raises(NotFound) as refused:
            queries.person_or_404(asked, user(team["bea"]))
        said.append(str(refused.value))
    assert len(set(said)) == 1
    assert journaled("people.refused") == [code, code, "", ""]


def test_d_conf_1_another_worker_can_change_nothing(register: Register, team: Team) -> None:
    code = register("ana", contacts=[REACH])
    with reading():
        her = person(code)
        contact = queries.contacts(her)[0].id
    for attempt in (
        lambda bea, her, _c: actions.update(bea, her, kind="relative"),
        lambda bea, her, _c: actions.add_contact(bea, her, **REACH),
        lambda bea, her, c: actions.confirm_contact(bea, her, c),
        lambda bea, her, c: actions.remove_contact(bea, her, c),
        lambda bea, her, c: actions.rank(bea, her, c),
    ):
        with pytest.raises(NotGranted), transaction():
            attempt(user(team["bea"]), person(code), db.session.get(SafeContact, contact))
    assert journaled("vault.refused") == [code] * 5


def test_a_grant_that_ended_or_was_revoked_opens_nothing(register: Register, team: Team) -> None:
    code = register("ana", pseudonym="Hirondelle")
    with transaction():
        vault.grant(person(code).safe_id, user(team["bea"]), why="stand_in", by=None, until=now())
        vault.revoke(person(code).safe_id, user(team["ana"]), by=None)
    for who in ("ana", "bea"):
        with reading():
            assert queries.my_people(user(team[who])).lines == []
            assert queries.find(user(team[who]), "hiro") == []
            with pytest.raises(NotFound):
                queries.person_or_404(code, user(team[who]))


def test_section_8_a_peer_sees_the_code_and_the_safe_contact_never_the_name(register: Register, team: Team) -> None:
    code = register("ana", pseudonym="Hirondelle", contacts=[REACH])
    with transaction():
        vault.grant(person(code).safe_id, user(team["peer"]), why="assigned", by=None)
    with reading():
        peer = user(team["peer"])
        assert queries.my_people(peer).lines[0][::4] == (code, None)
        assert queries.find(peer, "hirond") == []
        assert [line.called for line in queries.find(peer, code[:3])] == [None]
        assert queries.contacts(queries.person_or_404(code, peer))[0].address == REACH["address"]


def test_section_8_a_coordinator_sees_codes_without_names(register: Register, team: Team) -> None:
    codes = [register("ana", name="Marguerite"), register("bea", kind="relative")]
    with reading():
        lines = queries.all_codes(user(team["chief"])).lines
        assert [line.code for line in lines] == codes[::-1]
        assert {line.called for line in lines} == {None}
    with reading(), pytest.raises(NotAllowed):
        queries.all_codes(user(team["ana"]))


def test_the_list_is_paged_without_holes_or_doubles(register: Register, team: Team) -> None:
    codes = [register("ana", pseudonym=f"Oiseau {n}") for n in range(7)]
    register("bea", pseudonym="Autre")
    with transaction():  # a second grant on the same safe is not a second row
        vault.grant(person(codes[3]).safe_id, user(team["ana"]), why="assigned", by=None)
        vault.create_safe("support.file")
    seen, after = [], None
    for _page in range(3):
        with reading():
            page = queries.my_people(user(team["ana"]), after, limit=3)
            seen += page.lines
            after = page.after
    assert [line.code for line in seen] == codes[::-1]
    assert seen[0].called == "Oiseau 6"
    assert after is None


def test_the_list_does_not_tell_whether_a_code_exists(register: Register, team: Team) -> None:
    register("bea", pseudonym="Avant")
    foreign = register("ana")
    with reading():
        bea = user(team["bea"])
        assert queries.my_people(bea, after=foreign) == queries.my_people(bea, after="K7K7K")


def test_d_conf_10_a_page_is_journaled_with_its_codes_and_no_other(register: Register, team: Team) -> None:
    codes = [register("ana") for _ in range(4)]
    with reading():
        queries.my_people(user(team["ana"]), limit=3)
    assert journaled("vault.opened")[-1].split() == codes[:0:-1]
    with reading():
        assert (
            db.session.scalar(select(func.count()).where(JournalAbout.code == codes[0])) == 1
        )  # registered; not shown


def test_a_destroyed_record_leaves_the_list_and_the_search(register: Register, team: Team) -> None:
    kept, gone = register("ana", name="Iris"), register("ana", name="Iris")
    with transaction():
        vault.destroy(db.session.get_one(vault.Safe, person(gone).safe_id), by=None)
    with reading():
        ana = user(team["ana"])
        assert [line.code for line in queries.my_people(ana).lines] == [kept]
        assert [line.code for line in queries.find(ana, "iris")] == [kept]
        assert queries.find(ana, gone) == []


def test_search_by_beginnings_of_name_pseudonym_and_code(register: Register, team: Team) -> None:
    code = register("ana", name="Éloïse Côté-Lapierre", pseudonym="Hirondelle")
    register("bea", name="Éloïse Autre", pseudonym="Hirondelle")
    with reading():
        ana = user(team["ana"])
        for typed in ("elo", "ÉLOÏSE LAP", "hirondelle", "cote", code, code[:2].lower(), f" {code} "):
            assert [line.code for line in queries.find(ana, typed)] == [code], typed
        for typed in ("", " ", "loïse", "x" * 300, "\0", "%", "_", code + "2"):
            assert queries.find(ana, typed) == [], typed


def test_duplicates_of_somebody_else_are_never_told(register: Register, team: Team) -> None:
    mine = register("ana", name="Marguerite Lafleur")
    register("bea", name="Marguerite Lafleur")
    with reading():
        ana = user(team["ana"])
        assert [line.code for line in queries.possible_duplicates(ana, None, "Mariane Lafleur")] == []
        assert [line.code for line in queries.possible_duplicates(ana, "marguerita lalonde")] == []
        assert [line.code for line in queries.possible_duplicates(ana, "MARGUERITA lafleure", None)] == [mine]
        assert queries.possible_duplicates(ana, "Marguerite", but=person(mine)) == []
        assert queries.possible_duplicates(ana, None, None) == []


def test_what_changed_is_journaled_without_content(register: Register, team: Team) -> None:
    code = register("ana", name="Rose")
    with transaction():
        actions.update(user(team["ana"]), person(code), name="Violette", kind="woman", languages=["es", "fr"])
    with reading():
        entry = db.session.scalars(select(JournalEntry).where(JournalEntry.action == "people.updated")).one()
        assert entry.detail == '{"fields":"languages.name"}'
        ana = user(team["ana"])
        assert [line.languages for line in queries.find(ana, "violette")] == ["es fr"]
        assert queries.find(ana, "rose") == []


def test_d_file_4_contacts_are_ranked_confirmed_and_removed(register: Register, team: Team) -> None:
    long_ago = today() - timedelta(days=91)
    code = register(
        "ana", contacts=[REACH, {**REACH, "address": "B", "confirmed_on": long_ago}, {**REACH, "address": "C"}]
    )
    with transaction():
        ana, her = user(team["ana"]), person(code)
        first, second, third = queries.contacts(her)
        assert not first.name_us and not first.leave_message  # unless she said otherwise
        actions.rank(ana, her, third)
        actions.confirm_contact(ana, her, second, hours="le soir")
        actions.remove_contact(ana, her, first)
    with reading():
        ana = user(team["ana"])
        found = queries.contacts(queries.person_or_404(code, ana))
        assert [(each.address, each.hours) for each in found] == [("C", None), ("B", "le soir")]
        assert {each.confirmed_on for each in found} == {today()}
    assert journaled("people.contact_removed") == [code]


def test_a_contact_is_reached_through_its_own_person_only(register: Register, team: Team) -> None:
    hers, other = register("ana", contacts=[REACH]), register("ana")
    with reading():
        uid = queries.contacts(person(hers))[0].uid
        with pytest.raises(NotFound):
            queries.contact_or_404(person(other), uid)


def test_the_list_costs_the_same_queries_for_few_and_for_many(register: Register, team: Team) -> None:
    counts: list[int] = []
    seen: list[int] = []
    register("ana")
    with reading():
        queries.my_people(user(team["ana"]))

    def count(*_args: object) -> None:
        seen.append(1)

    event.listen(db.engine, "before_cursor_execute", count)
    for _round in range(2):
        for number in range(30):
            register("ana", pseudonym=f"Oiseau {number}")
        started = len(seen)
        with reading():
            queries.my_people(user(team["ana"]))
        counts.append(len(seen) - started)
    event.remove(db.engine, "before_cursor_execute", count)
    assert counts[0] == counts[1] <= 9


def test_d_conf_1_a_contact_of_somebody_else_is_not_changed_through_ones_own(register: Register, team: Team) -> None:
    """The action itself refuses, whatever a view lets through."""
    hers = register("ana", contacts=[{"channel": "phone", "address": "514 555-0100"}])
    mine = register("bea")
    for act in (actions.confirm_contact, actions.remove_contact, actions.rank):
        with pytest.raises(NotFound), transaction():
            contact = db.session.query(SafeContact).filter_by(person_id=person(hers).id).one()
            act(user(team["bea"]), person(mine), contact)
