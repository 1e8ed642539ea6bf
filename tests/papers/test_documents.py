"""Papers that we make: readable by everybody (PDF/UA-1), and data in them is only ever text."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import typst
from flask import Flask
from flask_babel import lazy_gettext as _l

from app import papers
from app.catalogue.actions import change_setting
from app.db import transaction
from app.papers import documents
from app.testing import add_user
from tests.papers import made

EVERY_PART = [
    papers.section(
        "Facts",
        papers.facts([("Code", "K7M2Q"), ("Since", date(2026, 3, 1)), ("Nothing", ""), ("None", None)]),
        papers.bullets(["one", "two"]),
        papers.bullets(["first", "second"], numbered=True),
        papers.boxes([("yes", True), ("no", False)]),
    ),
    papers.section(
        "Words",
        papers.paragraph("One line\nand another\n\nA second paragraph"),
        papers.paragraph("In a low voice", soft=True),
        papers.table(["Day", "What", "How much"], [[date(2026, 7, 1), "bus", "3.00"]], numeric=[2]),
        papers.timeline([("March 1", "A call", "She is well."), ("March 2", "A visit", "")]),
        papers.signatures("She", "Her worker"),
        level=2,
    ),
]
EACH: dict[str, dict[str, Any]] = {
    "sheet": {"about": ["Made on March 3"], "sections": EVERY_PART, "reference": "K7M2Q"},
    "register": {"columns": ["Code", "What"], "rows": [["K7M2Q", "A letter " * 9], [1, date(2026, 3, 1)]]},
    "letter": {"to": ["A house", "12 Demo Street"], "date": date(2026, 3, 1), "parts": EVERY_PART, "sign": ["A name"]},
}


@pytest.fixture(autouse=True)
def here(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def read(pdf: bytes) -> str:
    """The words of a PDF, by the maps from its fonts' shapes to letters: enough for what typst writes."""
    words = []
    with pikepdf.open(BytesIO(pdf)) as opened:
        for page in opened.pages:
            maps = {name: _letters(font) for name, font in page.Resources.Font.items()}
            letters: dict[int, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    letters = maps[str(operands[0])]
                for shown in _shown(operands) if str(operator) in ("Tj", "TJ") else ():
                    pairs = zip(shown[::2], shown[1::2], strict=True)
                    words.append("".join(letters.get(high << 8 | low, "?") for high, low in pairs))
                if str(operator) in ("ET", "Tm"):
                    words.append("\n")
    return re.sub(r"\n+", "\n", "".join(words))


def _shown(operands: Any) -> list[bytes]:
    first = operands[0]
    return (
        [bytes(first)]
        if isinstance(first, pikepdf.String)
        else [bytes(e) for e in first if isinstance(e, pikepdf.String)]
    )


def _letters(font: Any) -> dict[int, str]:
    table = bytes(font.ToUnicode.read_bytes()).decode("latin-1")
    pairs = re.findall(r"^<([0-9a-fA-F]+)> <([0-9a-fA-F]+)>$", table, re.M)
    found = {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}
    for start, end, text in re.findall(r"^<([0-9a-fA-F]+)> <([0-9a-fA-F]+)> <([0-9a-fA-F]+)>$", table, re.M):
        for code in range(int(start, 16), int(end, 16) + 1):
            found[code] = chr(ord(bytes.fromhex(text).decode("utf-16-be")) + code - int(start, 16))
    return found


@pytest.mark.once
@pytest.mark.parametrize("language", ["fr", "en", "es", "ht"])
@pytest.mark.parametrize("template", EACH)
def test_each_paper_says_that_it_is_accessible_in_its_language_and_tells_nothing_of_the_machine(
    template: str, language: str
) -> None:
    pdf = papers.pdf(template, EACH[template], title="A title", language=language)
    with pikepdf.open(BytesIO(pdf)) as opened:
        told = opened.Root.Metadata.read_bytes()
        assert b"<pdfuaid:part>1</pdfuaid:part>" in told and b"A title" in told
        assert opened.Root.Lang == language and opened.Root.MarkInfo.Marked
        assert opened.Root.StructTreeRoot and opened.Root.ViewerPreferences.DisplayDocTitle
        assert set(opened.trailer.Info.keys()) == {"/Title", "/Creator"}
    assert b"Date" not in told and str(Path.cwd()).encode() not in made.unpacked(pdf)
    assert pdf == papers.pdf(template, EACH[template], title="A title", language=language)


@pytest.mark.once
def test_dates_and_the_page_are_in_the_papers_language() -> None:
    shown = {
        code: read(papers.pdf("sheet", EACH["sheet"], title="T", language=code)) for code in ("fr", "en", "es", "ht")
    }
    for code, day in {
        "fr": "1er mars 2026",
        "en": "March 1, 2026",
        "es": "1 de marzo 2026",
        "ht": "1 mas 2026",
    }.items():
        assert day in shown[code]
    assert "Page 1 of 1" in shown["en"]


@pytest.mark.once
@pytest.mark.parametrize(
    "text",
    [
        "#panic()",
        '#import "@preview/x:1.0.0"',
        '#read("/etc/passwd")',
        "*bold* _emph_ = head",
        "$x$ @ref <label> `raw` // note",
        "\\u{41} ~ --- [x] #[y]",
        "</script> {{ x }} %s",
    ],
)
def test_data_is_text_whatever_it_says(text: str) -> None:
    for template in EACH:
        told = {**EACH[template], "to": [text], "about": [text], "sign": [text], "rows": [[text, text]]}
        pdf = papers.pdf(template, told, title=text, language="en")
        assert read(pdf).replace("\n", "").count(text.replace("\n", "")) >= 2


@pytest.mark.once
@pytest.mark.parametrize(
    ("letters", "shown"),
    [
        ("a\0b", "a[u+0000]b"),
        ("a\x07b", "a[u+0007]b"),
        ("well 😀", "well [grinning face]"),
        ("中", "[cjk unified ideograph-4e2d]"),
        ("\ud800", "[u+d800]"),
        ("a\u202eb\ufeff", "ab"),
        ("à ñ ò œ « » – — … ’ €", "à ñ ò œ « » – — … ’ €"),
        ("Привет ελ ☐ →", "Привет ελ ☐ →"),
    ],
)
def test_a_letter_without_a_shape_is_told_by_its_name(letters: str, shown: str) -> None:
    assert shown in read(papers.pdf("sheet", {"about": [letters]}, title="T", language="en")).replace("\n", "")


@pytest.mark.once
def test_every_letter_that_is_said_to_have_a_shape_has_one() -> None:
    lines = (documents.HERE / "glyphs.txt").read_text().splitlines()[1:]
    bounds = [each.split("-") for each in " ".join(lines).split()]
    letters = [chr(n) for each in bounds for n in range(int(each[0], 16), int(each[-1], 16) + 1)]
    assert len(letters) > 7000
    papers.pdf("sheet", {"about": letters}, title="T", language="en")


@pytest.mark.once
def test_letters_that_cannot_be_drawn_together_are_named() -> None:
    """A mark that the letter's font does not have: the paper is made all the same."""
    worst = "".join(
        base + chr(mark) for base in "aя中" for mark in (*range(0x300, 0x370), *range(0x591, 0x5C8), 0x20DD)
    )
    assert papers.pdf("sheet", {"about": [worst]}, title="T", language="en")


def test_the_organisation_is_named_unless_the_paper_is_neutral() -> None:
    with transaction():
        her = add_user("Démo", "coordinator")
        change_setting(her, "core.organisation_name", "Maison Exemple")
    named = papers.pdf("letter", EACH["letter"], title="T", language="en")
    neutral = papers.pdf("letter", EACH["letter"], title="T", language="en", neutral=True)
    assert "Maison Exemple" in read(named) and b"Maison Exemple" in named
    assert "Maison" not in read(neutral) and b"Maison" not in made.unpacked(neutral)


@pytest.mark.once
def test_lazy_texts_are_taken_and_what_is_no_text_is_not() -> None:
    assert "Signature" in read(papers.pdf("sheet", {"about": [_l("Signature")]}, title="T", language="en"))
    with pytest.raises(TypeError, match="object"):
        papers.pdf("sheet", {"about": [object()]}, title="T", language="en")


@pytest.mark.once
def test_a_template_of_somebody_elses_uses_the_house(tmp_path: Path) -> None:
    own = tmp_path / "own.typ"
    own.write_text('#import "house.typ": *\n#show: paper\n#title()\n#facts(data.pairs)\n')
    pdf = papers.pdf(own, {"pairs": [["Label", "Value"]]}, title="Own", language="en")
    assert "Label" in read(pdf) and "Value" in read(pdf)


@pytest.mark.once
@pytest.mark.parametrize("wish", ['#read("/etc/hostname")', '#include "other.typ"', '#image("/x.png", alt: "x")'])
def test_a_template_reads_no_file(tmp_path: Path, wish: str) -> None:
    (tmp_path / "other.typ").write_text("other")
    (tmp_path / "own.typ").write_text(f'#import "house.typ": *\n#show: paper\n{wish}\n')
    with pytest.raises(typst.TypstError):
        papers.pdf(tmp_path / "own.typ", {}, title="T", language="en")


@pytest.mark.once
def test_no_template_asks_for_a_package() -> None:
    root = documents.HERE.parent.parent
    templates = [*root.glob("app/**/*.typ"), *root.glob("plugins/**/*.typ")]
    assert len(templates) >= 4
    assert [path.name for path in templates if "@" in path.read_text("utf-8")] == []


@pytest.mark.once
def test_a_long_paper_has_the_same_head_on_each_page_and_takes_no_time() -> None:
    rows = [[f"K{number}", "Words " * 12] for number in range(500)]
    began = time.monotonic()
    pdf = papers.pdf("register", {"columns": ["Code", "What"], "rows": rows}, title="T", language="en")
    assert time.monotonic() - began < 5  # far from what it takes: see the bench
    with pikepdf.open(BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    assert pages > 5 and read(pdf).count("Code") == pages


@pytest.mark.once
def test_no_paper_stays_in_memory() -> None:
    """typst would keep what it worked out for the last ten: four hundred megabytes of what is confidential."""

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    before = 0
    for number in range(12):
        entries = [(f"day {n}", "what", f"{number} {n} {time.monotonic_ns()} " * 12) for n in range(400)]
        papers.pdf("sheet", {"sections": [papers.section("S", papers.timeline(entries))]}, title="T", language="en")
        before = before or resident()
    assert resident() - before < 60 * 1024 * 1024
