"""D-CONF-9: what is kept how long, what destroying leaves, and that nothing of the rest can be read any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from app import create_app, vault
from app.accounts.models import RoleGrant
from app.care import backup as backups
from app.catalogue.models import SettingVersion
from app.config import Settings
from app.db import db, now, reading
from app.errors import SafeDestroyed
from app.hookspecs import RetentionCategory
from app.people.actions import register_safe
from app.plugins import plugins_of
from app.testing import SignIn
from app.web.times import today
from plugins.support import actions, queries
from plugins.support import models as m
from plugins.support.actions import retention
from plugins.support.forms.stand_in import months
from plugins.support.queries.safes import safes_of
from plugins.support.rules import retention as rules
from tests.care.test_backup import forget
from tests.plugins.support.conftest import LINE, House, journaled, who
from tests.plugins.support.test_views import client

pytestmark = pytest.mark.usefixtures("english")

Fields = Callable[..., dict[str, object]]


def category(app: Flask, key: str) -> RetentionCategory:
    [found] = [each.value for each in plugins_of(app).ask_all("register_retention") if each.value.key == key]
    return found


def logged(house: House, **values: object) -> None:
    with house.writing():
        file = queries.file_by_code(house.code)
        fields = {"kind": "support", "how": "phone", "day": today(), "minutes": 20, "line": LINE} | values
        actions.log_contact(who(house.worker), file, **fields)  # type: ignore[arg-type]


def after(days: int) -> time_machine.travel:
    return time_machine.travel(now() + timedelta(days=days), tick=True)


@pytest.fixture(autouse=True)
def _lasting(house: House) -> None:
    """Roles that hold while the years pass."""
    with house.writing():
        db.session.execute(update(RoleGrant).values(since=date(2020, 1, 1), until=date(2040, 1, 1)))


# --- contacts, by year -----------------------------------------------------------------------------------------------


@pytest.fixture
def old(house: House) -> Iterator[str]:
    """Two contacts that are two years old by now: the uid of their year."""
    logged(house)
    logged(house, line=None)
    with after(800):
        with house.reading():
            [uid] = db.session.scalars(select(m.ContactsYear.uid)).all()
        yield uid


def test_a_contacts_line_stands_in_a_safe_of_its_year(house: House) -> None:
    last_year = date(today().year - 1, 12, 31)
    logged(house)
    logged(house)
    with house.writing():
        file = queries.file_by_code(house.code)
        first = retention.contacts_safe(file, last_year)
        assert retention.contacts_safe(file, last_year) == first
        years = {year.year: year for year in db.session.scalars(select(m.ContactsYear))}
        assert years.keys() == {today().year, today().year - 1}
        safe = db.session.get_one(vault.Safe, years[today().year].safe_id)
        assert (safe.kind, safe.beside_id) == ("support.contacts", file.safe_id)
        assert {contact.safe_id for contact in db.session.scalars(select(m.Contact))} == {safe.id}


def test_a_correction_to_another_year_takes_the_line_along(house: House) -> None:
    year = today().year
    with time_machine.travel(f"{year + 1}-01-10 17:00Z", tick=True):
        logged(house)
        with house.writing():
            contact = db.session.scalars(select(m.Contact)).one()
            values = {"kind": "support", "how": "phone", "day": date(year, 12, 30), "minutes": 20, "line": LINE}
            actions.correct_contact(who(house.worker), contact, version=1, **values)
        with house.reading():
            queries.file_or_404(house.code, who(house.worker))
            contact = db.session.scalars(select(m.Contact)).one()
            its = db.session.scalars(select(m.ContactsYear).where(m.ContactsYear.year == year)).one()
            assert contact.safe_id == its.safe_id and contact.line == LINE


@pytest.mark.parametrize(("days", "is_due"), [(300, False), (365, False), (800, True)])
def test_d_conf_9_a_years_contacts_are_due_when_none_is_younger(house: House, days: int, is_due: bool) -> None:
    logged(house)
    with after(days), house.reading():
        due = list(category(house.app, "support.contacts").due(rules.kept_since(today(), 12), 10))
        assert [each.code for each in due] == ([house.code] if is_due else [])


def test_d_conf_9_destroying_a_year_leaves_counts_and_the_page(house: House, old: str, signed_in: SignIn) -> None:
    logged(house, line="Du nouveau.")
    with house.writing():
        category(house.app, "support.contacts").destroy(old)
    with house.reading():
        kept = [(c.kind, c.how, c.minutes) for c in db.session.scalars(select(m.Contact))]
        assert kept == [("support", "phone", 20)] * 3 and "support.contacts_destroyed" in journaled()
        assert list(category(house.app, "support.contacts").due(today(), 10)) == []
    page = client(house, signed_in, "worker").get(f"/support/files/{house.code}")
    assert page.status_code == 200 and LINE not in page.text and "Du nouveau." in page.text
    assert page.text.count("destroyed under the retention rules") == 2
    with house.reading():
        told = queries.everything_about(queries.file_or_404(house.code, who(house.worker)).person)["contacts"]
        assert [each["line"] for each in told] == [None, None, "Du nouveau."]
        assert [each.get("destroyed", False) for each in told] == [True, True, False]


def test_d_conf_9_what_is_not_due_is_not_destroyed(house: House) -> None:
    logged(house)
    with house.reading():
        [uid] = db.session.scalars(select(m.ContactsYear.uid)).all()
        file = queries.file_by_code(house.code).uid
    for destroy, what in ((retention.destroy_contacts, uid), (retention.destroy_file, file)):
        with pytest.raises(retention.NotDue), house.writing():
            destroy(what)


def test_d_conf_9_the_same_year_is_not_destroyed_twice(house: House, old: str) -> None:
    with house.writing():
        retention.destroy_contacts(old)
    with pytest.raises(retention.NotDue), house.writing():
        retention.destroy_contacts(old)


def test_d_conf_9_a_contact_noted_meanwhile_keeps_a_file(house: House) -> None:
    with after(800):
        with house.reading():
            [due] = category(house.app, "support.files").due(rules.kept_since(today(), 24), 10)
        logged(house)
        with pytest.raises(retention.NotDue), house.writing():
            retention.destroy_file(due.uid)


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("closed", [True, False])
def test_d_conf_9_a_file_is_due_after_24_months_without_activity(house: House, closed: bool) -> None:
    logged(house)
    if closed:
        with house.writing():
            actions.close_file(who(house.worker), queries.file_by_code(house.code))
    for days, is_due in ((725, False), (735, True)):
        with after(days), house.reading():
            due = list(category(house.app, "support.files").due(rules.kept_since(today(), 24), 10))
            assert [each.code for each in due] == ([house.code] if is_due else [])
            assert not due or due[0].since == today() - timedelta(days=735)


def test_d_conf_9_whatever_took_place_is_activity(house: House) -> None:
    """A plan, a step, a word of her network: each keeps the file."""
    with house.reading():
        file = queries.file_by_code(house.code)
        common = {"file_id": file.id, "safe_id": file.safe_id, "by": house.worker}
    rows = [
        m.Plan(**common, version=1, here="Ici."),
        m.Step(**common, kind="legal", state="todo", open=True, sort_on=today(), what="Appeler."),
        m.NetworkTie(**common, name="Ma sœur", kind="person", ring=1, quality="strong", since=today() + timedelta(400)),
        m.SituationNote(**common, theme="housing", words="Ça va."),
    ]
    for row in rows:
        with after(400), house.writing():
            db.session.add(row)
        with after(800), house.reading():
            assert list(category(house.app, "support.files").due(rules.kept_since(today(), 24), 10)) == []
        with house.writing():
            db.session.delete(db.session.merge(row))


def test_d_conf_9_destroying_a_file_leaves_nothing_to_read(house: House) -> None:
    logged(house)
    with house.writing():
        file, worker = queries.file_by_code(house.code), who(house.worker)
        life = vault.create_safe("support.life").id
        db.session.add(m.LifeHistory(file=file, safe_id=life, agreed_on=today(), by=worker.id))
        shared = vault.create_safe("support.shared", beside=file.person.safe_id).id
        objective = m.Objective(file_id=file.id, safe_id=file.safe_id, words="x", created_on=today(), level_on=today())
        db.session.add(objective)
        db.session.flush()
        copy = {"objective_id": objective.id, "words": "x", "since": today(), "by": worker.id}
        db.session.add(m.SharedObjective(file_id=file.id, safe_id=shared, **copy))
        actions.assign(who(house.coordinator), file, who(house.peer))
        register = register_safe(file.person)
        db.session.flush()
        safes = safes_of(file) | {file.person.safe_id}
        assert {life, shared, file.safe_id} < safes and len(safes) == 5 and register not in safes
        uid = file.uid
    with after(800):
        with house.writing():
            category(house.app, "support.files").destroy(uid)
        for safe in safes:
            with house.writing():
                vault.grant(safe, who(house.worker), why="test", by=None)
                with pytest.raises(SafeDestroyed):
                    vault.open_safes(who(house.worker), [safe], why="test")
        with house.reading():
            assert db.session.get_one(vault.Safe, register).destroyed_at is None  # accounted for, for its own time
            assert not db.session.scalars(select(m.Assignment).where(m.Assignment.until.is_(None))).all()
            assert db.session.scalars(select(m.Contact)).one().minutes == 20
            assert list(category(house.app, "support.files").due(today(), 10)) == []


@pytest.mark.parametrize("what", ["year", "file"])
def test_d_conf_9_unreadable_in_a_backup_made_before(
    house: House, settings: Settings, what: str, signed_in: SignIn
) -> None:
    logged(house, day=today())
    with house.reading():
        file = queries.file_by_code(house.code)
        uid, gone = file.uid, {file.safe_id, file.person.safe_id}
        [year] = db.session.scalars(select(m.ContactsYear)).all()
        year_uid = year.uid
        gone = gone | {year.safe_id} if what == "file" else {year.safe_id}
    data, _keys = backups.create(settings, None)
    with after(800), house.writing():
        retention.destroy_file(uid) if what == "file" else retention.destroy_contacts(year_uid)
    forget(house.app)
    backups.restore(settings, data, None, None)
    restored = create_app(settings)
    restored.testing = True
    with restored.app_context(), reading():
        assert db.session.scalars(select(m.Contact)).one().minutes == 20
        for safe in gone:
            assert db.session.get_one(vault.Safe, safe).destroyed_at is None  # the older backup does not know
            with pytest.raises(SafeDestroyed):
                vault.open_safes(who(house.worker), [safe], why="test")
        if what == "year":  # the page of the file stands all the same
            file = queries.file_or_404(house.code, who(house.worker))
            [exchange] = queries.timeline(file, who(house.worker)).exchanges
            assert exchange.destroyed and exchange.line is None and not exchange.correctable
    forget(restored)


# --- what the board decides ------------------------------------------------------------------------------------------


def test_d_conf_9_the_board_sets_the_months(house: House) -> None:
    logged(house)
    with house.writing():
        db.session.add(SettingVersion(number=1, key="support.keep_file_months", value="6"))
        uid = queries.file_by_code(house.code).uid
    for kept in ("support.contacts", "support.files"):
        assert category(house.app, kept).setting.startswith("support.keep_")
    with after(200), house.writing():
        retention.destroy_file(uid)


@pytest.mark.parametrize(
    ("text", "right"), [("24", True), ("3", False), ("0", False), ("-1", False), ("x", False), ("999", False)]
)
def test_months_are_a_number_that_makes_sense(context: Flask, text: str, right: bool) -> None:
    check = months(rules.FEWEST_CONTACT_MONTHS)
    if right:
        assert check(text) == 24
    else:
        with pytest.raises(ValueError, match="months from 4 to 240"):
            check(text)


def test_kept_since_ends_on_a_months_last_day() -> None:
    assert rules.kept_since(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert rules.kept_since(date(2026, 3, 31), 24) == date(2024, 3, 31)
    assert rules.kept_since(date(2024, 2, 29), 12) == date(2023, 2, 28)


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.integers(1, 240))
def test_kept_since_is_as_long_ago_as_said(day: date, number: int) -> None:
    since = rules.kept_since(day, number)
    assert timedelta(28 * number) <= day - since <= timedelta(31 * number) and since.day <= day.day


def test_a_file_costs_no_more_to_open_for_its_years(house: House, signed_in: SignIn) -> None:
    from tests.plugins.support.test_lists import cost

    browser, page = client(house, signed_in, "worker"), f"/support/files/{house.code}"
    browser.get(page)
    before = cost(house.app, browser, page)
    for ago in (0, 60, 90):
        logged(house, day=today() - timedelta(days=ago))
    with house.writing():
        retention.contacts_safe(queries.file_by_code(house.code), date(today().year - 2, 1, 1))
    assert cost(house.app, browser, page) == before <= 12
    with house.writing():  # one that was destroyed, too
        logged_year = db.session.scalars(select(m.ContactsYear).where(m.ContactsYear.year == today().year)).one()
        db.session.execute(update(m.ContactsYear).where(m.ContactsYear.id == logged_year.id).values(year=1999))
        vault.destroy(db.session.get_one(vault.Safe, logged_year.safe_id), by=None)
    assert cost(house.app, browser, page) == before
