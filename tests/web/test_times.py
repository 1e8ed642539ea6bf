"""Dates as people say them, in four languages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from flask_babel import force_locale

from app.web import times

NOW = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)  # still Monday the 23rd in Toronto


@pytest.mark.parametrize(
    ("language", "this_year", "another", "weekday"),
    [
        ("fr", "1er juillet", "1er juillet 2027", "mercredi"),
        ("en", "July 1", "July 1, 2027", "Wednesday"),
        ("es", "1 de julio", "1 de julio 2027", "miércoles"),
        ("ht", "1 jiyè", "1 jiyè 2027", "mèkredi"),
    ],
)
def test_days(app: Flask, language: str, this_year: str, another: str, weekday: str) -> None:
    with app.test_request_context(), force_locale(language), time_machine.travel(NOW, tick=False):
        assert times.day(date(2026, 7, 1)) == this_year
        assert times.day(date(2027, 7, 1)) == another
        assert times.weekday(date(2026, 7, 1)) == weekday


@pytest.mark.parametrize("language", ["fr", "ht"])
def test_hours(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert times.hour(datetime(2026, 7, 1, 22, 0, tzinfo=UTC)) == "18\u00a0h"
        assert times.hour(datetime(2026, 7, 1, 13, 5, tzinfo=UTC)) == "9\u00a0h\u00a005"


def test_a_day_is_torontos(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False):
        assert times.today() == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 12), "since November 12"),
        (date(2026, 11, 23), "today"),
        (date(2026, 11, 24), "tomorrow"),
        (date(2026, 11, 26), "Thursday"),
        (date(2026, 12, 2), "December 2"),
    ],
)
def test_what_is_due_is_said_calmly(app: Flask, day: date, said: str) -> None:
    with app.test_request_context(), force_locale("en"), time_machine.travel(NOW, tick=False):
        assert times.due(day) == said


def test_creole_has_all_its_days_and_months() -> None:
    assert (len(set(times._CREOLE_MONTHS)), len(set(times._CREOLE_DAYS))) == (12, 7)
