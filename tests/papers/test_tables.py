"""Tables that come in: read as a spreadsheet shows them, or refused with what to do."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook

from app.papers import TableRefused, read_table, xlsx
from tests.papers import made

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def here(app: Flask) -> Iterator[None]:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def refusal(content: bytes) -> str:
    with pytest.raises(TableRefused) as refused:
        read_table(content)
    assert refused.value.status == 422
    return str(refused.value)


# --- CSV -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_as_any_spreadsheet_writes_it(encoding: str, delimiter: str) -> None:
    text = f'Code{delimiter}Prénom{delimiter}Mot\r\nK7{delimiter}"Éloïse{delimiter} dite ""Lo"""{delimiter}œuf\r\n'
    rows = read_table(text.encode(encoding), "x.csv")
    assert [row.number for row in rows] == [1, 2]
    assert rows[1].cells == ("K7", f'Éloïse{delimiter} dite "Lo"', "œuf")


def test_rows_bear_the_numbers_that_the_spreadsheet_shows() -> None:
    rows = read_table(b'a,b\n\n,,\n"two\nlines",x,\n ,y\n')
    assert [(row.number, row.cells) for row in rows] == [(1, ("a", "b")), (4, ("two\nlines", "x")), (5, ("", "y"))]
    assert [row.number for row in read_table(b"sep=;\na;b\n1;2\n")] == [1, 2]
    assert read_table(b"sep=;\na;b\n")[0].cells == ("a", "b")


def test_what_was_disarmed_is_itself_again() -> None:
    assert read_table(b"a\n'+1 514 555-0100\n'plain\n''x\n")[1:] == [
        (2, ("+1 514 555-0100",)), (3, ("'plain",)), (4, ("'x",)),
    ]  # fmt: skip


def test_no_control_character_comes_in() -> None:
    assert read_table("a\nb\u202ec\x7f\u200b\n".encode())[1].cells == ("bc",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \r\n\0", "empty"),
        (b'a,b\n1,"open\n', "Row 2"),
        (b'a,b\n1,2\n"x"y,3\n', "Row 3"),
        (b"a\0b,c\n", "no table"),
        (b"\x81\x8d,\xff\n", "no table"),
        (b"a\x1bb\n", "no table"),
        (made.photo(), "no table"),
        (made.document(), "no table"),
        (b"\n<html><table><tr><td>a</td></tr></table>", "no table"),
        (b"a," * 61 + b"b", "too large"),
        (b"a\n" * 20_001, "too large"),
        (b"a" * 10_001, "too long"),
        (b"a\n" + b'"' + b"x" * 200_000 + b'"', "Row 2"),
        (b"x" * (11 << 20), "too large"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    assert said in refusal(content)


def test_the_most_that_is_taken_is_taken() -> None:
    assert len(read_table(b"\n".join([b",".join([b"a"] * 60)] * 20_000))) == 20_000


# --- XLSX ------------------------------------------------------------------------------------------------------------


def workbook(*rows: list[Any], **options: Any) -> bytes:
    book, content = Workbook(**options), BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def test_xlsx_gives_texts_as_they_are_written() -> None:
    rows = read_table(
        workbook(
            ["Code", "Day", "Moment", "Count", "Part", "Yes", " spaced "],
            [],
            ["K7", date(2026, 3, 2), datetime(2026, 3, 2, 14, 30), 3, 2.5, True, None],  # noqa: DTZ001 (as openpyxl takes it)
            [514, 5.0, None, -1, "=1+1", "'=x", "\u202e<b>"],
        )
    )
    assert [row.number for row in rows] == [1, 3, 4]
    assert rows[0].cells[-1] == "spaced"
    assert rows[1].cells == ("K7", "2026-03-02", "2026-03-02 14:30", "3", "2.5", "True")
    assert rows[2].cells == ("514", "5", "", "-1", "", "=x", "<b>")  # a formula that was never reckoned shows nothing


def changed(content: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """An XLSX with its parts changed, or taken out, and others put in."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for part in source.infolist():
            if (new := change(part.filename, source.read(part))) is not None:
                copy.writestr(part.filename, new)
        for name, extra in more.items():
            copy.writestr(name.replace("__", "/"), extra)
    return target.getvalue()


def same(_name: str, content: bytes) -> bytes:
    return content


def in_sheet(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, content: content.replace(old, new) if name.startswith("xl/worksheets/") else content


GOOD = xlsx("T", ["a", "b"], [["x", 1]])


def test_macros_are_refused() -> None:
    assert "macros" in refusal(changed(GOOD, same, **{"xl__vbaProject.bin": b"x"}))


def test_a_zip_bomb_is_refused_before_it_is_opened() -> None:
    bomb = changed(GOOD, same, **{"xl__media__x.xml": bytes(120 << 20)})
    assert len(bomb) < 200_000
    began = time.monotonic()
    assert "too large" in refusal(bomb)
    assert time.monotonic() - began < 1


def test_so_is_one_that_hides_its_size() -> None:
    """Its parts are said to be small: what is read is what is said, and the rest does not fit."""
    bomb = bytearray(changed(GOOD, in_sheet(b"<sheetData>", b"<sheetData>" + b" " * (30 << 20))))
    with zipfile.ZipFile(BytesIO(bytes(bomb))) as packed:
        part = packed.getinfo("xl/worksheets/sheet1.xml")
    for place in range(len(bomb) - 4):
        if bomb[place : place + 4] == part.file_size.to_bytes(4, "little"):
            bomb[place : place + 4] = (900).to_bytes(4, "little")
    assert "no table" in refusal(bytes(bomb))


@pytest.mark.parametrize(
    "content",
    [
        GOOD[: len(GOOD) // 2],
        made.zipped(a=b"b"),
        made.zipped(word__document=b"x"),
        changed(GOOD, lambda name, content: None if "sheet1" in name else content),
        changed(GOOD, in_sheet(b"<sheetData>", b"<sheetData><broken")),
        changed(GOOD, in_sheet(b"<worksheet", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><worksheet')),
        changed(GOOD, lambda name, content: b"" if name == "xl/workbook.xml" else content),
        b"PK\3\4",
    ],
)
def test_a_broken_or_foreign_archive_is_refused(content: bytes) -> None:
    assert "no table" in refusal(content)


def test_an_old_or_locked_one_is_refused_with_what_to_do() -> None:
    assert "without a password" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000))


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'r="2"', b'r="20002"'), (b'r="2"', b'r="99999999"'), (b'r="B2"', b'r="BJ2"'), (b'r="B2"', b'r="XFD2"')],
)
def test_what_is_too_large_is_refused_soon(old: bytes, new: bytes) -> None:
    began = time.monotonic()
    assert "too large" in refusal(changed(GOOD, in_sheet(old, new)))
    assert time.monotonic() - began < 10


def test_the_size_that_the_file_says_is_not_relied_on() -> None:
    liar = changed(GOOD, in_sheet(b'<dimension ref="A1:B2"/>', b'<dimension ref="A1:A1"/>'))
    assert read_table(liar)[1].cells == ("x", "1")
