"""Undertakings: what is filled in, and the words for each choice (D-CONF-13)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.web.i18n import LANGUAGES as LANGUAGES
from plugins.confidentiality.forms.base import Versioned, choice, past_day, stripped

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well
OTHERS = {
    "interpreter": _l("Interpreter"),
    "volunteer": _l("Volunteer"),
    "specialist": _l("Specialised resource"),
    "other": _l("Somebody else"),
}
KINDS = {"account": _l("Has an account here"), **OTHERS}
HOW = {"screen": _l("On screen"), "paper": _l("On paper")}
STANDINGS = {
    "never": _l("Not signed yet"),
    "over": _l("Over"),
    "soon": _l("To be signed again soon"),
    "holds": _l("Holds"),
}


def _name(label: Any) -> StringField:
    needed = DataRequired(_l("Write the name in full."))
    length = Length(2, 120, _l("Write from 2 to 120 letters."))
    return StringField(label, [needed, length], [stripped])


class SignForm(Versioned):
    """Her own, on screen; `version` is that of the text that she read."""

    agree = BooleanField(
        _l("I have read this, and I undertake it."), [InputRequired(_l("Tick this if you undertake it."))]
    )
    name = _name(_l("Your name, as your signature"))


class OtherForm(Versioned):
    """Somebody's who has no account, as the privacy officer enters it."""

    kind = choice(_l("Who is it?"), OTHERS, "volunteer")
    name = _name(_l("Name"))
    how = choice(_l("How was it signed?"), HOW, "paper")
    language = SelectField(_l("Language of the text"), [InputRequired()], choices=list(LANGUAGES.items()), default="fr")
    signed_on = past_day(_l("Signed on"), needed=True)
