"""What is asked when a person asks about what is held on her, and the words for each choice."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from app.people.words import ITEM_WORDS, PURPOSE_WORDS
from app.web.times import day, due, today
from plugins.confidentiality.forms.base import LONGEST, choice, stripped, words
from plugins.confidentiality.forms.registers import WORDS
from plugins.confidentiality.rules import rights as rules

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well

KINDS = {
    "access": _l("See what is held about her"),
    "portability": _l("A copy to take along, also for another organisation"),
    "rectification": _l("Correct something"),
    "withdrawal": _l("Take back a consent"),
    "destruction": _l("Have her file destroyed"),
    "deindexing": _l("Have something made public taken down"),
}
WAYS_IN = {
    "spoken": _l("Spoken, here"),
    "writing": _l("In writing"),
    "email": _l("By e-mail"),
    "phone": _l("By phone"),
    "other": _l("Another way"),
}
ASKED_BY = {
    "herself": _l("Herself"),
    "representative": _l("Somebody who represents her"),
    "other": _l("Somebody else"),
}
IDENTITY = {
    "known": _l("Her worker knows her"),
    "code": _l("She gave her code and answered a question"),
    "document": _l("She showed a document"),
    "mandate": _l("A mandate was shown"),
}
ANSWERS = {
    "granted": _l("Granted"),
    "partly": _l("Granted in part"),
    "refused": _l("Refused"),
    "dropped": _l("She does not ask any more"),
}
GIVEN = {
    "handed": _l("Handed over on paper"),
    "post": _l("By post"),
    "secure_link": _l("Through a secure link"),
    "spoken": _l("Spoken"),
}
WORDS |= {
    "rights": KINDS,
    "ways_in": WAYS_IN,
    "asked_by": ASKED_BY,
    "identity": IDENTITY,
    "rights_answers": ANSWERS,
}
SOON = 8  # days left from which a request is shown as due


def word(key: str | None, of: str) -> str:
    """A keyword in the reader's words."""
    return str(WORDS[of].get(key or "", key or "–"))


def labels() -> dict[str, Any]:
    """The words by which a person reads what is accounted for about her, in the language under way (D-CONF-8)."""
    fields = {
        "asked": _("In her words"), "should_read": _("How it should read"), "answer": _("Answer"),
        "reasons": _("Reasons"), "article": _("Article"), "statement": _("Her statement"), "kind": _("What is asked"),
        "received_on": _("Received"), "answered_on": _("Answered"), "corrected_on": _("Corrected"),
        "recipient": _("To whom"), "purpose": _("What for"), "words": _("In her words"), "items": _("What may be told"),
        "language": _("Language"), "talk": _("What was talked through"), "how": _("How it was signed"),
        "name": _("Signed by"), "withdrawn_how": _("How it was taken back"), "created_at": _("Begun"),
        "signed_at": _("Signed"), "until": _("Until"), "withdrawn_at": _("Taken back"), "ground": _("Ground"),
        "facts": _("Facts"), "capacity": _("In what capacity"), "told": _("Whether she was told"),
        "why_not": _("Why not"), "decided_at": _("Decided"), "confirmed_at": _("Confirmed"), "at": _("When"),
        "refused_at": _("Refused"), "decision": _("Decision"), "reason": _("Reason"), "agreed": _("Agreed"),
    }  # fmt: skip
    words = {
        "requests.kind": KINDS,
        "requests.answer": ANSWERS,
        "consents.purpose": PURPOSE_WORDS,
        "consents.items": ITEM_WORDS,
        "without_consent.ground": WORDS["grounds"],
        "without_consent.items": ITEM_WORDS,
    }
    said = {place: {key: str(word) for key, word in known.items()} for place, known in words.items()}
    sections = {
        "consents": _("Consents"),
        "without_consent": _("What was told without her consent"),
        "youth_protection": _("Youth protection"),
        "requests": _("What she asked about what is held"),
    }
    return {"sections": sections, "fields": fields, "words": said}


def state(asked: Any) -> tuple[str, str, str]:
    """How a request stands: a badge's kind, icon and words."""
    if asked.answer:
        kind = {"granted": "ok", "partly": "due"}.get(asked.answer, "")
        return kind, "check", str(ANSWERS[asked.answer])
    left = (asked.due_on - today()).days
    if left < 0:
        return "late", "triangle-alert", _("To answer, %(day)s", day=due(asked.due_on))
    return "due" if left < SOON else "", "clock", _("To answer by %(day)s", day=day(asked.due_on))


def due_title(kind: str, code: str) -> str:
    """For the desk: a code and a kind, nothing of what was asked (D-CONF-11)."""
    return _("Answer the request of %(code)s: %(kind)s", code=code, kind=KINDS[kind])


def _text(label: Any, hint: Any) -> TextAreaField:
    """Several lines, needed or not as other fields say."""
    short = Length(max=LONGEST, message=_l("Shorten this: %(max)d letters at most."))
    return TextAreaField(label, [short], [stripped], hint)


class _Form(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    @property
    def to_mend(self) -> dict[str, str]:
        """What has to be looked at again, by its place on the page."""
        first = {field.name: f"{field.id}-0" if field.type == "RadioField" else field.id for field in self}
        return {first.get(name, "main"): str(errors[0]) for name, errors in self.errors.items()}

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, as the action takes it."""
        return {name: value for name, value in self.data.items() if name not in ("csrf_token", "code")}

    def refuse(self, error: Exception) -> None:
        """What the rules refuse, said on the form; what was typed stays."""
        self.form_errors.append(str(error))


class RequestForm(_Form):
    """What she asks, when and how it came in, by whom."""

    kind = choice(_l("What does she ask?"), KINDS)
    asked = words(_l("In her words"), needed=True)
    should_read = _text(_l("How should it read?"), _l("For a correction: what she would have it say instead."))
    received_on = DateField(_l("Received on"), [InputRequired(_l("Choose the day on which it came in."))])
    how = choice(_l("How did it come?"), WAYS_IN, "spoken")
    asked_by = choice(_l("Who asks?"), ASKED_BY, "herself")
    asker = StringField(_l("Who speaks for her"), [Length(max=120)], [stripped], _l("When it is not herself."))

    def validate_received_on(self, field: Field) -> None:
        if field.data and not rules.may_have_come(field.data, today()):
            raise ValidationError(_("Choose a day of the past year, today at the latest."))

    def validate_asker(self, field: Field) -> None:
        if self.asked_by.data not in (None, "herself") and not field.data:
            raise ValidationError(_("Write who speaks for her."))

    def validate_should_read(self, field: Field) -> None:
        if self.kind.data == "rectification" and not field.data:
            raise ValidationError(_("Write how she would have it read."))


class CodeForm(_Form):
    """For the privacy officer: whose request it is, by her code."""

    code = StringField(_l("Her whole code"), [DataRequired(_l("Write her code.")), Length(max=16)])


class IdentityForm(_Form):
    identity = choice(_l("How did you make sure that it is she?"), IDENTITY)


class AnswerForm(_Form):
    """The answer, its reasons, how it was given."""

    answer = choice(_l("Answer"), ANSWERS)
    reasons = _text(_l("Reasons"), _l("A refusal, even in part, always has some. Plain words, for her."))
    article = StringField(
        _l("Article"), [Length(max=200)], [stripped], _l("Of which law; for a refusal, even in part.")
    )
    recourse_told = BooleanField(_l("She was told where she can take a refusal, and by when"))
    given = choice(_l("How was the answer given?"), GIVEN, "handed")
    answered_on = DateField(_l("Answered on"), [InputRequired(_l("Choose the day of the answer."))], default=today)
    version = HiddenField()

    def validate_answered_on(self, field: Field) -> None:
        if field.data and not rules.may_have_come(field.data, today()):
            raise ValidationError(_("Choose a day of the past year, today at the latest."))

    def validate_reasons(self, field: Field) -> None:
        if rules.needs_reasons(self.answer.data or "") and not field.data:
            raise ValidationError(_("Write why."))

    def validate_article(self, field: Field) -> None:
        if rules.needs_reasons(self.answer.data or "") and not field.data:
            raise ValidationError(_("Write on which article it rests."))

    def validate_recourse_told(self, field: Field) -> None:
        if rules.needs_reasons(self.answer.data or "") and not field.data:
            raise ValidationError(_("Tell her where she can take it, then tick this."))

    @property
    def values(self) -> dict[str, Any]:
        text = self.version.data or ""
        return super().values | {"version": int(text) if text.isdecimal() and len(text) < 10 else 0}


class StatementForm(_Form):
    statement = words(_l("What she says about it"), needed=True)
