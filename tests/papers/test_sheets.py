"""Tables that go out: nothing in them is ever a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.papers import Column, csv_text, read_table, xlsx

pytestmark = pytest.mark.once
FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    "{=1}",
    "http://x.example",
]


@pytest.fixture(scope="module", autouse=True)
def here() -> Iterator[None]:
    with Flask("sheets").app_context():
        yield


def sheet(content: bytes, **options: Any) -> Any:
    return load_workbook(BytesIO(content), **options).active


def test_each_value_has_its_type() -> None:
    moment = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
    row = ["K7M2Q", date(2026, 3, 2), moment, 3, 2.5, Decimal("10.25"), True, None, ""]
    made = sheet(xlsx("A title", [str(n) for n in range(len(row))], [row]))
    values = [cell.value for cell in made[2]]
    assert values[:3] == ["K7M2Q", datetime(2026, 3, 2), datetime(2026, 3, 2, 13, 30)]  # noqa: DTZ001 (on the clock of here)
    assert values[3:] == [3, 2.5, 10.25, True, None, None]
    assert made[2][1].number_format == "yyyy-mm-dd"


def test_the_head_stays_in_sight_and_columns_are_wide_enough() -> None:
    made = sheet(xlsx("T", ["Code", Column("Since", 14), ("What", None)], [["K", date(2026, 3, 2), "word " * 40]]))
    assert made.freeze_panes == "A2" and made.auto_filter.ref == "A1:C2"
    widths = [made.column_dimensions[letter].width for letter in "ABC"]
    assert 8 <= widths[0] < 10 and 14 <= widths[1] < 15.5 and 60 <= widths[2] < 62


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula_or_a_link(text: str) -> None:
    made = sheet(xlsx("T", [text], [[text]]))
    assert [cell.data_type for cell in (*made[1], *made[2])] == ["s", "s"]
    assert made["A2"].hyperlink is None and not made._hyperlinks


@pytest.mark.parametrize("text", [text for text in FORMULAS if text[0] not in "{h"])
def test_no_text_becomes_a_formula_in_csv(text: str) -> None:
    head, row = list(csv.reader(StringIO(csv_text([text], [[text]]).removeprefix("\ufeff"), newline="")))
    assert head == row == [f"'{text}"]


def test_numbers_stay_numbers_in_csv() -> None:
    assert csv_text(["n"], [[-3, -2.5, Decimal("-1.10")]]).splitlines()[1] == "-3,-2.5,-1.10"


@pytest.mark.parametrize("title", ["a/b:c*d?[e]\\f", "'quoted'", "", "History", "x" * 90, "=1"])
def test_any_title_makes_a_sheet(title: str) -> None:
    assert 0 < len(sheet(xlsx(title, ["a"], [])).title) <= 31


def test_a_cell_holds_what_it_can() -> None:
    assert sheet(xlsx("T", ["a"], [["x" * 40_000]]))["A2"].value == "x" * 32_766 + "…"


def test_nothing_is_written_to_a_temporary_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import tempfile

    def never(*_what: object, **_how: object) -> None:
        raise AssertionError("a temporary file")

    for name in ("mkstemp", "mkdtemp", "TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, never)
    made = xlsx("T", ["a"], ([f"row {n}"] for n in range(5_000)))
    assert len(read_table(made)) == 5_001


TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=2, max_size=5))
def test_what_goes_out_comes_in_again_as_it_was(rows: list[list[str]]) -> None:
    width = max(map(len, rows))
    head, *others = [row + ["x"] * (width - len(row)) for row in rows]
    for made in (xlsx("T", head, others), csv_text(head, others).encode()):
        assert [list(row.cells) for row in read_table(made)] == [head, *others]
