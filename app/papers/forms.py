"""A field for a file, cleaned before anything else is done with it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms.validators import StopValidation

from app.papers.intake import ACCEPT, Clean, Refused, TooLarge, cleaned

_l: Any = lazy_gettext
HINT = _l("PDF, picture (JPEG, PNG, WebP) or plain text; 10 MB at most.")


class PaperField(FileField):  # type: ignore[misc]
    """One file. `clean` is what may be kept of it, None when none was chosen; a refusal is the field's message."""

    clean: Clean | None = None

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, **{"description": HINT, "render_kw": {"accept": ACCEPT}} | options)

    def pre_validate(self, form: Any) -> None:
        self.clean = None
        if self.data:
            try:
                self.clean = cleaned(_content(self.data), self.data.filename or "")
            except Refused as refused:
                raise StopValidation(str(refused)) from None


def _content(sent: Any) -> bytes:
    if getattr(sent.stream, "too_large", False):  # see app.web.uploads
        raise TooLarge
    content: bytes = sent.stream.read()
    return content
