"""The blueprint, and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

bp = Blueprint(
    "confidentiality",
    "plugins.confidentiality",
    url_prefix="/confidentiality",
    template_folder="templates",
    static_folder="static",
)
Page = str | tuple[str, int] | Response


def see(endpoint: str, said: str, **values: Any) -> Response:
    """Go on to a page, which says what was done."""
    flash(said)
    return redirect(url_for(f".{endpoint}", **values), 303)


def page_mark(name: str) -> int | None:
    """Where a page goes on, from the address; what can't be a row's number is the beginning."""
    return request.args.get(name, type=_number)


def _number(text: str) -> int:
    number = int(text[:11])
    if not 0 < number < 2**31:
        raise ValueError
    return number
