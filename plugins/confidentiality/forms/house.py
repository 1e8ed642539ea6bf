"""Incidents, providers, privacy impact assessments: what is filled in, and the words for each choice."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, Field, IntegerField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, NumberRange
from wtforms.validators import Optional as Blank

from app.web.times import today
from plugins.confidentiality.forms import base
from plugins.confidentiality.forms.base import Versioned, any_day, choice, one_of, past_day, stripped, words
from plugins.confidentiality.rules import house as house_rules
from plugins.confidentiality.rules import incidents as rules

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well
CAUSES = {
    "sent_wrong": _l("Sent or handed to the wrong person"),
    "lost": _l("Lost"),
    "stolen": _l("Stolen"),
    "seen": _l("Seen by somebody who had no need to"),
    "used": _l("Used for something else"),
    "said": _l("Said where it could be heard"),
    "software": _l("A fault of a device or of software"),
    "other": _l("Something else"),
}
LEVELS = {"low": _l("Low"), "some": _l("Some"), "high": _l("High")}
CONCLUSIONS = {
    "retained": _l("A risk of serious injury is retained"),
    "not_retained": _l("No risk of serious injury is retained"),
}
RETAINED = {"retained": _l("Retained"), "not_retained": _l("Not retained")}
STATES = {"open": _l("Under way"), "closed": _l("Finished")}
WHERE = {"quebec": _l("In Québec"), "canada": _l("Elsewhere in Canada"), "abroad": _l("Outside Canada")}
VERDICTS = {
    "go": _l("It may go on"),
    "with_measures": _l("It may go on, with the measures below"),
    "no": _l("It does not go on"),
}
FACTORS = {
    "sensitivity": (
        _l("How sensitive is it?"),
        _l("What she lived through, her health, where she lives, that she comes here: all this is sensitive."),
    ),
    "malice": (
        _l("Could somebody use it to harm?"),
        _l("Think of an exploiter, a violent partner, blackmail, fraud. Who has it now?"),
    ),
    "consequences": (
        _l("What could follow for her?"),
        _l("Violence, being found, shame, losing a home, a job, custody, a status."),
    ),
    "likelihood": (
        _l("How likely is it?"),
        _l("Was it read? Recovered? Sealed? How many saw it, for how long?"),
    ),
}
WAITS = {
    "assess": _l("Complete and assess an incident"),
    "commission": _l("Tell the commission of an incident"),
    "persons": _l("Tell the persons concerned by an incident"),
    "close": _l("Close an incident, or note what is still to do"),
}
_CODES = re.compile(r"[2346789CDFGHJKMNPQRTVWXY]{4,8}( [2346789CDFGHJKMNPQRTVWXY]{4,8})*")


def codes(text: str | None) -> str | None:
    return " ".join(re.split(r"[\s,;]+", text.strip().upper())) or None if text else None


def _real_codes(_form: Any, field: Field) -> None:
    if field.data and not _CODES.fullmatch(field.data):
        raise ValidationError(_("Write codes alone, apart by spaces. No name."))


def _line(label: Any, hint: Any = "", *, needed: bool = True) -> StringField:
    checks = [DataRequired(_l("Write a few words."))] if needed else [Blank()]
    short = Length(max=base.LINE, message=_l("Shorten this: %(max)d letters at most."))
    return StringField(label, [*checks, short], [stripped], hint)


# --- incidents --------------------------------------------------------------------------------------------------------


class ReportForm(Versioned):
    """What anyone may report: short, and enough to begin with."""

    circumstances = words(
        _l("What happened?"),
        _l("In your own words; codes instead of names. Nobody will hold it against you."),
        needed=True,
    )
    known_on = past_day(_l("When did you learn of it?"), _l("Today, unless you say otherwise."), needed=True)
    happened_on = past_day(_l("When did it take place?"), _l("Leave it empty if you do not know."))
    information = words(
        _l("Which information is it about?"), _l("For instance: a name, a telephone number, a note."), rows=2
    )
    codes = StringField(_l("Whose? Codes, if you know them"), [Length(max=400), _real_codes], [codes])
    persons = IntegerField(
        _l("About how many persons?"),
        [Blank(), NumberRange(0, rules.PERSONS[-1], _l("Write a number, or leave it empty."))],
    )


class FactsForm(ReportForm):
    """The same, completed by the privacy officer."""

    cause = one_of(_l("Cause"), CAUSES)


def _why() -> Any:
    return words(_l("Why, in a few words"), needed=True, longest=600, rows=2)


class AssessForm(Versioned):
    """The four factors of the risk, then what is concluded."""

    sensitivity = choice(FACTORS["sensitivity"][0], LEVELS, hint=FACTORS["sensitivity"][1])
    sensitivity_why = _why()
    malice = choice(FACTORS["malice"][0], LEVELS, hint=FACTORS["malice"][1])
    malice_why = _why()
    consequences = choice(FACTORS["consequences"][0], LEVELS, hint=FACTORS["consequences"][1])
    consequences_why = _why()
    likelihood = choice(FACTORS["likelihood"][0], LEVELS, hint=FACTORS["likelihood"][1])
    likelihood_why = _why()
    conclusion = choice(_l("What do you conclude?"), CONCLUSIONS)
    why = words(_l("Why"), needed=True, longest=2000)

    @property
    def factors(self) -> dict[str, tuple[str, str]]:
        return {factor: (self[factor].data, self[f"{factor}_why"].data) for factor in rules.FACTORS}

    @property
    def leans_serious(self) -> bool | None:
        """What the four answers lean to, once all are given."""
        levels = {factor: self[factor].data for factor in rules.FACTORS}
        return rules.leans_serious(levels) if all(levels.values()) else None


def assessment_of(incident: Any, told: Any) -> dict[str, Any]:
    """An assessment, as its form shows it."""
    levels = {factor: level for factor, (level, _why) in told.factors.items()}
    whys = {f"{factor}_why": why for factor, (_level, why) in told.factors.items()}
    return {**levels, **whys, "conclusion": incident.conclusion, "why": told.why, "version": incident.version}


class FollowForm(Versioned):
    """Notices and measures."""

    commission_told_on = past_day(_l("The commission was told on"))
    persons_told_on = past_day(_l("The persons were told on"))
    persons_excused = BooleanField(_l("They are not told: it would hinder an inquiry"))
    excuse = words(_l("Why they are not told"), longest=1000, rows=2)
    measures = words(_l("What was done so that it does not happen again, and to lessen the harm"))

    def validate_excuse(self, field: Field) -> None:
        if self.persons_excused.data and not field.data:
            raise ValidationError(_("Write why they are not told."))


def incident_labels() -> dict[str, Any]:
    """What the fields of an incident are called in its history."""
    forms = (FactsForm(formdata=None), FollowForm(formdata=None))
    named = {field.name: field.label.text for form in forms for field in form}
    more = {"assessment": _("Assessment"), "conclusion": _("Conclusion"), "assessed_on": _("Assessed on")}
    return named | more | {"closed_on": _("Closed on"), "cause": _("Cause")}


# --- providers, assessments -------------------------------------------------------------------------------------------


class ReviewedForm(Versioned):
    review_on = any_day(_l("To be looked at again on"), _l("Empty: no more, it is over."))

    def validate_review_on(self, field: Field) -> None:
        done = self.assessed_on.data if "assessed_on" in self else None
        if field.data and done and field.data <= done:
            raise ValidationError(_("Choose a day after the last time it was looked at."))


class ProviderForm(ReviewedForm):
    name = _line(_l("Name of the provider"))
    service = _line(_l("What it does for us"))
    information = words(_l("Which personal information it holds"), rows=2)
    held_in = choice(_l("Where is it held?"), WHERE, "quebec")
    place = _line(_l("More precisely"), needed=False)
    clauses = words(_l("The contract, and what it says of confidentiality"), rows=3)
    assessed_on = past_day(_l("Looked at on"))


class AssessmentForm(ReviewedForm):
    project = _line(_l("Project"))
    assessed_on = past_day(_l("Assessed on"), needed=True)
    information = words(_l("Which personal information"), rows=2)
    sensitivity = choice(_l("How sensitive?"), LEVELS, "some")
    held_in = choice(_l("Where will it be held?"), WHERE, "quebec")
    transfers = words(_l("What leaves Québec, and how it is protected there"), rows=2)
    verdict = choice(_l("Conclusion"), VERDICTS, "with_measures")
    conclusion = words(_l("Why"), rows=3)
    measures = words(_l("Measures"), rows=3)

    def validate_transfers(self, field: Field) -> None:
        if self.held_in.data in ("canada", "abroad") and not field.data:
            raise ValidationError(_("It leaves Québec: write how it is protected there."))


def next_review() -> Any:
    return house_rules.next_year(today())
