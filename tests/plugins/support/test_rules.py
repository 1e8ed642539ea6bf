"""The rules alone: tables of examples, and properties that hold for any day and text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.support import rules

days = st.dates(date(2020, 1, 1), date(2060, 1, 1))
weeks = st.integers(rules.WEEKS[0], rules.WEEKS[-1])
instants = st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(days, weeks)
def test_commitment_6_needs_are_looked_at_again_on_the_same_weekday_weeks_later(last: date, every: int) -> None:
    due = rules.reassessment_due(last, every)
    assert due.weekday() == last.weekday() and (due - last).days == 7 * every


@given(days, st.none() | days)
def test_what_is_due_next_is_the_nearer_of_the_two(reassess: date, step: date | None) -> None:
    assert rules.next_due(reassess, step) == min(day for day in (reassess, step) if day)


@given(days, days)
def test_urgency_has_one_word_for_each_day(day: date, today: date) -> None:
    expected = {"late": day < today, "today": day == today, "soon": today < day <= today + timedelta(7)}
    assert rules.urgency(day, today) == next((word for word, holds in expected.items() if holds), "later")


@given(days, st.integers(-400, 400))
def test_a_contact_is_noted_from_three_months_back_to_today(today: date, away: int) -> None:
    assert rules.may_be_noted(today + timedelta(away), today) is (-92 <= away <= 0)


@given(days, st.integers(-400, 400))
def test_a_step_is_planned_from_today_to_a_year_ahead(today: date, away: int) -> None:
    assert rules.may_be_planned(today + timedelta(away), today) is (0 <= away <= 366)


def test_a_step_without_a_day_is_not_planned() -> None:
    assert not rules.may_be_planned(None, date(2026, 11, 23))


@given(instants, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_contact_is_corrected_within_a_day_by_who_noted_it(at: datetime, later: timedelta) -> None:
    assert rules.may_correct(at, 1, 1, at + later) is (later < timedelta(days=1))
    assert not rules.may_correct(at, 1, 2, at + later)


@given(st.none() | days, days, days)
def test_quiet_counts_from_the_last_contact_else_from_the_opening(last: date | None, opened: date, today: date) -> None:
    assert rules.is_quiet(last, opened, today) is ((today - (last or opened)).days > 30)


@given(st.integers(), st.integers())
def test_d_conf_1_nobody_assigns_a_file_to_herself(by: int, to: int) -> None:
    assert rules.may_assign(by, to) is (by != to)


@pytest.mark.parametrize(
    "line",
    ["NAS 046 454 286", "046454286", "046-454-286", "Carte TREM 1234 5678", "trem12345678 à renouveler"],
)
def test_d_file_1_identity_numbers_are_refused(line: str) -> None:
    assert rules.holds_a_number_not_ours(line)


@pytest.mark.parametrize(
    "line",
    [
        "Rappeler au 514 555-0123",
        "Dossier 123 456 789",
        "Rendez-vous le 23 à 14 h",
        "",
        "Loyer de 1 250,00 $",
        "0464542867",
    ],
)
def test_d_file_1_other_numbers_may_be_written(line: str) -> None:
    assert not rules.holds_a_number_not_ours(line)


@given(st.integers(0, 99_999_999))
def test_d_file_1_every_number_with_its_check_digit_is_refused_and_no_other(start: int) -> None:
    first = f"{start:08}"
    refused = [rules.holds_a_number_not_ours(f"{first}{digit}") for digit in range(10)]
    assert refused.count(True) == 1


@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 2)),
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 2)),
)
def test_d_conf_10_a_correction_names_what_changed_and_nothing_else(
    before: dict[str, int], after: dict[str, int]
) -> None:
    told = rules.changed(before, after)
    assert told == sorted(told) and set(told) == {name for name in after if before.get(name) != after[name]}
