"""Pictures drawn anew and PDFs written anew, so that nothing comes along but what is seen. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import settings
from PIL import Image, ImageOps

MOST_PIXELS = 40_000_000
MOST_PAGES = 500
MEMORY = 200 * 1024 * 1024  # bytes that one compressed stream of a PDF may take when it is opened
_OPTIONS: dict[str, dict[str, int]] = {"JPEG": {"quality": 88}, "WEBP": {"quality": 88}, "PNG": {}}

# Of the whole process: set before any thread uses it.
settings.set_qpdf_limits(
    flate_max_memory=MEMORY, run_length_max_memory=MEMORY, png_max_memory=MEMORY, tiff_max_memory=MEMORY
)


class Broken(Exception):
    """It does not open, or only in part."""


class HasPassword(Exception):
    pass


class TooManyPixels(Exception):
    pass


class Moves(Exception):
    """More than one picture in the file."""


# --- pictures --------------------------------------------------------------------------------------------------------


def picture(content: bytes, form: str) -> bytes:
    """The same picture, upright, without metadata and without what stood behind it. `form`: JPEG, PNG or WEBP.

    Its size is looked at before a pixel is decoded. Raises Broken, TooManyPixels, Moves.
    """
    try:
        with Image.open(BytesIO(content), formats=[form]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise TooManyPixels
            if form != "JPEG" and getattr(opened, "n_frames", 1) > 1:
                raise Moves
            opened.load()
            seen = _upright(opened)
    except (TooManyPixels, Moves):
        raise
    except Image.DecompressionBombError:
        raise TooManyPixels from None
    except Exception:  # whatever a decoder stumbles over
        raise Broken from None
    drawn = BytesIO()
    seen.save(drawn, form, **_OPTIONS[form])
    return drawn.getvalue()


def _upright(opened: Image.Image) -> Image.Image:
    """Turned as its camera was held, with its pixels alone: no profile, place, comment or thumbnail."""
    turned = ImageOps.exif_transpose(opened)
    clear = opened.format != "JPEG" and turned.has_transparency_data
    plain = turned.mode if turned.mode in {"L", "RGB"} and not clear else "RGBA" if clear else "RGB"
    pixels = turned.convert(plain)
    pixels.info = {}
    return pixels


# --- PDF -------------------------------------------------------------------------------------------------------------

_GONE = {
    f"/{name}"
    for name in (
        "OpenAction", "AA", "JavaScript", "JS", "EmbeddedFiles", "EmbeddedFile", "AF", "EF", "XFA", "Collection",
        "Metadata", "PieceInfo", "RichMediaContent", "RichMediaSettings", "Threads", "SpiderInfo", "LastModified",
    )
}  # fmt: skip
_ACTIONS = {
    f"/{name}"
    for name in (
        "JavaScript", "Launch", "GoToR", "GoToE", "SubmitForm", "ResetForm", "ImportData", "Rendition", "Sound",
        "Movie", "Thread", "Hide", "SetOCGState", "Trans", "GoTo3DView", "RichMediaExecute",
    )
}  # fmt: skip
_ADDRESSES = ("https://", "http://", "mailto:", "tel:")
_TOLD_BY_CAMERAS = {0xFE, *range(0xE1, 0xEE)} - {
    0xE2
}  # comments and APP segments; not the profile, nor Adobe's colours
_LOADED = {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}


def pdf(content: bytes) -> bytes:
    """The same pages, with nothing that acts: no script, no launching, no attached file, no metadata, nothing behind.

    Raises Broken, HasPassword.
    """
    try:
        with pikepdf.open(BytesIO(content)) as opened:
            if opened.is_encrypted:
                raise HasPassword
            if not 0 < len(opened.pages) <= MOST_PAGES:
                raise Broken
            return _rewritten(opened)
    except (Broken, HasPassword):
        raise
    except pikepdf.PasswordError:
        raise HasPassword from None
    except Exception:  # whatever a parser stumbles over
        raise Broken from None


def _rewritten(opened: pikepdf.Pdf) -> bytes:
    for thing in opened.objects:
        _disarm(thing)
        if isinstance(thing, pikepdf.Stream) and thing.get("/Filter") == pikepdf.Name.DCTDecode:
            thing.write(without_metadata(thing.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)
    if "/Info" in opened.trailer:
        del opened.trailer["/Info"]
    written = BytesIO()
    opened.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def _disarm(thing: Any) -> None:
    """Take out of an object, and of what stands within it, all that acts or tells more than the page."""
    if isinstance(thing, pikepdf.Array):
        for number in reversed(range(len(thing))):
            if _is_loaded(thing[number]) or _acts(thing[number]):
                del thing[number]
        _within(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for name in [name for name, value in thing.items() if name in _GONE or _acts(value)]:
            del thing[name]
        _within(value for _name, value in thing.items())


def _within(values: Iterable[Any]) -> None:
    for value in values:
        if isinstance(value, pikepdf.Array | pikepdf.Dictionary) and not value.is_indirect:
            _disarm(value)


def _is_loaded(thing: Any) -> bool:
    """An annotation that carries a file, a film or a sound."""
    return isinstance(thing, pikepdf.Dictionary) and str(thing.get("/Subtype", "")) in _LOADED


def _acts(thing: Any) -> bool:
    """An action other than going to a page of its own or to an address."""
    if not isinstance(thing, pikepdf.Dictionary) or not isinstance(thing.get("/S"), pikepdf.Name):
        return False
    if thing["/S"] == "/URI":
        return not str(thing.get("/URI", "")).casefold().startswith(_ADDRESSES)
    return str(thing["/S"]) in _ACTIONS


def without_metadata(jpeg: bytes) -> bytes:
    """A JPEG as it stands within a PDF, its pixels untouched, without what the camera wrote: where, when, with what."""
    kept, place = [jpeg[:2]], 2
    while jpeg[place : place + 1] == b"\xff" and jpeg[place + 1 : place + 2] not in (b"\xda", b""):
        end = place + 2 + int.from_bytes(jpeg[place + 2 : place + 4])
        if jpeg[place + 1] not in _TOLD_BY_CAMERAS:
            kept.append(jpeg[place:end])
        place = max(end, place + 2)
    return b"".join([*kept, jpeg[place:]])
