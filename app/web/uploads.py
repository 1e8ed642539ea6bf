"""Files that are sent: held in memory, never on disk (law 8), and bounded without losing what was typed beside them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import IO, Any, TypeVar, cast

import flask
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wsgi import LimitedStream

LARGEST_FILE = 10 * 1024 * 1024  # bytes that are held; of a larger one nothing is
LARGEST_WITH_FILES = 48 * 1024 * 1024  # of a whole request: a film from a phone still gets its answer at the field
DRAINED = 256 * 1024 * 1024  # that are let go by, so that who sends them sees a page and not a broken line
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

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        if self.method == "HEAD":  # views know two methods: what is not a GET sends a form
            self.method = "GET"

    def _get_file_stream(self, *_about: object, **_more: object) -> IO[bytes]:
        return Upload()


def allow_files(view: Callable[..., Any] | None) -> None:
    """Before anything is read of this request."""
    if getattr(view, "takes_files", False):
        flask.request.max_content_length = LARGEST_WITH_FILES


def drain() -> None:
    """Let go by what is left of a request that is too large: a browser reads no answer before it has sent all."""
    asked = flask.request
    with suppress(HTTPException):
        try:
            left: IO[bytes] = asked.stream
        except RequestEntityTooLarge:
            length = min(asked.content_length or 0, DRAINED)
            left = cast("IO[bytes]", LimitedStream(asked.environ["wsgi.input"], length))
        while left.read(64 * 1024):
            pass
