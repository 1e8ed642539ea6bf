"""What comes in is known by its content, cleaned, or refused plainly (QUALITY: uploads)."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pytest
from flask import Flask
from PIL import Image

from app.papers import cleaned, intake
from tests.papers import made

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def here(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


# --- what is kept ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_loses_its_place_its_maker_and_its_profile_and_stands_upright(form: str) -> None:
    sent = made.photo_with_place(form)
    assert made.GPS in sent and b"CameraMaker" in sent
    kept = cleaned(sent, f"IMG_1.{form.lower()}")
    assert kept.kind == f"image/{form.lower()}"
    for told in (made.GPS, b"CameraMaker", b"Exif", b"taken by", b"profile-of"):
        assert told not in kept.content
    with Image.open(BytesIO(kept.content)) as picture:
        assert picture.size == (40, 60) and picture.format == form
        assert not picture.getexif() and "icc_profile" not in picture.info and "comment" not in picture.info


def test_what_stands_behind_a_picture_goes() -> None:
    kept = cleaned(made.photo(form="PNG") + b"<script>behind-here</script>", "x.png")
    assert b"behind-here" not in kept.content


def test_what_is_clear_in_a_picture_stays_clear() -> None:
    sent = BytesIO()
    Image.new("RGBA", (4, 4), (9, 8, 7, 0)).save(sent, "PNG")
    with Image.open(BytesIO(cleaned(sent.getvalue(), "x.png").content)) as picture:
        assert picture.getpixel((0, 0)) == (9, 8, 7, 0)


def test_a_pdf_keeps_its_pages_and_loses_all_that_acts_or_tells() -> None:
    sent = made.armed_document()
    kept = cleaned(sent, "letter.pdf").content
    assert kept.rstrip().endswith(b"%%EOF")
    before, after = sent + made.unpacked(sent), made.unpacked(kept)
    for armed in (b"script-here", b"cmd-here", b"attached-here", b"attached-name", b"Author-here", b"behind-here"):
        assert armed in before and armed not in after, armed
    for armed in (b"form-here", b"away-here", b"CameraMaker", made.GPS, b"taken by"):
        assert armed in before and armed not in after, armed
    for name in (b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction", b"/AA", b"/EmbeddedFile", b"/Metadata", b"/Info"):
        assert name not in after, name
    assert b"https://example.org/kept" in after
    with pikepdf.open(BytesIO(kept)) as opened:
        assert len(opened.pages) == 1 and len(opened.pages[0].Annots) == 3
        assert pikepdf.PdfImage(opened.pages[0].get_images()["/Im0"]).as_pil_image().size == (60, 40)


def test_a_pdf_that_says_the_same_is_the_same() -> None:
    sent = made.armed_document()
    assert cleaned(sent, "a.pdf").content == cleaned(sent, "b.pdf").content


def test_a_text_is_kept_as_it_stands() -> None:
    assert (
        cleaned(b"\xef\xbb\xbf\xc3\x89crit \xe2\x80\x94 1 < 2\r\n", "Note.TXT").content == "Écrit — 1 < 2\r\n".encode()
    )


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\Users\\someone\\photo.jpg", "photo.jpg"),
        ("../../etc/photo.jpg", "photo.jpg"),
        ("a\u202e\r\nb.jpg", "ab.jpg"),
        (f"{'long' * 60}.jpeg", f"{'long' * 25}.jpeg"),
        ("image", "image"),
    ],
)
def test_a_name_is_a_name_and_nothing_else(sent: str, kept: str) -> None:
    assert intake.short(sent) == kept


# --- what is refused, and how it is said -----------------------------------------------------------------------------

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = {
    "nothing": (b"", "x.txt", intake.Empty),
    "blank": (b" \n\0", "x.txt", intake.Empty),
    "svg": (SVG, "x.svg", intake.WrongKind),
    "svg named png": (SVG, "x.png", intake.WrongKind),
    "svg behind a comment": (b"<!-- -->\n" + SVG, "x.txt", intake.WrongKind),
    "html": (b"\n <!DOCTYPE html><title>x</title>", "x.html", intake.WrongKind),
    "html within a text": (b"hello <ScRiPt>alert(1)</sCrIpT>", "x.txt", intake.WrongKind),
    "text named html": (b"hello", "x.html", intake.Disguised),
    "zip": (made.zipped(a=b"b"), "x.zip", intake.WrongKind),
    "office": (made.zipped(word__document=b"x"), "x.docx", intake.WrongKind),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "x.doc", intake.WrongKind),
    "program": (b"\x7fELF" + bytes(60), "x", intake.WrongKind),
    "program named jpg": (b"MZ" + bytes(60), "x.jpg", intake.WrongKind),
    "gif": (made.photo(form="GIF"), "x.gif", intake.WrongKind),
    "tiff": (made.photo(form="TIFF"), "x.tif", intake.WrongKind),
    "bytes that are no text": (b"\xff\xfe\x00hello", "x.txt", intake.WrongKind),
    "text with a zero": (b"hello\0", "x.txt", intake.WrongKind),
    "png named pdf": (made.photo(form="PNG"), "x.pdf", intake.Disguised),
    "pdf named jpg": (made.document(), "x.jpg", intake.Disguised),
    "jpeg named exe": (made.photo(), "x.jpg.exe", intake.Disguised),
    "png and zip": (made.photo(form="PNG") + made.zipped(evil=b"x"), "x.png", intake.Disguised),
    "jpeg and zip": (made.photo() + made.zipped(evil=b"x"), "x.jpg", intake.Disguised),
    "pdf and zip": (made.document() + made.zipped(evil=b"x"), "x.pdf", intake.Disguised),
    "pdf behind something": (b"GIF89a" + made.document(), "x.pdf", intake.WrongKind),
    "a cut picture": (made.photo()[:3000], "x.jpg", intake.Unreadable),
    "a picture's head alone": (b"\xff\xd8\xff", "x.jpg", intake.Unreadable),
    "webp of nothing": (b"RIFF\x10\0\0\0WEBPVP8 " + bytes(30), "x.webp", intake.Unreadable),
    "a pdf's head alone": (b"%PDF-1.7\nhello", "x.pdf", intake.Unreadable),
    "a locked pdf": (made.document(encryption=pikepdf.Encryption(user="a", owner="b")), "x.pdf", intake.Locked),
    "a half locked pdf": (made.document(encryption=pikepdf.Encryption(user="", owner="b")), "x.pdf", intake.Locked),
    "too many pixels": (made.huge_png(8_000), "x.png", intake.TooManyPixels),
    "30 MB": (made.photo() + bytes(30_000_000), "x.jpg", intake.TooLarge),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_taken_is_refused_with_what_to_do(case: str) -> None:
    content, name, error = REFUSED[case]
    with pytest.raises(error) as refused:
        cleaned(content, name)
    assert type(refused.value) is error
    assert refused.value.status in (413, 422)
    assert str(refused.value) == error().message() and len(str(refused.value).split()) > 8


def test_moving_pictures_are_refused() -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    for form in ("PNG", "WEBP"):
        sent = BytesIO()
        frames[0].save(sent, form, save_all=True, append_images=frames[1:], duration=100)
        with pytest.raises(intake.Moving):
            cleaned(sent.getvalue(), f"x.{form.lower()}")


@pytest.mark.parametrize("bomb", [made.huge_png, made.bomb_document])
def test_a_bomb_takes_neither_memory_nor_time(bomb) -> None:  # type: ignore[no-untyped-def]
    content = bomb()
    assert len(content) < 2_000_000
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(intake.Refused):
        cleaned(content, "x.png" if content.startswith(b"\x89") else "x.pdf")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 500, f"{grown} MB"
    assert time.monotonic() - began < 10


def test_no_file_of_random_changes_gets_through_unclean_or_crashes() -> None:
    """Each of many damaged files is cleaned, or refused; never anything else."""
    import random

    chance = random.Random(7)
    for sent, name in (
        (made.photo((40, 40)), "x.jpg"),
        (made.photo((40, 40), "PNG"), "x.png"),
        (made.armed_document(), "x.pdf"),
    ):
        for _time in range(120):
            broken = bytearray(sent)
            for _change in range(chance.randrange(1, 30)):
                broken[chance.randrange(8, len(broken))] = chance.randrange(256)
            try:
                kept = cleaned(bytes(broken), name).content
            except intake.Refused:
                continue
            assert made.GPS not in kept and b"behind-here" not in kept
