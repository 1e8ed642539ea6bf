"""What two people wrote at the same time, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

from flask_wtf import FlaskForm

from app.web.times import day

Row = tuple[Any, str, str]  # label, there now, hers


def both(form: FlaskForm, now: Any, **ways: Callable[[Any], Any]) -> list[Row]:
    """Each field of a form, as it is now and as she wrote it. `now`: a row, or values by name; `ways`: how a field's
    value is said."""
    held = now if isinstance(now, Mapping) else {field.name: getattr(now, field.name, None) for field in form}
    shown = [field for field in form if field.name in held and field.name not in ("version", "csrf_token")]
    return [
        (field.label.text, _said(held[field.name], ways.get(field.name)), _said(field.data, ways.get(field.name)))
        for field in shown
    ]


def _said(value: Any, way: Callable[[Any], Any] | None) -> str:
    if value is None or value == "" or value == []:
        return ""
    if way is not None:
        return str(way(value))
    if isinstance(value, date):
        return day(value)
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)
