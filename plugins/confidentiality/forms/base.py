"""What the forms of confidentiality share."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.validators import Optional as Blank

from app.web.times import today

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well
LONGEST = 4000  # characters of a text
LINE = 240


def stripped(text: str | None) -> str | None:
    return (text or "").strip() or None


def words(label: Any, hint: Any = "", *, needed: bool = False, longest: int = LONGEST, rows: int = 4) -> TextAreaField:
    """Several lines of text."""
    checks = [DataRequired(_l("Write a few words."))] if needed else []
    short = Length(max=longest, message=_l("Shorten this: %(max)d letters at most."))
    return TextAreaField(label, [*checks, short], [stripped], hint, render_kw={"rows": rows})


def choice(label: Any, known: dict[str, Any], default: str | None = None, hint: Any = "") -> RadioField:
    needed = InputRequired(_l("Choose one of these."))
    return RadioField(label, [needed], choices=list(known.items()), default=default, description=hint)


def one_of(label: Any, known: dict[str, Any], hint: Any = "") -> SelectField:
    """For more than six; the first is none of them."""
    return SelectField(
        label, [Blank()], choices=[("", _l("Not known yet")), *known.items()], filters=[stripped], description=hint
    )


def _a_real_day(_form: FlaskForm, field: Field) -> None:
    if field.data and not 2000 <= field.data.year < 2200:
        raise ValidationError(_("Choose a year from 2000 to 2199."))


def _not_to_come(_form: FlaskForm, field: Field) -> None:
    if field.data and field.data > today():
        raise ValidationError(_("Choose today or a day before."))


def past_day(label: Any, hint: Any = "", *, needed: bool = False) -> DateField:
    """Today when it is needed and the page does not say."""
    checks = [InputRequired(_l("Write the day in full, for instance 2026-11-23."))] if needed else [Blank()]
    default = today if needed else None
    return DateField(label, [*checks, _a_real_day, _not_to_come], default=default, description=hint)


def any_day(label: Any, hint: Any = "") -> DateField:
    return DateField(label, [Blank(), _a_real_day], description=hint)


class Versioned(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A form that says which version of the thing its writer saw, so that she overwrites nobody."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """That version; 0, which none is, when the page did not say."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, as the action takes it."""
        return {name: value for name, value in self.data.items() if name not in ("csrf_token", "version")}

    def not_saved(self, why: str, version: int) -> None:
        """Show it again with what was typed; sent once more, it takes the place of what `version` says."""
        self.form_errors.append(why)
        self.version.raw_data = None
        self.version.data = str(version)

    def theirs(self, entry: Any) -> list[tuple[str, str]]:
        """What the entry says now, where it differs from what was typed: both versions are on the page."""
        differ = [name for name, value in self.values.items() if hasattr(entry, name) and getattr(entry, name) != value]
        return [(str(self[name].label.text), said(getattr(entry, name))) for name in differ]


def said(value: Any) -> str:
    """A value among changes, in plain words."""
    if value is None or value == "":
        return "–"
    return {True: _("Yes"), False: _("No")}[value] if isinstance(value, bool) else str(value)
