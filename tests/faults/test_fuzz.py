"""Nasty input, everywhere: every route, every field, each of a few roles. No 5xx, no trace, no markup that comes back.

What each answer must hold besides: the security headers, safe cookies, no name in a title, an address or a log.
"""

from __future__ import annotations

import inspect
import io
import json
import logging
import os
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app import create_app
from app.db import db, reading
from app.errors import IntranetError
from app.logs import JsonLines
from app.papers.views import SANDBOX
from app.plugins.models import PluginFault
from app.testing import _dispose, copied
from app.web import POLICY
from app.web.times import today
from tests.access.expected import EXPECTED
from tests.access.world import FOREIGN, OWN, SIGNED_OUT, Her, World, build

LONG = bool(os.environ.get("INTRANET_TEST_LONG"))
REQUESTS = int(os.environ.get("INTRANET_TEST_REQUESTS", 50_000 if LONG else 2_000))
ACTORS = (
    *("support_worker", "peer_supporter", "coordinator", "privacy_officer", "board_chair"),
    *("administrator", "nobody"),
)
HOST = "https://intranet.example.org"

MARK = "zqx"  # in what must come back as text, never as markup
VALUES: tuple[Any, ...] = (
    "", " ", "\t\n", "0", "-1", "1.5", "1e400", "nan", "99999999999999999999", "-99999999999999999999",
    "9" * 5000, "2147483648", "-2147483649", "9223372036854775808", "٣", "²", "x" * 100_000, "é" * 60_000,
    "ab " * 3000, " ".join(f"ab{n}" for n in range(2000)),
    "\0", "a\0b", "\0" * 50, "\ud800", "a\udfffb", "\\ud800", "\ufeff", "\u202egnp.exe", "\u200f\u0645\u0631",
    "🦉" * 40,
    "e\u0301\u0323" * 30, "ﷺ", "\x7f\x1b[31m", "\r\nX-Injected: 1", "a\r\nSet-Cookie: x=1",
    f"<script>{MARK}()</script>", f'"><img src=x onerror={MARK}()>', f"'><{MARK}>", f"<{MARK} a=1>",
    f"{{{{7*7}}}}<{MARK}>",
    "{% raise %}", "%(name)s %s %d", "{0.__class__}", "$(id)", "`id`", "../../etc/passwd", "..%2f..", "C:\\x",
    "' OR '1'='1", "'; DROP TABLE core_user; --", "%' ESCAPE '!", "_%", "\\", "\\'", "NULL", "null", "[]", "{}", "true",
    "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "2026-11-23T10:00", "-0001-01-01", "demain",
    "2026-11-23.99999999999999999999", "2026-11-23.1", "9999-12-31.1", "javascript:alert(1)", "//example.org",
    "/\\example.org",
    "https://example.org/", "http://[", "http://[::1", "/%0d%0aX:1", "?", "#", "/", "//", "\u2028", "a@b.c", "ſ", "İ",
    ["1", "2"], ["a", "a", "<b>"], [""] * 60, ["\0", "x"],
)  # fmt: skip
NUMBERS = [value for value in VALUES if isinstance(value, str) and value.isascii() and value.isdecimal()]
HEADERS: tuple[dict[str, str], ...] = (
    {}, {}, {}, {}, {"HX-Request": "true"}, {"HX-Request": "true", "HX-Current-URL": "http://["},
    {"HX-Request": "true", "HX-Current-URL": "//example.org/x"}, {"HX-Request": "true", "HX-Current-URL": "\xff\xfe"},
    {"Accept": "application/json"}, {"Accept": "\xff;q=a"}, {"Accept-Language": "zz;q=9,*"}, {"Referer": "http://["},
    {"User-Agent": "\xff" * 900}, {"Range": "bytes=9-1,a"}, {"If-Modified-Since": "never"},
    {"Content-Encoding": "gzip"},
    {"X-Forwarded-For": "' OR 1"}, {"X-HTTP-Method-Override": "DELETE"}, {"Cookie": "__Host-intranet=\xff; =; a"},
    {"Host": "example.org"}, {"If-None-Match": '"'}, {"Authorization": "Basic x"},
)  # fmt: skip
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
BODIES: tuple[tuple[str, bytes], ...] = (
    ("application/json", b'{"a": '), ("application/json", json.dumps({"q": ["x"], "code": {"a": 1}}).encode()),
    ("text/plain", b"a=b"), ("multipart/form-data", b"--x"), (MULTIPART, b"--x\r\n\r\n\r\n--x--"),
    (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n\xff\xfe\r\n--x--'),
    (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="q"; filename="\xff\0"\r\n\r\nq\r\n--x--'),
    (URLENCODED, b"q=%ff%fe&code=%00&a=%zz&=&&;"), (URLENCODED, b"\xff\0" * 90),
    (URLENCODED, b"&".join(b"f%d=1" % n for n in range(2000))), ("\xff/\xff", b"x"), ("", b"q=1"),
    (f"{URLENCODED}; charset=utf-7", b"q=+ADw-script+AD4-"), ("image/svg+xml", b"<svg onload=zqx()>"),
)  # fmt: skip
FILES: tuple[tuple[bytes, str], ...] = (
    (b"", ""), (b"", "a.pdf"), (b"%PDF-1.7\n%%EOF", "a.pdf"), (b"\xff\xd8\xff", "a"),
    (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "a.png"), (b"RIFF\xff\xff\xff\xffWEBPVP8 ", "a.webp"),
    (b"PK\x03\x04" + b"\xff" * 90, "a.xlsx"), (b"PK\x05\x06" + b"\0" * 18, "a.xlsx"),
    (b"Nom\n" + b"x" * 300_000, "a.csv"), (b"Nom;Nom;;\n\0;\xff;\n", "a.csv"), (b'Nom\n"', "a.csv"),
    (b"\xef\xbb\xbfNom\n=1+1\n", "a.csv"), (b"Nom\n\xed\xa0\x80", "a.csv"), ("Nom\n\u202eg".encode("utf-16"), "a.csv"),
    (b"\n" * 9000, "a.txt"), (b"<svg onload=zqx()>", "a.svg"), (b"\0\x01\x02", "../../\0.png"),
    (b"a", "\u202e" + "x" * 900 + ".md"),
)  # fmt: skip


# --- what there is to try --------------------------------------------------------------------------------------------


def forms() -> dict[str, list[str]]:
    """The fields of every form of core and plugins, by the form's name."""
    waiting, found = [FlaskForm], {}
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        found[form.__name__] = [name for name in dir(form) if hasattr(getattr(form, name), "field_class")]
    return found


_ASKED = re.compile(
    r'request\.(?:form|args|files)\.(?:get|getlist)\(\s*"(\w+)"|"(\w+)" (?:not )?in request\.(?:form|args)'
)
EVERYWHERE = ("csrf_token", "next", "_draft", "confirming", "kept.x", "language", "after", "before", "q", "credential")


def fields_of(view: Any) -> list[str]:
    """The fields that a view's module and the forms that it names read."""
    view = inspect.unwrap(view)
    source = inspect.getsource(view)
    module = inspect.getmodule(view)
    assert module is not None
    asked = {name for pair in _ASKED.findall(inspect.getsource(module)) for name in pair if name}
    if source.count("Form"):
        asked |= {field for form, fields in forms().items() if form in source for field in fields}
    return sorted(asked)


class Fuzzer:
    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice = world, random.Random(seed)
        self.tries = self.shuffled()
        self.counts: dict[int, int] = {}
        self.triples: set[tuple[str, str]] = set()

    def shuffled(self) -> Iterator[tuple[Any, str]]:
        """Every pair of route and field, in any order, then again."""
        views = self.world.app.view_functions
        rules = list(self.world.app.url_map.iter_rules())
        parts = {rule.rule: [f"<{argument}>" for argument in rule.arguments] for rule in rules}
        pairs = [
            (rule, name)
            for rule in rules
            for name in (*fields_of(views[rule.endpoint]), *parts[rule.rule], self.dice.choice(EVERYWHERE))
        ]  # fmt: skip
        self.pairs = {(rule.rule, name) for rule, name in pairs}
        while True:
            self.dice.shuffle(pairs)
            yield from pairs

    def once(self) -> tuple[str, TestResponse]:
        """One request: what is right, but for one field or two, a header, a body, a method, an address."""
        dice, (rule, name) = self.dice, next(self.tries)
        right = dice.choice(sorted(rule.methods & {"GET", "POST"}))
        let_in = sorted(EXPECTED[f"{right} {rule.endpoint}"].intersection(ACTORS))
        actor = dice.choice(let_in if let_in and dice.random() < 0.7 else ACTORS)
        visitor = self.world.visitor(actor)
        her = dice.choice([self.world.own, self.world.own, self.world.foreign])
        anew = right == "POST" and actor in let_in and her is self.world.own and dice.random() < 0.6
        arguments, form = self.named(rule.endpoint, actor, her, fresh=anew)
        value = dice.choice(NUMBERS if f"<int:{name[1:]}" in rule.rule else VALUES)
        path = self._path(rule, arguments, name, value)
        method = (
            right if dice.random() < 0.94 else dice.choice(["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "POST", "X"])
        )
        headers = dice.choice(HEADERS)
        self.triples.add((rule.rule, name))
        said = f"{actor} {method} {path[:90]} {name}={value!r:.40} {headers}"
        if method == "POST" and dice.random() < 0.06:
            kind, body = dice.choice(BODIES)
            return said, visitor.send(method, path, body, content_type=kind, headers=headers)
        if method != "POST" or dice.random() < 0.3:
            query = [(name, str(each)) for each in (value if isinstance(value, list) else [value])]
            path += "?" + "&".join(f"{quote(n)}={quote(v, errors='surrogatepass')[:3000]}" for n, v in query)
        other = dice.choice([name, *fields_of(self.world.app.view_functions[rule.endpoint]), *sorted(form), name])
        files = {field: dice.choice([part, *FILES]) for field, part in form.items() if isinstance(part, tuple)}
        data = MultiDict({field: part for field, part in form.items() if field not in files})
        for field, each in ((name, value), (other, dice.choice(VALUES))):
            data.setlist(field, each if isinstance(each, list) else [each])
        if name != "csrf_token":
            data.setlist("csrf_token", [visitor.csrf])
        clean = [(field, part.encode("utf-8", "surrogatepass")) for field, part in data.items(multi=True)]
        return f"{said} {files!r:.80}", self._send(visitor, method, path, clean, files, headers)

    def named(self, endpoint: str, actor: str, her: Her, *, fresh: bool) -> tuple[dict[str, Any], Any]:
        """Real things; others, when her file was closed, handed over or sealed by what was sent before."""
        try:
            return self.world.arguments(endpoint, actor, her, fresh=fresh)
        except IntranetError:
            self.renew()
            return self.world.arguments(endpoint, actor, self.world.own, fresh=fresh)

    def renew(self) -> None:
        with self.world.writing():
            self.world.own = self.world.make_person(OWN, "support_worker", peer=True)
            self.world.foreign = self.world.make_person(FOREIGN, "colleague", peer=False, consulted="coordinator_too")

    def _send(
        self, visitor: Any, method: str, path: str, data: list[tuple[str, bytes]], files: Any, headers: Any
    ) -> TestResponse:
        if method != "POST":
            return visitor.send(method, path, headers=headers)  # type: ignore[no-any-return]
        if files or self.dice.random() < 0.2:
            parts: dict[str, Any] = {name: (io.BytesIO(value), "") for name, value in data}
            parts |= {name: (io.BytesIO(content), called) for name, (content, called) in files.items()}
            return visitor.send(method, path, parts, content_type="multipart/form-data", headers=headers)  # type: ignore[no-any-return]
        body = "&".join(f"{quote(name)}={quote(value)}" for name, value in data).encode()
        return visitor.send(method, path, body, content_type=URLENCODED, headers=headers)  # type: ignore[no-any-return]

    def _path(self, rule: Any, arguments: dict[str, Any], name: str, value: Any) -> str:
        """The address, with an odd argument when it is its turn."""
        odd = value[0] if isinstance(value, list) else value

        def put(match: re.Match[str]) -> str:
            argument = match[0].strip("<>").rpartition(":")[2]
            if name == f"<{argument}>":
                return quote(str(odd)[:3000], safe="", errors="surrogatepass") or "-"
            return quote(str(arguments[argument]), safe="/")

        return re.sub(r"<[^>]+>", put, rule.rule)


# --- what every answer must be ---------------------------------------------------------------------------------------

NAMES = {part for words in (OWN, FOREIGN) for what in ("pseudonym", "name") for part in words[what].split()} - {"Démo"}


def wrong_with(answer: TestResponse) -> Iterator[str]:
    body = answer.get_data().decode(errors="replace")
    if answer.status_code >= 500:
        yield f"{answer.status_code}"
    if "Traceback" in body or "sqlalchemy" in body.lower() or "werkzeug" in body.lower():
        yield "a trace"
    if (
        re.search(rf"<(?:script>)?{MARK}|<img src=x|onerror={MARK}\(\)>|<svg onload", body)
        and answer.mimetype == "text/html"
    ):
        yield "markup came back"
    titles = " ".join(re.findall(r"<title>.*?</title>", body, re.S))
    links = " ".join(re.findall(r'(?:href|action)="([^"]*)"', body))
    places = f"{titles} {links} {answer.location or ''}"
    yield from (f"the name {name} in a title or an address" for name in NAMES if name in places)
    yield from wrong_headers(answer)


def wrong_headers(answer: TestResponse) -> Iterator[str]:
    expected = {
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    if answer.headers.get("Content-Disposition", "").startswith(
        "attachment"
    ):  # saved, never shown: stricter, or as others
        expected["Content-Security-Policy"] = answer.headers.get("Content-Security-Policy", POLICY)
        if expected["Content-Security-Policy"] not in (POLICY, SANDBOX):
            yield "a policy of its own"
    yield from (
        f"{name}: {answer.headers.get(name)}" for name, value in expected.items() if answer.headers.get(name) != value
    )
    static = "/static/" in answer.request.path and answer.status_code < 400  # type: ignore[union-attr]
    if not static and answer.headers.get("Cache-Control") != "no-store":
        yield f"Cache-Control: {answer.headers.get('Cache-Control')}"
    if "Strict-Transport-Security" not in answer.headers:
        yield "no Strict-Transport-Security"
    if "X-Injected" in answer.headers or "X" in answer.headers:
        yield "a header came in"
    for cookie in answer.headers.getlist("Set-Cookie"):
        if not cookie.startswith("__Host-") or "Domain" in cookie:
            yield cookie
        yield from (
            f"{cookie} lacks {word}"
            for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/")
            if word not in cookie
        )
    home = f"https://{answer.request.host}/"  # type: ignore[union-attr]
    if answer.location and not re.match(rf"(?:{home}|/)(?![/\\])", answer.location):
        yield f"leads to {answer.location}"
    if (refresh := answer.headers.get("HX-Redirect")) and not re.match(r"/(?![/\\])", refresh):
        yield f"leads to {refresh}"


# --- the run ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def world(_model_instance: tuple[Path, str], tmp_path: Path) -> Iterator[World]:
    with copied(_model_instance, tmp_path / "instance") as settings:
        app = create_app(replace(settings, base_url=HOST))
        app.permanent_session_lifetime = timedelta(days=1)
        yield build(app)
        _dispose(app)


def test_nothing_breaks_whatever_is_sent(world: World) -> None:
    logged = io.StringIO()
    handler = logging.StreamHandler(logged)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    fuzzer, wrong = Fuzzer(world, seed=today().toordinal() if LONG else 2026), []
    try:
        for number in range(REQUESTS):
            before = logged.tell()
            said, answer = fuzzer.once()
            fuzzer.counts[answer.status_code] = fuzzer.counts.get(answer.status_code, 0) + 1
            crash = logged.getvalue()[before:].strip()
            faults = [*wrong_with(answer), *([crash] if crash else [])]
            wrong += [f"{said} -> {fault}" for fault in faults]
            if "/services/" in said or "/plugins/" in said or number % 100 == 0:
                world.switch()  # what was switched off by right is on again
            if number % 100 == 0:  # her file was closed, handed over, half of it thrown away: another one
                fuzzer.renew()
            assert len(wrong) < 60, "\n".join(wrong)
    finally:
        logging.getLogger().removeHandler(handler)
    assert not [name for name in NAMES if name in logged.getvalue()]
    with world.app.app_context(), reading():
        wrong += [
            f"a fault of {row.plugin} in {row.hook}: {row.kind}" for row in db.session.scalars(select(PluginFault))
        ]
    assert wrong == [], "\n".join(wrong)
    assert fuzzer.triples == fuzzer.pairs  # every route with every field, at least once
    assert {200, 302, 303, 400, 403, 404, 405, 422} <= fuzzer.counts.keys(), fuzzer.counts


@pytest.mark.parametrize("actor", sorted(set(ACTORS) - SIGNED_OUT))
def test_the_fuzzer_gets_through_to_the_pages(world: World, actor: str) -> None:
    """Else it would prove nothing: what it sends right is let in."""
    assert world.visitor(actor).send("GET", "/").status_code == 200
    assert "__Host-intranet" in world.visitor(actor).client.get("/", base_url=HOST).request.headers["Cookie"]
