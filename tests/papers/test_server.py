"""A real server and a real connection: a file that is too large gets a clear page, not a broken line."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.config import Settings
from app.testing import SignIn
from tests.care.test_serve import free_port

ROOT = Path(__file__).parent.parent.parent
EDGE = "----edge"
MB = 1_000_000
Door = tuple[int, str]  # the port, and a cookie

pytestmark = pytest.mark.once


@pytest.fixture
def door(app: Flask, settings: Settings, signed_in: SignIn) -> Iterator[Door]:
    """The house with one page more, served as `flask serve` does."""
    cookie = signed_in().get_cookie("intranet")
    assert cookie is not None
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "1"]
    command += ["--factory", "--port", str(port), "--log-level", "warning", "tests.papers.page:start"]
    own = {"INTRANET_INSTANCE": str(settings.instance), "INTRANET_DATABASE_URL": settings.database_url}
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | own) as server:
        try:
            _wait(port)
            yield port, f"intranet={cookie.value}"
        finally:
            server.terminate()


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port)
            line.request("GET", "/healthz")
            return line.getresponse().close()
        except OSError:
            time.sleep(0.1)
    raise AssertionError("no server")


def send(door: Door, path: str, content: bytes, seen: str | None = None) -> tuple[int, str, dict[str, str]]:
    """Post a form with a line and a file, as a browser does: all of it first, then the answer."""
    port, cookie = door
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", seen or path, headers={"Cookie": cookie})
    token = re.search(r'name="csrf_token" value="([^"]+)"', line.getresponse().read().decode())
    assert token is not None
    fields = {"csrf_token": token[1], "line": "what I typed"}
    head = "".join(f'--{EDGE}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items())
    head += f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{EDGE}--\r\n".encode()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    kind = {"Content-Type": f"multipart/form-data; boundary={EDGE}", "Cookie": cookie}
    line.request("POST", path, body, kind)
    answer = line.getresponse()
    return answer.status, answer.read().decode(), dict(answer.getheaders())


def test_a_film_gets_its_answer_at_the_field_and_what_was_typed_stays(door: Door) -> None:
    status, text, _headers = send(door, "/one-more", bytes(30 * MB))
    assert status == 422
    assert "too large: 10 MB at most" in text and 'value="what I typed"' in text


def test_a_file_of_ten_megabytes_is_read(door: Door) -> None:
    status, text, _headers = send(door, "/one-more", b"\xff\xd8\xff" + bytes(10 * MB))
    assert status == 422 and "damaged" in text


@pytest.mark.parametrize(("path", "size"), [("/one-more", 60), ("/people/new", 30), ("/people/new", 3)])
def test_what_is_larger_than_any_page_takes_gets_a_clear_page(door: Door, path: str, size: int) -> None:
    status, text, _headers = send(door, path, bytes(size * MB))
    assert status == 413
    assert "<h1" in text and "too large" in text.casefold()
