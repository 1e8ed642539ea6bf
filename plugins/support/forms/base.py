"""What the forms of follow-up share."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, ValidationError
from wtforms.validators import InputRequired

from plugins.support import rules

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well


def only_what_is_useful(_form: FlaskForm, field: Field) -> None:
    """D-FILE-1: no identity numbers."""
    if field.data and rules.holds_a_number_not_ours(field.data):
        raise ValidationError(
            _("Leave out social and health insurance numbers: only what is useful to the follow-up is kept.")
        )


def one_line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else text


def choice(label: Any, words: dict[str, Any], default: str) -> RadioField:
    message = _l("Choose one of these.")
    return RadioField(
        label,
        [InputRequired(message)],
        choices=list(words.items()),
        default=default,
    )


class Versioned(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A form that says which version of the thing its writer saw, so that she overwrites nobody."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """That version; 0, which none is, when the page did not say."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    @property
    def to_mend(self) -> dict[str, str]:
        """What has to be looked at again, by its place on the page."""
        places = {field.name: field.id for field in self}
        return {places.get(name, "main"): str(errors[0]) for name, errors in self.errors.items()}

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, as the action takes it."""
        return {name: value for name, value in self.data.items() if name not in ("csrf_token", "code", "version")}

    def not_saved(self, why: str, version: int) -> None:
        """Show it again with what was typed; sent once more, it takes the place of what `version` says."""
        self.form_errors.append(why)
        self.version.raw_data = self.version.data = None
        self.version.data = str(version)


def weeks(text: str) -> int:
    """The check of the setting. Raises ValueError with a message for who edits."""
    if text.isdecimal() and int(text) in rules.WEEKS:
        return int(text)
    raise ValueError(_("Write a number of weeks from 1 to 104."))
