"""What is asked, and the words for what happened."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.papers.forms import PaperField
from intranet_library.rules import MOST_WEEKS

SENTENCES: dict[str, Any] = {
    "library.book_added": _l("A book was put on the shelf"),
    "library.lent": _l("A book was lent"),
    "library.returned": _l("A book came back"),
    "library.agreed": _l("She agreed that the town library is told"),
}


class LoanForm(FlaskForm):
    code = StringField(_l("Her code"), [InputRequired(_l("Write her code.")), Length(max=12)])
    note = StringField(_l("In one line"), [Length(max=200)])


class PictureForm(FlaskForm):
    picture = PaperField(_l("The picture"), [DataRequired(_l("Choose a picture first."))])


def weeks(text: str) -> None:
    """Raises ValueError, with a message for who edits the setting."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WEEKS:
        raise ValueError(_("Write a number of weeks, 1 to %(most)s.", most=MOST_WEEKS))
