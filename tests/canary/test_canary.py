"""A word that occurs nowhere else is written into every sealed column, as people do; then looked for in all that stays.

In the database's own bytes and its log, the key store, the instance folder, logs, temporary files, backups as they are
and as they open, every column of every table: zero hits (law 8).
"""

from __future__ import annotations

import base64
import io
import random
import re
import string
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyotp
import pyrage
import pytest
from flask import Flask
from sqlalchemy import Engine, MetaData, select, text, update

from app import create_app, vault
from app.accounts.models import UserSession
from app.accounts.permissions import PUBLIC, needs
from app.accounts.sessions import cookie_name, fingerprint, new_session_row
from app.care import backup
from app.config import Settings
from app.db import Model, db, now, reading, transaction
from app.journal.actions import export_head
from app.testing import _dispose, add_user
from app.vault.columns import Confidential
from app.web.times import today
from app.work.daily import sweep
from app.work.outbox import send_due
from plugins.support import queries
from tests.access.world import Visitor, World

dice = random.Random(2026)


def new_canary() -> str:
    return "".join(dice.choices(string.ascii_lowercase, k=24))


def sealed_places() -> set[str]:
    """Every sealed column of every model of core and plugins: "core_person.name"."""
    classes = (mapper.class_ for mapper in Model.registry.mappers)
    ours = (found for found in classes if found.__module__.startswith(("app.", "plugins.")))
    return {f"{found.__tablename__}.{name}" for found in ours for name in getattr(found, "sealed_attributes", ())}


# --- looking for it --------------------------------------------------------------------------------------------------


def needles(word: str) -> Iterator[tuple[str, bytes]]:
    """A word, its beginning and its end, in each way that it might be written. Letters are compared in small ones."""
    for piece in (word, word[:8], word[-8:]):
        plain = piece.lower().encode()
        yield "clear", plain
        yield "utf-16", piece.lower().encode("utf-16-le")
        yield "hex", plain.hex().encode()
        yield "json", "".join(f"\\u{ord(letter):04x}" for letter in piece.lower()).encode()
        yield from (("base64", found) for found in _base64(piece.encode()))


def _base64(piece: bytes) -> Iterator[bytes]:
    """At each of three places in a longer text, without the signs that its neighbours change."""
    for before in range(3):
        inside = base64.b64encode(b"\0" * before + piece)
        yield inside[(before * 8 + 5) // 6 : len(piece + b"\0" * before) * 8 // 6]


def hits(words: dict[str, str], where: str, hay: bytes) -> Iterator[str]:
    small = hay.lower()
    for place, word in words.items():
        for way, needle in needles(word):
            if needle in (hay if way == "base64" else small):
                yield f"{place} in {way} in {where}"


@pytest.mark.once
@pytest.mark.parametrize(
    "way", ["utf-8", "utf-16-le", "utf-16-be", "hex", "HEX", "base64", "begin", "capitals", "json"]
)
@pytest.mark.parametrize("before", [b"", b"x", b"xy"])
def test_the_search_finds_it_in_clear_in_any_way(way: str, before: bytes) -> None:
    word = new_canary()
    written = {
        "hex": word.encode().hex().encode(), "HEX": word.encode().hex().upper().encode(), "begin": word[:8].encode(),
        "base64": base64.b64encode(before + word.encode() + b"zz"), "capitals": word.upper().encode(),
        "json": "".join(f"\\u{ord(letter):04x}" for letter in word).encode(),
    }.get(way) or word.encode(way)  # fmt: skip
    assert list(hits({"it": word}, "here", b"\0\1" + before + written + b"\xff"))
    assert not list(hits({"it": new_canary()}, "here", before + written))


# --- using the house -------------------------------------------------------------------------------------------------


class Day:
    """A day of work in which each canary is typed where people type it. `said`: what addresses and titles showed."""

    def __init__(self, app: Flask) -> None:
        self.world, self.app = World(app), app
        self.words = {place: new_canary() for place in sealed_places()}
        self.words |= {name: new_canary() for name in ("a password", "a wrong name", "a fault", "a search")}
        self.said: list[str] = []
        self.add_faulty_pages()
        with self.world.writing():
            officer = add_user("Compte", "privacy_officer", email=f"{self.words['core_outbox.recipient']}@example.org")
            users = {"worker": add_user("Compte", "support_worker"), "administrator": add_user("A", "administrator")}
            self.world.users = {name: user.id for name, user in (users | {"officer": officer}).items()}
        self.worker, self.administrator, self.officer = (
            Visitor(self.world, name) for name in ("worker", "administrator", "officer")
        )

    def see(self, who: Visitor, method: str, path: str, expected: int = 200, **data: str) -> str:
        answer = who.send(method, path, data)
        assert answer.status_code == expected, (method, path, answer.status_code, answer.text[-3000:])
        self.said += [path, answer.location or "", *re.findall(r"<title>.*?</title>", answer.text, re.S)]
        return answer.location or answer.text

    def invite(self) -> None:
        """An account, its password, its second factor, its recovery codes."""
        words, email = self.words, f"{self.words['core_user.email']}@example.org"
        page = self.see(
            self.administrator, "POST", "/accounts/invite", name=words["core_user.name"], email=email, language="fr"
        )
        path = re.search(r"/welcome/[\w-]+", page)[0]  # type: ignore[index]
        words["a link"] = path.rpartition("/")[2]
        password = f"{words['a password']} une phrase"
        stranger = Visitor(self.world, "nobody")
        factor = stranger.send("POST", path, {"new": password}).location
        page = stranger.send("GET", factor).text
        secret = re.search(r"[A-Z2-7]{32}", re.sub(r"(?<=[A-Z2-7]{4}) (?=[A-Z2-7]{4})", "", page))[0]  # type: ignore[index]
        done = stranger.client.post(
            factor,
            data={"code": pyotp.TOTP(secret).now(), "csrf_token": stranger.csrf},
            base_url=stranger.base_url,
        )
        words["core_user.totp_secret"] = secret
        words["core_recovery_code.code"] = re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}", done.text)[0]  # type: ignore[index]
        self.see(self.administrator, "GET", "/accounts")

    def person(self) -> dict[str, str]:
        names = ("address", "who_may_answer", "name_to_use", "hours")
        contact = {f"contact-{name}": self.words[f"core_safe_contact.{name}"] for name in names}
        names_too = {name: self.words[f"core_person.{name}"] for name in ("name", "pseudonym")}
        about = {"kind": "woman", "prefers": "fr", "first_contact": today().isoformat(), "contact-channel": "text"}
        return about | names_too | contact

    def register(self) -> None:
        """A person, how to reach her, her file, what took place, what comes next; each said again when it was wrong."""
        worker, words = self.worker, self.words
        self.see(worker, "POST", "/people/new", 422, **(self.person() | {"first_contact": "never"}))
        self.see(
            worker, "POST", "/people/new", 422, **(self.person() | {"name": words["core_person.name"] + "x" * 200})
        )
        self.code = self.see(worker, "POST", "/people/new", 303, **self.person()).rpartition("/")[2]
        her, file = f"/people/{self.code}", f"/support/files/{self.code}"
        self.see(worker, "POST", f"{her}/edit", 303, **self.person())
        self.see(worker, "POST", "/people/new", 422, **self.person())  # looks alike
        contact = {name[8:]: value for name, value in self.person().items() if name.startswith("contact-")}
        self.see(worker, "POST", f"{her}/contacts/new", 303, **contact)
        uid = re.search(rf"{her}/contacts/([\w-]{{20,}})", self.see(worker, "GET", her))[1]  # type: ignore[index]
        self.see(worker, "POST", f"{her}/contacts/{uid}", 303, **contact)
        self.see(worker, "POST", f"/support/persons/{self.code}/file", 303)
        line = {"kind": "news", "how": "text", "day": today().isoformat(), "line": words["support_contact.line"]}
        self.see(worker, "POST", f"{file}/contacts", 422, **(line | {"minutes": "many"}))
        self.see(worker, "POST", f"{file}/contacts", 303, **line)
        noted = re.search(r"/support/contacts/([\w-]+)", self.see(worker, "GET", file))[1]  # type: ignore[index]
        again = line | {"version": "1", "line": words["support_contact.line"] + " encore"}
        self.see(worker, "POST", f"/support/contacts/{noted}/correct", 303, **again)
        step = {"step": "call", "on": today().isoformat(), "line": words["support_file.step_line"]}
        self.see(worker, "POST", f"{file}/next-step", 409, **step)
        version = re.search(r'name="version"[^>]*value="(\d+)"', self.see(worker, "GET", file))
        self.see(worker, "POST", f"{file}/next-step", 303, **step, version=version[1] if version else "1")
        self.see(worker, "POST", f"{her}/contacts/{uid}/remove", 303)
        self.see(worker, "POST", f"{her}/contacts/new", 303, **contact)

    def search(self) -> None:
        for path in ("/people", "/palette", "/search", "/support/files", "/support/contact/who"):
            for place in ("core_person.name", "core_person.pseudonym", "a search"):
                self.see(self.worker, "POST", path, q=self.words[place])
        for path in ("/", "/people", "/support/files", "/support/contact", f"/people/{self.code}"):
            self.see(self.worker, "GET", path)
        self.see(self.officer, "GET", f"/journal?code={self.code}")

    def session_runs_out(self) -> None:
        """What she was writing waits for her, sealed."""
        mine = self.person() | {"pseudonym": self.words["core_draft.content"]}
        with self.world.writing():
            ours = update(UserSession).where(UserSession.user_id == self.world.users["worker"])
            db.session.execute(ours.values(seen_at=now() - timedelta(hours=1)))
        client, host = self.worker.client, self.worker.base_url
        assert "/draft" in client.post("/people/new", data=mine, base_url=host).location
        with self.world.writing():
            token = new_canary()
            db.session.add(new_session_row(fingerprint(token), self.world.users["worker"]))
        client.set_cookie(cookie_name(self.app), token, domain=host.split("//")[1])
        self.words["a session"] = token
        assert self.words["core_draft.content"] in client.get("/draft", base_url=host).text
        wrong = client.post("/people/new", data=mine | {"csrf_token": "old"}, base_url=host)
        assert (wrong.status_code, self.words["core_draft.content"] in wrong.text) == (400, True)

    def slips(self) -> None:
        """A wrong password, a form that waits while she confirms, an unknown address."""
        stranger = Visitor(self.world, "nobody")
        name = self.words["a wrong name"]
        self.see(stranger, "POST", "/sign-in", 422, email=f"{name}@example.org", password=self.words["a password"])
        admin = Visitor(self.world, "administrator")
        admin.begin(confirmed=False)
        form = {"name": name, "email": f"{name}@example.org", "language": "fr"}
        asked = admin.send("POST", self.see(admin, "POST", "/accounts/invite", 307, **form), form)
        assert name in asked.text
        stranger.send("GET", f"/{name}")
        stranger.send("GET", f"/people/{name}?q={name}")

    def faults(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Errors whose messages hold what must stay inside: a page's, a statement's, a plugin's; mail that stays."""
        self.app.testing = False
        for path in ("/test/crash", "/test/statement"):
            self.see(self.worker, "GET", path, 500)
        with monkeypatch.context() as broken:
            broken.setattr(queries, "my_files", lambda *_a, **_k: 1 / len(self.words["a fault"][99:]))
            broken.setattr(queries, "at_hand", lambda *_a, **_k: int(self.words["a fault"]))
            self.see(self.worker, "GET", "/")
            self.see(self.worker, "GET", "/support/files", 500)
        self.app.logger.error("said %s", self.words["a fault"])
        with self.app.app_context():
            with transaction():
                export_head(today())
            assert send_due() == 0
            sweep()

    def add_faulty_pages(self) -> None:
        def crash() -> str:
            raise RuntimeError(self.words["a fault"])

        def statement() -> str:
            db.session.execute(text("SELECT :word FROM nowhere"), {"word": self.words["a fault"]})
            return ""

        for view in (crash, statement):
            self.app.add_url_rule(f"/test/{view.__name__}", view.__name__, needs(PUBLIC)(view))


# --- everything that stays -------------------------------------------------------------------------------------------


def every_column(engine: Engine) -> bytes:
    """All tables as they are read: text as text, bytes as bytes."""
    tables = MetaData()
    tables.reflect(engine)
    found = bytearray()
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            for row in connection.execute(select(table)):
                for value in row:
                    found += (value if isinstance(value, bytes) else str(value).encode()) + b"\0"
    return bytes(found)


def clear_of(archive: Path, identity: Path) -> bytes:
    """An archive as its owner opens it."""
    key = pyrage.x25519.Identity.from_str(identity.read_text().strip().splitlines()[-1])
    return bytes(pyrage.decrypt(archive.read_bytes(), [key]))


def everything(app: Flask, settings: Settings, logs: str, temporary: Path) -> Iterator[tuple[str, bytes]]:
    for folder in (settings.instance, temporary):
        yield from ((str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file())
        yield from ((f"the name of {path}", path.name.encode()) for path in folder.rglob("*"))
    yield "the logs", logs.encode()
    with app.app_context():
        yield "the tables", every_column(db.engine)
    yield "the key store", every_column(app.extensions["key_store"].engine)
    for archive in (settings.instance / "backups").iterdir():
        clear = clear_of(archive, backup.identity_file(settings))
        with tarfile.open(fileobj=io.BytesIO(clear)) as packed:
            assert any(name.endswith("database") for name in packed.getnames())
        yield f"what {archive.name} holds", clear


def stored(app: Flask, day: Day) -> set[str]:
    """The places where each word really is, when its seal is opened."""
    found = set()
    with app.app_context(), reading():
        worker = day.world.who("worker")
        for mapper in Model.registry.mappers:
            model = mapper.class_
            for name in getattr(model, "sealed_attributes", ()) if model.__module__.startswith(("app.", "plu")) else ():
                place = f"{model.__tablename__}.{name}"
                for row in db.session.scalars(select(model)):
                    if issubclass(model, Confidential):
                        vault.open_safes(worker, [row.safe_id], why="test")
                    if day.words[place] in (getattr(row, name) or ""):
                        found.add(place)
    return found


def test_law_8_nothing_confidential_is_ever_in_clear_on_disk_in_a_log_in_a_temporary_file_or_in_a_backup(
    capfd: pytest.CaptureFixture[str], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, host = tmp_path / "temporary", new_canary()
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    mail = {"mail_host": "127.0.0.1", "mail_port": 9, "mail_from": "intranet@example.org"}  # where nobody answers
    settings = replace(settings, base_url=f"https://{host}.example.org", **mail)  # type: ignore[arg-type]
    app = create_app(settings)
    app.testing = True
    day = Day(app)
    day.words["core_outbox.text"] = host
    day.invite()
    day.register()
    day.search()
    day.session_runs_out()
    day.slips()
    day.faults(monkeypatch)
    backup.create(settings, None)

    assert stored(app, day) == sealed_places()
    assert "\n".join(day.said).count("/") > 50
    logs = "".join(capfd.readouterr())
    assert logs.count('"crash"') == 3 and '"plugin fault"' in logs and '"mail server"' in logs
    outside = {place: word for place, word in day.words.items() if place not in ("a link", "a wrong name")}
    found = [*hits(outside, "addresses and titles", "\n".join(day.said).encode())]
    for where, hay in everything(app, settings, logs, temporary):
        found += hits(day.words, where, hay)
    _dispose(app)
    assert found == []
