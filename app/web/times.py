"""Instants in UTC, shown in America/Toronto, as people say them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from app.db import now

ZONE = ZoneInfo("America/Toronto")
# Babel's Creole borrows the French names.
_CREOLE_MONTHS = (
    "janvye", "fevriye", "mas", "avril", "me", "jen", "jiyè", "out", "septanm", "oktòb", "novanm", "desanm"
)  # fmt: skip
_CREOLE_DAYS = ["lendi", "madi", "mèkredi", "jedi", "vandredi", "samdi", "dimanch"]


def _language() -> str:
    locale = get_locale()
    return locale.language if locale else "fr"


def local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE)


def local_day(moment: datetime) -> date:
    return local(moment).date()


def today() -> date:
    return local_day(now())


def midnight(value: date) -> datetime:
    """The instant at which a day begins here."""
    return datetime.combine(value, time(), ZONE)


def day(value: date | datetime, *, year: bool | None = None) -> str:
    """« 23 novembre », « 1er juillet », with the year when it is another one."""
    value = local_day(value) if isinstance(value, datetime) else value
    return _day(value, value.year != today().year if year is None else year, _language())


@lru_cache(maxsize=4096)
def _day(value: date, with_year: bool, language: str) -> str:
    if language == "ht":
        text = f"{value.day} {_CREOLE_MONTHS[value.month - 1]}"
        return f"{text} {value.year}" if with_year else text
    pattern = {"fr": "d MMMM", "es": "d 'de' MMMM"}.get(language, "MMMM d")
    year_too = ", y" if language == "en" else " y"
    text = format_date(value, pattern + (year_too if with_year else ""), locale=language)
    return text.replace("1 ", "1er ", 1) if language == "fr" and value.day == 1 else text


def weekday(value: date) -> str:
    """« jeudi », Thursday."""
    language = _language()
    return _CREOLE_DAYS[value.weekday()] if language == "ht" else format_date(value, "EEEE", locale=language)


def due(value: date) -> str:
    """When something is due, in calm words: since November 12, today, tomorrow, Thursday, December 2."""
    days = (value - today()).days
    if days < 0:
        return _("since %(day)s", day=day(value))
    if days < 2:
        return _("tomorrow") if days else _("today")
    return weekday(value) if days < 7 else day(value)


def hour(moment: datetime) -> str:
    """« 18 h », « 9 h 05 » in French; 6:00 PM in English."""
    moment = local(moment)
    if (language := _language()) in {"fr", "ht"}:
        return f"{moment.hour}\u00a0h" + (f"\u00a0{moment.minute:02}" if moment.minute else "")
    return format_time(moment, "short", locale=language)


def instant(moment: datetime) -> str:
    return f"{day(moment)}, {hour(moment)}"


def ago(moment: date | datetime) -> str:
    """How long ago, by days: today, yesterday, 3 days ago, 5 weeks ago."""
    that_day = local_day(moment) if isinstance(moment, datetime) else moment
    days = (today() - that_day) // timedelta(days=1)
    if days <= 0:
        return _("today") if days == 0 else day(that_day)
    if days == 1:
        return _("yesterday")
    if days < 21:
        return ngettext("%(num)d day ago", "%(num)d days ago", days)
    if days < 70:
        return ngettext("%(num)d week ago", "%(num)d weeks ago", days // 7)
    return ngettext("%(num)d month ago", "%(num)d months ago", days // 30)
