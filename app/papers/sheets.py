"""Tables that go out: XLSX and CSV in which nothing is ever a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, NamedTuple

import xlsxwriter

from app.db import now
from app.web.times import local

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST = 32_767  # letters of one cell: XLSX holds no more
NARROWEST, WIDEST = 8, 60


class Column(NamedTuple):
    """A title; a width in letters, else that of what it holds."""

    title: str
    width: int | None = None


Columns = Sequence[Column | tuple[str, int | None] | str]
Rows = Iterable[Sequence[Any]]


def xlsx(title: str, columns: Columns, rows: Rows) -> bytes:
    """One sheet: the head frozen, dates as dates, numbers as numbers, texts as texts whatever they begin with.

    It is made in memory: nothing of it is written to a temporary file (law 8).
    """
    heads, made = [_column(each) for each in columns], BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.set_properties({"title": title, "created": now().replace(tzinfo=None)})
        sheet = book.add_worksheet(_sheet_name(title))
        formats = {kind: book.add_format({"num_format": shown}) for kind, shown in _SHOWN.items()}
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for place, column in enumerate(heads):
            sheet.write_string(0, place, column.title, head)
        widths = [len(column.title) for column in heads]
        last = 0
        for last, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                shown = _write(sheet, last, place, value, formats)
                widths[place] = max(widths[place], shown)
        for place, column in enumerate(heads):
            sheet.set_column(place, place, column.width or min(max(widths[place] + 2, NARROWEST), WIDEST))
        sheet.autofilter(0, 0, last, len(heads) - 1)
    return made.getvalue()


_SHOWN = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm"}


def _write(sheet: Any, row: int, place: int, value: Any, formats: dict[type[date], Any]) -> int:
    """Write one cell by the type of its value; how wide it is."""
    if value is None or value == "":
        return 0
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, place, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, place, _wall_clock(value), formats[datetime])
        return 16
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, formats[date])
        return 10
    else:
        text = str(value)
        sheet.write_string(row, place, text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")
        return max(map(len, text.splitlines()), default=0)
    return len(str(value))


def _wall_clock(moment: datetime) -> datetime:
    return local(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).replace(tzinfo=None)


def _column(given: Column | tuple[str, int | None] | str) -> Column:
    return Column(given) if isinstance(given, str) else Column(*given)


def _sheet_name(title: str) -> str:
    """What a spreadsheet takes: 31 letters, none of []:*?/\\, no apostrophe around."""
    plain = "".join(" " if letter in "[]:*?/\\" or letter < " " else letter for letter in title)
    name = " ".join(plain.split())[:31].strip(" '")
    return name if name and name.casefold() != "history" else "Table"


def csv_text(columns: Columns, rows: Rows) -> str:
    """The same as text, with the mark by which spreadsheets know UTF-8. A text that would be a formula is disarmed."""
    made = StringIO()
    made.write("\ufeff")
    writer = csv.writer(made, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([_disarmed(_column(each).title) for each in columns])
    writer.writerows([_disarmed(value) for value in row] for row in rows)
    return made.getvalue()


def _disarmed(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return _wall_clock(value).isoformat(" ", "minutes")
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) or text.startswith("'") else text
