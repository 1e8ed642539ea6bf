"""A consent, one question at a time; the words for each choice."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileRequired
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.papers import Refused, cleaned
from app.papers.forms import PaperField
from app.papers.intake import TEXT, Clean
from app.people.words import ITEM_WORDS, PURPOSE_WORDS
from app.web.times import today
from plugins.confidentiality.forms.base import Versioned
from plugins.confidentiality.rules import consents as rules

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well

LANGUAGES = {"fr": _l("French"), "en": _l("English"), "es": _l("Spanish"), "ht": _l("Haitian Creole")}
STATES = {
    "draft": _l("Not signed yet: it permits nothing"),
    "in_force": _l("In force"),
    "expired": _l("Ended"),
    "withdrawn": _l("Taken back"),
}
SIGNATURES = {"paper": _l("On paper, scanned"), "screen": _l("On the screen")}
WITHDRAWALS = {"oral": _l("She said so"), "written": _l("She wrote it")}
SCREEN_TITLES = {
    "recipient": _l("Who will be told?"),
    "purpose": _l("What for?"),
    "items": _l("What may be said?"),
    "period": _l("Until when, and in which language?"),
    "talk": _l("What you talked about"),
    "sign": _l("She reads it and signs"),
}
DRAWN = "data:image/png;base64,"
LARGEST = 300_000  # characters of a drawn signature


def _long(most: int) -> Length:
    return Length(max=most, message=_l("Shorten this: %(max)d letters at most."))


def _trimmed(text: str | None) -> str:
    return (text or "").strip()


class Asked(Versioned):
    """A question of a draft, or of a decision."""

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        return {name: value for name, value in self.values.items() if name != "sure"}

    @property
    def to_mend(self) -> dict[str, str]:
        """What has to be looked at again, by its place on the page."""
        places = {field.name: field.id for field in self}
        return {places.get(name or "", "main"): str(errors[0]) for name, errors in self.errors.items() if errors}


class RecipientForm(Asked):
    """One recipient (D-CONF-2)."""

    recipient = StringField(
        _l("Name of the organisation or of the person"),
        [DataRequired(_l("Write who will be told.")), _long(rules.RECIPIENT_LENGTH)],
        [_trimmed],
        description=_l("One only: each recipient has a consent of its own."),
    )
    sure = BooleanField(_l("This is the name of one organisation or one person"))

    def validate_recipient(self, field: Field) -> None:
        if rules.is_list(field.data):
            raise ValidationError(
                _("One consent, one recipient. Keep one name here; ask for another consent for the others.")
            )
        if rules.may_be_list(field.data) and not self.sure.data:
            raise ValidationError(
                _("This looks like more than one recipient. Keep one, or tick below that it is the name of one.")
            )

    @property
    def doubtful(self) -> bool:
        """Whether to ask if it is one name after all."""
        return bool(self.recipient.errors) and not rules.is_list(self.recipient.data or ";")


class PurposeForm(Asked):
    purpose = RadioField(
        _l("What for?"), [InputRequired(_l("Choose one reason."))], choices=list(PURPOSE_WORDS.items())
    )
    words = StringField(
        _l("In her words"), [_long(240)], [_trimmed], description=_l("It stands on the paper that she signs.")
    )


class ItemsForm(Asked):
    """Ticked one by one: none is ticked beforehand, and nothing ticks all (D-CONF-2)."""

    items = SelectMultipleField(
        _l("What may be said?"),
        choices=list(ITEM_WORDS.items()),
        option_widget=CheckboxInput(),
        widget=ListWidget(),
        description=_l("Tick with her, one by one, only what this recipient needs."),
    )

    def validate_items(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Tick at least one thing that may be said."))


class PeriodForm(Asked):
    until = DateField(_l("Last day"), [InputRequired(_l("Choose the last day."))])
    language = RadioField(
        _l("Language that she reads"),
        [InputRequired(_l("Choose a language."))],
        choices=list(LANGUAGES.items()),
        description=_l("The paper is written in it. Read it aloud together if she prefers."),
    )

    def __init__(self, *args: Any, cap: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cap = cap
        self.until.description = _("At most %(cap)d days from today. Shorter is fine.", cap=cap)

    def validate_until(self, field: Field) -> None:
        if not rules.may_end(field.data, today(), self.cap):
            raise ValidationError(_("Choose a last day from today on, at most %(cap)d days ahead.", cap=self.cap))


class TalkForm(Asked):
    """What has to be talked over before she signs; each is noted as done."""

    risks = BooleanField(_l("We talked about what could go wrong if this is shared"))
    alternatives = BooleanField(_l("We talked about other ways to get what she needs"))
    free = BooleanField(_l("She was told that no support here depends on her answer"))
    talk = StringField(
        _l("In one line, what was said"), [_long(240)], [_trimmed], description=_l("Sealed, for her workers.")
    )

    def _must(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Talk about it with her first, then tick it."))

    validate_risks = validate_alternatives = validate_free = _must


QUESTIONS: dict[str, type[Asked]] = {
    "recipient": RecipientForm,
    "purpose": PurposeForm,
    "items": ItemsForm,
    "period": PeriodForm,
    "talk": TalkForm,
}


class ScreenSignatureForm(Asked):
    """Her name, and what she drew if she did: a name is enough, for who can't draw or would rather not."""

    name = StringField(_l("Her name, or the name that she uses here"), [_long(120)], [_trimmed])
    drawn = HiddenField()
    picture: Clean | None = None

    def validate_name(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Her name is missing: it counts as her signature when nothing is drawn."))

    def validate_drawn(self, field: Field) -> None:
        """A picture drawn here and nothing else; drawn anew before it is kept."""
        if not field.data:
            return
        try:
            if len(field.data) > LARGEST or not field.data.startswith(DRAWN):
                raise ValueError
            self.picture = cleaned(base64.b64decode(field.data.removeprefix(DRAWN), validate=True), "signature.png")
        except (ValueError, binascii.Error, Refused):
            raise ValidationError(
                _("The drawing did not come through. Draw it again, or sign with the name alone.")
            ) from None


class PaperSignatureForm(Asked):
    """The paper came back signed."""

    scan = PaperField(
        _l("The signed paper, scanned or photographed"),
        [FileRequired(_l("Choose the picture or the PDF of the signed paper."))],
        description=_l("A picture (JPEG, PNG, WebP) or a PDF; 10 MB at most."),
    )
    on = DateField(
        _l("Day beside her signature"), [InputRequired(_l("Write the day that stands beside her signature."))]
    )

    def validate_scan(self, field: Any) -> None:
        if field.clean and field.clean.kind == TEXT:
            raise ValidationError(_("A text can’t hold her signature: choose a picture or a PDF of the signed paper."))


class WithdrawalForm(Asked):
    how = RadioField(
        _l("How did she say it?"), [InputRequired(_l("Choose how she said it."))], choices=list(WITHDRAWALS.items())
    )


def days(text: str) -> None:
    """The check of the settings. Raises ValueError with a message for who edits."""
    if not text.isdecimal() or int(text) not in rules.SPAN:
        raise ValueError(_("Write a number of days from 1 to 366."))
