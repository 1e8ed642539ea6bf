"""What may come in as an attachment: known by its content, cleaned, or refused with what to do instead.

Nothing here touches the database, so that a view does it before it takes the write lock: a picture takes a second.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import PurePath
from typing import NamedTuple

from flask_babel import gettext as _

from app.errors import IntranetError
from app.papers import washing

LARGEST = 10 * 1024 * 1024  # bytes of one file, as it comes and as it is kept
PDF, JPEG, PNG, WEBP, TEXT = "application/pdf", "image/jpeg", "image/png", "image/webp", "text/plain"
EXTENSIONS = {
    PDF: ("pdf",),
    JPEG: ("jpg", "jpeg", "jfif"),
    PNG: ("png",),
    WEBP: ("webp",),
    TEXT: ("txt", "text", "md"),
}
ACCEPT = ",".join(f".{extension}" for extensions in EXTENSIONS.values() for extension in extensions)
_PLAIN_CONTROLS = set("\t\n\f\r")
_MARKUP = ("<!doctype", "<html", "<svg", "<script", "<iframe", "<body", "<?xml", "<object", "<embed")


class Refused(IntranetError):
    """The file is not taken. Its message says why, and what to send instead."""

    status = 422


class TooLarge(Refused):
    status = 413

    def message(self) -> str:
        most = LARGEST // 1024 // 1024
        return _(
            "This file is too large: %(most)d MB at most. Send it in parts, or take the picture smaller.", most=most
        )


class Empty(Refused):
    def message(self) -> str:
        return _("This file is empty. Open it on your device to see what it holds, then choose it again.")


class WrongKind(Refused):
    def message(self) -> str:
        return _("This kind of file is not taken. Save it as a PDF, or take a picture of it (JPEG, PNG, WebP).")


class Disguised(Refused):
    def message(self) -> str:
        return _(
            "The file's name does not say what it holds. Open it, save it again as a PDF or a picture, and send that."
        )


class Unreadable(Refused):
    def message(self) -> str:
        return _("This file is damaged or cut short. Open it on your device, save it again, and send the new one.")


class Locked(Refused):
    def message(self) -> str:
        return _("This PDF is locked with a password. Save it without a password, then send it again.")


class TooManyPixels(Refused):
    def message(self) -> str:
        return _("This picture has too many pixels. Take it again with a lower resolution, or make it smaller.")


class Moving(Refused):
    def message(self) -> str:
        return _("Moving pictures are not taken. Save one picture of it as JPEG or PNG, then send that.")


class Clean(NamedTuple):
    """Content that may be kept: nothing is in it but what is seen."""

    name: str
    kind: str
    content: bytes


def cleaned(content: bytes, name: str) -> Clean:
    """The content as it may be kept: pictures drawn anew, PDFs written anew. Raises a Refused that says what to do."""
    if len(content) > LARGEST:
        raise TooLarge
    if not content.strip(b"\0 \t\r\n"):
        raise Empty
    kind = kind_of(content)
    extension = PurePath(name).suffix.lower().removeprefix(".")
    if extension and extension not in EXTENSIONS[kind]:
        raise Disguised
    clean = _wash(kind, content)
    if len(clean) > LARGEST:
        raise TooLarge
    return Clean(short(name), kind, clean)


def short(name: str) -> str:
    """A file's name without folders, control characters or excess."""
    seen = "".join(letter for letter in name.replace("\\", "/").rsplit("/", 1)[-1] if letter.isprintable())
    stem, dot, extension = seen.strip().rpartition(".")
    return f"{stem[:100]}{dot}{extension[:8]}" if stem else seen.strip()[:100]


def kind_of(content: bytes) -> str:
    """What it is, by its content alone. Raises WrongKind; Disguised when it is an archive as well."""
    if content.startswith(b"%PDF-"):
        kind = PDF
    elif content.startswith(b"\xff\xd8\xff"):
        kind = JPEG
    elif content.startswith(b"\x89PNG\r\n\x1a\n"):
        kind = PNG
    elif content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        kind = WEBP
    elif _is_text(content):
        return TEXT
    else:
        raise WrongKind
    if zipfile.is_zipfile(BytesIO(content)):
        raise Disguised
    return kind


def _is_text(content: bytes) -> bool:
    """Words that a person can read, and no page for a browser."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if any(letter < " " and letter not in _PLAIN_CONTROLS for letter in text):
        return False
    small = text.casefold()
    return not small.lstrip().startswith(("<", "{\\rtf", "%!ps")) and not any(mark in small for mark in _MARKUP)


def _wash(kind: str, content: bytes) -> bytes:
    washers: dict[str, Callable[[bytes], bytes]] = {
        PDF: washing.pdf,
        TEXT: lambda text: text.removeprefix(b"\xef\xbb\xbf"),
    }
    try:
        return washers[kind](content) if kind in washers else washing.picture(content, kind.split("/")[1].upper())
    except washing.HasPassword:
        raise Locked from None
    except washing.TooManyPixels:
        raise TooManyPixels from None
    except washing.Moves:
        raise Moving from None
    except washing.Broken:
        raise Unreadable from None
