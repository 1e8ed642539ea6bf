"""The register's rules, by properties."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.people import rules


def test_d_file_2_codes_are_random_and_hold_nothing_ambiguous() -> None:
    codes = [rules.new_code() for _ in range(2000)]
    assert len(set(codes)) > 1990
    assert all(len(code) == 5 and not set(code) & set("01OIL5SBUZAE") for code in codes)
    assert codes != sorted(codes)
    assert set("".join(codes)) == set(rules.ALPHABET)


@given(st.text())
def test_what_is_typed_as_a_code_is_a_code_or_nothing(text: str) -> None:
    code = rules.as_code(text)
    assert code == "" or (code.isascii() and code.isalnum() and code == code.upper())


def test_d_file_3_age_is_a_band_and_under_16_is_refused() -> None:
    assert not rules.may_be_registered("under-16")
    assert not rules.may_be_registered("2009-03-01")
    assert rules.may_be_registered(None)
    assert all(rules.may_be_registered(band) and len(band) <= 8 for band in rules.AGE_BANDS)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 400), st.integers(1, 365))
def test_d_file_4_a_contact_is_confirmed_again_after_the_days_set(day: date, age: int, days: int) -> None:
    assert rules.needs_confirming(day, day + timedelta(days=age), days) == (age > days)
