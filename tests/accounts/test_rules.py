"""The rules of accounts, without a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import passwords, rules

CONTEXT = ["Marie-Ève Tremblay", "meve@colibri.example", "Maison des Hirondelles"]


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("onze lettre", "short"),
        ("x" * 6 + "abcdef" * 21, "long"),
        ("MotDePasse2024", "common"),
        ("Password1234", "common"),
        ("111111111111", "common"),
        ("tremblay et compagnie", "personal"),
        ("mon petit colibri vert", "personal"),
        ("les HIRONDELLES volent", "personal"),
        ("quatre bateaux sans voile", None),
        ("éééé été à la mer bleue", None),
    ],
)
def test_password_is_long_uncommon_and_not_about_herself(password: str, fault: str | None) -> None:
    assert rules.password_fault(password, passwords.common(), CONTEXT) == fault


def test_no_composition_rule() -> None:
    assert rules.password_fault("seulement des minuscules", passwords.common(), []) is None


@given(st.integers(0, 500), st.integers(0, 5000))
def test_a_place_that_has_not_tried_is_always_heard(tries: int, at_all: int) -> None:
    assert rules.wait_after(0, at_all) == rules.wait_after(1, at_all) == timedelta(0)
    assert rules.wait_after(tries, at_all) <= rules.wait_after(tries + 1, at_all) <= timedelta(minutes=15)


def test_waits_grow() -> None:
    waits = [rules.wait_after(n).total_seconds() for n in range(4, 10)]
    assert waits == [0, 2, 4, 8, 16, 32]


def test_role_lasts_a_year_at_most() -> None:
    today = date(2026, 3, 20)
    assert rules.term_fault(today, date(2027, 3, 20), today) is None
    assert rules.term_fault(today, date(2027, 3, 22), today) == "long"
    assert rules.term_fault(today, date(2026, 3, 19), today) == "order"
    assert rules.term_fault(date(2026, 3, 19), date(2026, 6, 1), today) == "past"


@given(st.integers(1, 4), st.one_of(st.none(), st.integers(1, 4)), st.integers(1, 4))
def test_two_people_and_never_herself(approver: int, proposer: int | None, holder: int) -> None:
    day = date(2026, 3, 20)
    allowed = rules.may_approve(approver, proposer=proposer, holder=holder, until=day, today=day)
    assert allowed == (approver != proposer and approver != holder)
    assert not rules.may_approve(approver, proposer=proposer, holder=holder, until=day, today=day + timedelta(days=1))


@pytest.mark.parametrize(
    ("day", "review"),
    [
        ("2026-01-01", "2026-04-01"),
        ("2026-06-30", "2026-07-01"),
        ("2026-09-09", "2026-10-01"),
        ("2026-12-31", "2027-01-01"),
    ],
)
def test_roles_are_reviewed_each_quarter(day: str, review: str) -> None:
    assert rules.next_review(date.fromisoformat(day)) == date.fromisoformat(review)
