"""Telling without consent, youth protection, orders: what is asked, and the words for each choice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    DateField,
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.people.words import ITEM_WORDS, WAY_WORDS
from app.web.times import today
from plugins.confidentiality.forms.consents import Asked
from plugins.confidentiality.rules import consents as consent_rules
from plugins.confidentiality.rules import orders as order_rules
from plugins.confidentiality.rules import youth as youth_rules

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well

GROUNDS = {
    "danger": _l("Danger of death or of serious injury, and it is urgent"),
    "emergency": _l("Emergency: her own life, health or safety"),
    "youth": _l("Youth protection"),
    "court": _l("Order of a court, or subpoena"),
    "other": _l("Another article of the law"),
}
TOLD = {"yes": _l("Yes, she was told"), "later": _l("Not yet: she will be told"), "no": _l("No, and here is why")}
STATES = {
    "waiting": _l("Waits for the second person: nothing is permitted yet"),
    "in_force": _l("Confirmed: it may be told now, for 24 hours"),
    "refused": _l("The second person did not agree: nothing is permitted"),
    "over": _l("Its 24 hours are over"),
}
SITUATIONS = {
    "sexual": _l("Sexual abuse, or a serious risk of it"),
    "physical": _l("Physical abuse, or a serious risk of it"),
    "exploitation": _l("Sexual exploitation, by anybody"),
    "neglect": _l("Basic needs are not met: food, shelter, care, supervision"),
    "abandonment": _l("Nobody takes care of her any more"),
    "psychological": _l("Ill-treatment by words, threats, control or violence at home"),
    "behaviour": _l("She puts herself in serious danger, and who should protect her does not or cannot"),
    "nothing": _l("None of these"),
}
DECISIONS = {"report": _l("Report to youth protection"), "not_report": _l("Do not report")}
YOUTH_STATES = {
    "report": _l("To be reported"),
    "waiting": _l("Not reported: waits for a second look"),
    "agreed": _l("Not reported, looked at by two"),
    "again": _l("To be decided again"),
}
ORDERS = {
    "court_order": _l("Order of a court"),
    "subpoena": _l("Subpoena"),
    "warrant": _l("Search warrant"),
    "other": _l("Another demand that the law provides for"),
}
ORDER_TOLD = {"yes": _l("Yes, she was told"), "no": _l("No, and here is why")}


def _text(label: Any, message: Any, most: int = 120, hint: Any = "") -> StringField:
    return StringField(label, [DataRequired(message), _long(most)], [_trimmed], description=hint)


def _words(label: Any, message: Any = None, hint: Any = "") -> TextAreaField:
    return TextAreaField(
        label, [DataRequired(message), _long(4000)] if message else [_long(4000)], [_trimmed], description=hint
    )


def _long(most: int) -> Length:
    return Length(max=most, message=_l("Shorten this: %(max)d letters at most."))


def _trimmed(text: str | None) -> str:
    return (text or "").strip()


def _ticked(label: Any, words: dict[str, Any], hint: Any = "") -> SelectMultipleField:
    return SelectMultipleField(
        label, choices=list(words.items()), option_widget=CheckboxInput(), widget=ListWidget(), description=hint
    )


def _one_of(label: Any, words: dict[str, Any], hint: Any = "") -> RadioField:
    return RadioField(label, [InputRequired(_l("Choose one of these."))], choices=list(words.items()), description=hint)


class _AsksSecond(Asked):
    """A form that asks a second person; whom is a list of colleagues."""

    second = SelectField(_l("Who looks at it with you?"), default="")

    def __init__(self, *args: Any, colleagues: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.second.choices = [("", _("Choose a colleague")), *colleagues]


class DecisionForm(_AsksSecond):
    """Ground, facts, to whom, what, who is consulted, whether she is told (D-CONF-4)."""

    ground = _one_of(_l("On which ground?"), GROUNDS)
    article = StringField(_l("Which article of which law"), [_long(120)], [_trimmed])
    facts = _words(_l("What makes it necessary now"), _l("Write the facts: what you saw or heard, and when."))
    recipient = _text(
        _l("Who is told"), _l("Write who is told."), consent_rules.RECIPIENT_LENGTH, _l("One organisation or person.")
    )
    capacity = _text(
        _l("In what capacity"),
        _l("Write in what capacity: police, physician, youth protection…"),
        hint=_l("For instance: police, emergency physician, youth protection."),
    )
    items = _ticked(
        _l("Only what is necessary"), ITEM_WORDS, _l("Tick what that recipient needs to act; nothing else may be told.")
    )
    told = _one_of(_l("Was she told?"), TOLD)
    why_not = StringField(_l("Why not"), [_long(240)], [_trimmed])

    def validate_article(self, field: Field) -> None:
        if self.ground.data == "other" and not field.data:
            raise ValidationError(_("Write the article and the law that allow it."))

    def validate_recipient(self, field: Field) -> None:
        if consent_rules.is_list(field.data or ""):
            raise ValidationError(_("One recipient at a time. Decide for each of them."))

    def validate_items(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Tick at least one thing to be told."))

    def validate_why_not(self, field: Field) -> None:
        if self.told.data == "no" and not field.data:
            raise ValidationError(_("Write why she is not told."))

    def validate_second(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("It takes two people: choose who confirms. Call her, it takes a minute."))


class SecondForm(_AsksSecond):
    """Another colleague, when the first can't be reached."""

    validate_second = DecisionForm.validate_second


class AnswerForm(Asked):
    """What the second person answers."""

    answer = StringField(_l("In one line, if you wish"), [_long(240)], [_trimmed])


class ToldForm(Asked):
    told = _one_of(_l("Was she told?"), TOLD)
    why_not = StringField(_l("Why not"), [_long(240)], [_trimmed])

    validate_why_not = DecisionForm.validate_why_not


class TellForm(Asked):
    """What is told now, item by item; spoken, only which items."""

    way = _one_of(_l("How?"), WAY_WORDS)

    def __init__(self, *args: Any, items: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may = [(item, str(ITEM_WORDS[item])) for item in items]


def parts_told(may: Iterable[tuple[str, str]], way: str, typed: Any) -> list[tuple[str, str, list[str]]]:
    """Item, heading and paragraphs of what was written; spoken, of what was ticked."""
    told = []
    for item, heading in may:
        text = str(typed.get(f"text-{item}", "")).strip()[:8000]
        if (way == "spoken" and typed.get(f"said-{item}")) or (way != "spoken" and text):
            told.append((item, heading, [piece.strip() for piece in text.split("\n\n") if piece.strip()]))
    return told


class YouthForm(_AsksSecond):
    """To report or not (D-CONF-7)."""

    situations = _ticked(_l("What was seen or heard"), SITUATIONS)
    facts = _words(
        _l("The facts"),
        _l("Write the facts: what you saw or heard, and when."),
        _l("Sealed. Only what bears on this decision."),
    )
    decision = _one_of(_l("What is decided?"), DECISIONS)
    reason = _words(_l("Why it is not reported"))

    def validate_situations(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Tick what was seen, or that none of these was."))
        if youth_rules.NOTHING in field.data and len(field.data) > 1:
            raise ValidationError(_("“None of these” stands alone: untick it, or untick the others."))

    def validate_reason(self, field: Field) -> None:
        if self.decision.data == "not_report" and not field.data:
            raise ValidationError(_("Write why it is not reported."))

    def validate_second(self, field: Field) -> None:
        if self.decision.data == "not_report" and not field.data:
            raise ValidationError(_("Choose who looks at this decision with you."))


class OrderForm(Asked):
    kind = _one_of(_l("What is it?"), ORDERS)
    authority = _text(_l("From whom"), _l("Write which court or authority it comes from."), 240)
    asked = _words(_l("What is asked for"), _l("Write what it asks for, in its words."))
    received_on = DateField(_l("Received"), [InputRequired(_l("Choose the day on which it was received."))])
    due_on = DateField(_l("Answer due"), [InputRequired(_l("Choose the day by which it is to be answered."))])
    codes = _text(
        _l("Codes of the persons concerned"),
        _l("Write the code of each person concerned."),
        200,
        _l("With a space between. What is held about them is kept from now on."),
    )

    def validate_received_on(self, field: Field) -> None:
        if field.data and field.data > today():
            raise ValidationError(_("This day has not come yet."))

    def validate_codes(self, field: Field) -> None:
        if len(self.wanted) > order_rules.MOST_PERSONS:
            raise ValidationError(_("Too many codes at once: enter the order in two parts."))

    @property
    def wanted(self) -> list[str]:
        return list(dict.fromkeys((self.codes.data or "").upper().replace(",", " ").split()))


class OrderToldForm(Asked):
    told = _one_of(_l("Was she told?"), ORDER_TOLD)
    why_not = StringField(_l("Why not"), [_long(240)], [_trimmed])

    validate_why_not = DecisionForm.validate_why_not


class OutcomeForm(Asked):
    outcome = _words(_l("What was answered"), _l("Write what was answered, and what was left out."))
