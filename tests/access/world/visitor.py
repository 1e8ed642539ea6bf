"""A browser, who sits at it, and the CSRF token of the pages she sees."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.sessions import cookie_name, fingerprint, new_session_row
from app.db import db, now
from tests.access.world.cast import NOBODY, SIGNED_OUT

if TYPE_CHECKING:
    from tests.access.world.house import World
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def _part(value: Any) -> Any:
    """A file, given as its content and its name."""
    return (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value


class Visitor:
    """A browser, who sits at it, and the CSRF token of the pages she sees."""

    def __init__(self, world: World, actor: str) -> None:
        self.world, self.actor = world, actor
        settings = world.app.config["SETTINGS"]
        self.base_url = settings.base_url if settings.secure else "http://localhost"
        self.begin()

    def begin(self, *, confirmed: bool = True) -> None:
        self.client = FlaskClient(self.world.app, use_cookies=True)
        if self.actor != NOBODY:
            token = secrets.token_urlsafe(32)
            with self.world.writing():
                row = new_session_row(fingerprint(token), self.world.users[self.actor])
                # A run may take longer than five minutes: she confirmed it for the whole day.
                row.confirmed_at = now() + timedelta(days=1) if confirmed else None
                db.session.add(row)
            self.client.set_cookie(cookie_name(self.world.app), token, domain=self.base_url.split("//")[1])
        page = self.client.get("/sign-in" if self.actor in SIGNED_OUT else "/account", base_url=self.base_url)
        found = _TOKEN.search(page.text)
        assert found, page.text
        self.csrf = found[1]

    def url(self, endpoint: str, arguments: Mapping[str, Any]) -> str:
        with self.world.app.test_request_context():
            return url_for(endpoint, **arguments)

    def send(self, method: str, path: str, data: Any = None, **options: Any) -> TestResponse:
        """With the token, when it writes. Whoever signed out by it signs in again afterwards."""
        if method == "POST" and "content_type" not in options:
            data = {"csrf_token": self.csrf, **{name: _part(value) for name, value in (data or {}).items()}}
        answer = self.client.open(path, method=method, data=data, base_url=self.base_url, **options)
        if answer.headers.getlist("Set-Cookie") or "Clear-Site-Data" in answer.headers:
            self.begin()
        return answer
