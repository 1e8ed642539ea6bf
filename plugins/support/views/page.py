"""A page of an opened file."""

from __future__ import annotations

from typing import Any

from flask import render_template

from app.accounts.current import me
from app.web.times import today


def file_page_of(template: str, file: Any, **values: Any) -> str:
    """`may_write`: whether this user may add something; who only reads sees no form."""
    may_write = file.closed_on is None and me().can("support.follow")
    return render_template(template, file=file, may_write=may_write, today=today(), **values)
