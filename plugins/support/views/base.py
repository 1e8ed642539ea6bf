"""The blueprint, and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from app.plugins.state import service_is_on
from plugins.support import forms

bp = Blueprint("support", "plugins.support", url_prefix="/support", template_folder="templates")
Page = str | tuple[str, int] | Response
bp.add_app_template_filter(forms.word, "support_word")
bp.add_app_template_filter(forms.options, "support_options")
bp.add_app_template_global(service_is_on, "support_service_on")


def see(endpoint: str, said: str, **values: Any) -> Response:
    """Go on to a page, which says what was done."""
    flash(said)
    return redirect(url_for(f".{endpoint}", **values), 303)
