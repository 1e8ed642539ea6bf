"""How what a register holds is said: on screen, in a table that goes out, on paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, Field, ValidationError
from wtforms.validators import Optional as Blank

from app.accounts.permissions import ROLES
from app.people.forms import ITEM_WORDS, PURPOSE_WORDS, WAY_WORDS
from app.web.times import day, instant, local
from plugins.confidentiality.forms import consents, exceptions, house, undertakings
from plugins.confidentiality.forms.review import ANSWER_WORDS, FINDING_WORDS, ROLE_ANSWER_WORDS

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well

GROUND_WORDS: dict[str, Any] = {"consent": _l("Her written consent"), **exceptions.GROUNDS}
WORDS: dict[str, Mapping[str, Any]] = {  # the vocabularies that columns name
    "items": ITEM_WORDS,
    "purposes": PURPOSE_WORDS,
    "ways": WAY_WORDS,
    "grounds": GROUND_WORDS,
    "causes": house.CAUSES,
    "conclusions": house.CONCLUSIONS,
    "retained": house.RETAINED,
    "levels": house.LEVELS,
    "states": house.STATES,
    "waits": house.WAITS,
    "where": house.WHERE,
    "verdicts": house.VERDICTS,
    "signers": undertakings.KINDS,
    "signed": undertakings.HOW,
    "languages": undertakings.LANGUAGES,
    "findings": FINDING_WORDS,
    "answers": ANSWER_WORDS,
    "roles": ROLES,
    "role_answers": ROLE_ANSWER_WORDS,
    "consents": consents.STATES,
    "signatures": consents.SIGNATURES,
    "withdrawals": consents.WITHDRAWALS,
    "consent_languages": consents.LANGUAGES,
    "exceptions": exceptions.STATES,
    "told": exceptions.TOLD,
    "situations": exceptions.SITUATIONS,
    "youth": exceptions.YOUTH_STATES,
    "orders": exceptions.ORDERS,
}


class PeriodForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """The days that a list or a document speaks of; left empty: all that is kept."""

    class Meta:
        csrf = False  # it changes nothing: its days are in the address

    since = DateField(_l("From"), [Blank()])
    until = DateField(_l("Until"), [Blank()])

    def validate_until(self, field: Field) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_("The last day comes before the first one. Change one of them."))

    def validate_since(self, field: Field) -> None:
        if field.data and not 2000 <= field.data.year < 2200:
            raise ValidationError(_("Choose a year from 2000 to 2199."))

    def said(self) -> str:
        """The period in words."""
        since, until = (field.data and day(field.data, year=True) for field in (self.since, self.until))
        if since and until:
            return _("From %(since)s to %(until)s", since=since, until=until)
        if since or until:
            return _("Since %(day)s", day=since) if since else _("Until %(day)s", day=until)
        return _("All that is kept")


def shown(column: Any, row: Mapping[str, Any], *, short: bool = False) -> str:
    """A value in the reader's words, for a page or a paper. `short`: without this year's number."""
    value = row.get(column.key)
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        said = day(value, year=None if short else True)
        return said.replace(" ", "\u00a0") if short else said  # in a narrow column it stays on one line
    return _in_words(column, value)


def word(vocabulary: str, key: str | None) -> str:
    """The word for a keyword of a vocabulary."""
    return str(WORDS[vocabulary].get(key, key)) if key else "–"


def cell(column: Any, row: Mapping[str, Any]) -> Any:
    """The same for a spreadsheet, which takes dates and numbers as they are."""
    value = row.get(column.key)
    if isinstance(value, datetime):
        return local(value)
    return value if value is None or isinstance(value, int | date) else _in_words(column, value)


def _in_words(column: Any, value: Any) -> str:
    if column.kind not in ("word", "words"):
        return str(value)
    known = WORDS.get(column.words, {})
    keys = str(value).split() if column.kind == "words" else [str(value)]
    return ", ".join(str(known.get(key, key)) for key in keys)
