"""Instants in UTC, shown in America/Toronto, as people say them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_time, get_locale, ngettext
from flask_babel import gettext as _

from app.db import now

ZONE = ZoneInfo("America/Toronto")
_CREOLE_MONTHS = ["janvye", "fevriye", "mas", "avril", "me", "jen", "jiyè", "out", "septanm", "oktòb", "novanm", "desanm"]


def local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE)


def local_day(moment: datetime) -> date:
    return local(moment).date()


def today() -> date:
    return local_day(now())


def day(value: date | datetime, *, year: bool | None = None) -> str:
    """« 23 novembre », « 1er juillet », with the year when it is another one."""
    value = local_day(value) if isinstance(value, datetime) else value
    with_year = value.year != today().year if year is None else year
    language = get_locale().language
    if language == "ht":
        text = f"{value.day} {_CREOLE_MONTHS[value.month - 1]}"
        return f"{text} {value.year}" if with_year else text
    pattern = {"fr": "d MMMM", "es": "d 'de' MMMM"}.get(language, "MMMM d")
    text = format_date(value, pattern + (", y" if with_year and language == "en" else " y" if with_year else ""))
    return text.replace("1 ", "1er ", 1) if language == "fr" and value.day == 1 else text


def hour(moment: datetime) -> str:
    """« 18 h », « 9 h 05 » in French; 6:00 PM in English."""
    moment = local(moment)
    if get_locale().language in {"fr", "ht"}:
        return f"{moment.hour}\u00a0h" + (f"\u00a0{moment.minute:02}" if moment.minute else "")
    return format_time(moment, "short", rebase=False)


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
