"""Documents as accessible PDFs (PDF/UA-1), set by typst: fixed templates, and data that is only ever text.

A template is never made from data: data goes in as JSON beside it. No font of the system, no network, no clock.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from flask_babel import force_locale
from flask_babel import gettext as _

from app.catalogue.settings import setting
from app.web.times import day, today

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
REMEMBERED = 10  # documents for which typst keeps what it worked out; empty ones drive what was confidential out
Part = dict[str, Any]
_compile: Any = typst.compile  # its types do not know folders in memory


def pdf(template: str | Path, data: Mapping[str, Any], *, title: str, language: str, neutral: bool = False) -> bytes:
    """A document of a template: "letter", "register" or "sheet" of ours, or the path of a plugin's own `.typ`.

    `title` is the document's. `language`: the one that it is written in (fr, en, es, ht). Days may be given as dates.
    `neutral`: nothing names the organisation, for what she takes home (D-FILE-4); then the title should not either.
    """
    file = template if isinstance(template, Path) else TEMPLATES / f"{template}.typ"
    sources = {"main.typ": file.read_bytes(), "house.typ": (TEMPLATES / "house.typ").read_bytes()}
    with force_locale(language):
        told = {"title": title, "language": language, "house": _house(neutral), **data}
        text = json.dumps(told, default=_as_text)
    drawn = _legible(json.loads(text), _drawable())
    try:
        return _set(sources, drawn)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
    return _set(sources, _legible(drawn, _PLAIN))  # letters that are drawn alone, but not together


def _set(sources: dict[str, bytes], data: Any) -> bytes:
    """Compile a folder in memory: a template can read nothing else."""
    fonts: dict[str, Any] = {"font_paths": _fonts(), "ignore_system_fonts": True}
    midnight = datetime.combine(today(), datetime.min.time(), UTC)
    inputs = {"data": json.dumps(data)}
    try:
        made: bytes = _compile(sources, sys_inputs=inputs, pdf_standards="ua-1", timestamp=midnight, **fonts)
        return made
    finally:
        for _empty in range(REMEMBERED + 1):
            _compile({"main.typ": b""}, **fonts)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _house(neutral: bool) -> dict[str, Any]:
    """What every paper says of the organisation, and the words of the page itself."""
    page, name = _("Page {page} of {pages}"), "" if neutral else setting("core.organisation_name")
    return {"name": name, "page": page, "signature": _("Signature"), "date": _("Date")}


def _as_text(value: Any) -> str:
    if isinstance(value, date):
        return day(value, year=True)
    if hasattr(value, "__html__") or hasattr(value, "_args"):  # a lazy translation
        return str(value)
    raise TypeError(f"A paper takes texts, numbers, days, lists and dictionaries, not {type(value).__name__}.")


# --- letters that can be drawn ---------------------------------------------------------------------------------------

_PLAIN = re.compile(r"[^\n\t -~\u00a0-\u024f\u2010-\u2027\u202f-\u203a\u20ac]")


@cache
def _drawable() -> re.Pattern[str]:
    """What no font at hand can draw; PDF/UA allows no letter without a shape."""
    lines = (HERE / "glyphs.txt").read_text().splitlines()[1:]
    bounds = [each.split("-") for each in " ".join(lines).split()]
    ranges = "".join(rf"\U{int(each[0], 16):08x}-\U{int(each[-1], 16):08x}" for each in bounds)
    return re.compile(rf"[^\n\t{ranges}]")


def _legible(value: Any, missing: re.Pattern[str]) -> Any:
    """The same data, with each letter that cannot be drawn told by its name: nothing is left out silently."""
    if isinstance(value, str):
        return missing.sub(lambda found: _named(found[0]), value)
    if isinstance(value, dict):
        return {key: _legible(each, missing) for key, each in value.items()}
    return [_legible(each, missing) for each in value] if isinstance(value, list) else value


def _named(letter: str) -> str:
    """« [grinning face] »; nothing for what has no look of its own, such as a change of direction."""
    if unicodedata.category(letter) == "Cf" or letter == "\r":
        return ""
    return f"[{unicodedata.name(letter, f'U+{ord(letter):04X}').lower()}]"


# --- parts of a sheet or a letter ------------------------------------------------------------------------------------


def section(heading: str, *parts: Part, level: int = 1) -> Part:
    """`level`: 1 under the document's title, 2 under a section."""
    return {"heading": heading, "level": level, "parts": list(parts)}


def paragraph(text: str, *, soft: bool = False) -> Part:
    """Blank lines part paragraphs; line breaks stay."""
    return {"is": "paragraph", "text": text, "soft": soft}


def bullets(items: Iterable[str], *, numbered: bool = False) -> Part:
    return {"is": "list", "items": list(items), "numbered": numbered}


def facts(pairs: Iterable[tuple[Any, Any]]) -> Part:
    """Labels, each with its value; an empty value is shown as a dash."""
    return {"is": "facts", "pairs": [[label, value] for label, value in pairs]}


def table(columns: Sequence[Any], rows: Iterable[Sequence[Any]], *, numeric: Iterable[int] = ()) -> Part:
    """`numeric`: the columns, counted from 0, whose values stand at the right."""
    return {"is": "table", "columns": list(columns), "rows": [list(row) for row in rows], "numeric": list(numeric)}


def timeline(entries: Iterable[tuple[Any, Any, Any]]) -> Part:
    """When, what, and in more words."""
    return {"is": "timeline", "entries": [list(entry) for entry in entries]}


def boxes(choices: Iterable[tuple[Any, bool]]) -> Part:
    """Boxes, ticked or to be ticked by hand."""
    return {"is": "boxes", "choices": [[label, ticked] for label, ticked in choices]}


def signatures(*who: Any) -> Part:
    """A line for each to sign and date."""
    return {"is": "signatures", "who": list(who)}
