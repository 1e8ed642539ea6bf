"""Files that are sent: held in memory, never on disk (law 8), and bounded without losing what was typed beside them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, TypeVar

import flask

LARGEST_FILE = 10 * 1024 * 1024  # bytes that are held; of a larger one nothing is
LARGEST_WITH_FILES = (
    48 * 1024 * 1024
)  # bytes of a whole request: a film from a phone still gets its answer at the field
View = TypeVar("View", bound=Callable[..., Any])


def takes_files(view: View) -> View:
    """Declare, beside `@needs`, that a view takes files: its requests may be larger than others."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


class Upload(BytesIO):
    """The content of one file, while it comes in."""

    too_large = False

    def write(self, piece: Any, /) -> int:
        if self.too_large or self.tell() + len(piece) > LARGEST_FILE:
            self.too_large = True
            self.seek(0)
            self.truncate()
            return len(piece)
        return super().write(piece)


class Request(flask.Request):
    """Werkzeug would write what is longer than half a megabyte to a temporary file, in clear."""

    def _get_file_stream(self, *_about: object, **_more: object) -> IO[bytes]:
        return Upload()


def allow_files(view: Callable[..., Any] | None) -> None:
    """Before anything is read of this request."""
    if getattr(view, "takes_files", False):
        flask.request.max_content_length = LARGEST_WITH_FILES
