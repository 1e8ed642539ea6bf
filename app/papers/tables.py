"""Tables that come in: CSV as spreadsheets write it, and XLSX, as rows of texts with their real numbers."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from io import BytesIO, StringIO
from typing import Any, NamedTuple

from flask_babel import gettext as _
from openpyxl import load_workbook

from app.errors import IntranetError
from app.papers.sheets import FORMULA_STARTS

MOST_ROWS, MOST_COLUMNS = 20_000, 60
A_SHEET = 1_048_576  # rows of the largest sheet there is
LARGEST = 10 * 1024 * 1024  # bytes, as it comes
UNPACKED = 80 * 1024 * 1024  # bytes, once unpacked
RATIO = 200  # how many times larger a part may become
LONGEST = 10_000  # letters of one cell
OTHER_KINDS = ("%PDF-", "<", "{\\rtf")  # texts that are no tables: a PDF, a page, a letter
ENCODINGS = ("utf-8-sig", "cp1252")


class Row(NamedTuple):
    """A row that holds something: its number as the spreadsheet shows it, and its cells as texts, "" for empty ones."""

    number: int
    cells: tuple[str, ...]


class TableRefused(IntranetError):
    """The table is not read. Its message says why, and what to do."""

    status = 422

    def message(self) -> str:
        return _("This is no table that can be read. Save it as XLSX, or as CSV (UTF-8), then send it again.")


def read_table(content: bytes, name: str = "") -> list[Row]:
    """The rows of the first sheet, empty ones left out; the kind is known by the content. Raises TableRefused.

    Dates are written 2026-03-02, times 14:30, numbers without a needless point; formulas give what they showed last.
    """
    if not content.strip(b"\0 \t\r\n"):
        raise TableRefused(_("This table is empty. Open it to see what it holds, then choose it again."))
    if len(content) > LARGEST:
        raise TableRefused(_too_large())
    if content.startswith(b"PK\3\4"):
        return list(_bounded(_xlsx(content)))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableRefused(_("This table is locked, or in an old form (XLS). Save it as XLSX without a password."))
    return list(_bounded(_csv(content)))


def _too_large() -> str:
    most = _("%(rows)s rows and %(columns)s columns", rows=MOST_ROWS, columns=MOST_COLUMNS)
    return _("This table is too large: %(most)s at most. Send it in parts.", most=most)


def _bounded(rows: Iterable[tuple[int, list[str]]]) -> Iterator[Row]:
    for number, cells in rows:
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS or (cells and number > MOST_ROWS):
            raise TableRefused(_too_large())
        if any(len(cell) > LONGEST for cell in cells):
            raise TableRefused(_("Row %(number)s has a cell that is too long. Shorten it.", number=number))
        if cells:
            yield Row(number, tuple(cells))


def _plain(text: str) -> str:
    """Without what no cell should hold; a text that was disarmed as a formula is itself again."""
    seen = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t").strip()
    return seen[1:] if seen.startswith("'") and seen[1:].startswith((*FORMULA_STARTS, "'")) else seen


# --- CSV -------------------------------------------------------------------------------------------------------------


def _csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content)
    first, _end, rest = text.partition("\n")
    delimiter = _delimiter(first)
    if first.strip().casefold() == f"sep={delimiter}":  # a note between spreadsheets, no row
        text = rest
    rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(rows, 1):
            yield number, [_plain(cell) for cell in cells]
    except csv.Error:
        raise TableRefused(
            _("Row %(number)s cannot be read: look at its quotation marks, then save it again.", number=number + 1)
        ) from None


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(letter < " " and letter not in "\t\n\r" for letter in text) or text.lstrip().startswith(OTHER_KINDS):
            break
        return text
    raise TableRefused


def _delimiter(line: str) -> str:
    """The one that the first row uses most, outside of quotation marks."""
    bare = "".join(line.split('"')[::2])
    return max(",;\t", key=bare.count)


# --- XLSX ------------------------------------------------------------------------------------------------------------


def _xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    _look_inside(content)
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not relied on
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > A_SHEET or _filled(cells[MOST_COLUMNS:]):
                raise TableRefused(_too_large())
            yield number, [_shown(cell) for cell in cells[:MOST_COLUMNS]] if _filled(cells) else []
    except TableRefused:
        raise
    except Exception:  # whatever the reader stumbles over
        raise TableRefused from None


def _look_inside(content: bytes) -> None:
    """Refuse, before anything is unpacked, what is no XLSX, has macros, or would become too large."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names or any(part.flag_bits & 1 for part in parts):
                raise TableRefused
            if any("vbaproject" in name.casefold() for name in names):
                raise TableRefused(_("This table has macros. Save it as XLSX without macros, then send it again."))
            if sum(part.file_size for part in parts) > UNPACKED or any(_swells(part) for part in parts):
                raise TableRefused(_too_large())
            for part in parts:
                with packed.open(part) as opened:
                    if b"<!DOCTYPE" in opened.read(1024).replace(b"\0", b""):
                        raise TableRefused
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        raise TableRefused from None


def _swells(part: zipfile.ZipInfo) -> bool:
    return part.file_size > 1024 * 1024 and part.file_size > RATIO * max(part.compress_size, 1)


def _filled(cells: tuple[Any, ...]) -> bool:
    return cells.count(None) < len(cells)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat() if isinstance(value, date) else value.isoformat("minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _plain(str(value))
