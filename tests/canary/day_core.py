"""The rooms of the core: accounts, the register of persons, search, what goes wrong."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import text, update

from app.accounts.models import UserSession
from app.accounts.permissions import PUBLIC, needs
from app.accounts.sessions import cookie_name, fingerprint, new_session_row
from app.db import db, now, transaction
from app.journal.actions import export_head
from app.web.times import today
from app.work.daily import sweep
from app.work.outbox import send_due
from plugins.support import queries
from tests.access.world import Visitor
from tests.canary.day import Day
from tests.canary.search import letters, new_canary

FAULT = new_canary()  # what a message of an error says


def invite(day: Day) -> None:
    """An account, its password, its second factor, its recovery codes."""
    words, admin = day.words, day.administrator
    words |= {name: new_canary() for name in ("a password", "a wrong name", "a search")} | {"a fault": FAULT}
    email = f"{words['core_user.email']}@example.org"
    page = day.see(admin, "POST", "/accounts/invite", name=words["core_user.name"], email=email, language="fr")
    path = re.search(r"/welcome/[\w-]+", page)[0]  # type: ignore[index]
    words["a link"] = path.rpartition("/")[2]
    password = f"{words['a password']} une phrase"
    stranger = Visitor(day.world, "nobody")
    factor = stranger.send("POST", path, {"new": password}).location
    page = stranger.send("GET", factor).text
    secret = re.search(r"[A-Z2-7]{32}", re.sub(r"(?<=[A-Z2-7]{4}) (?=[A-Z2-7]{4})", "", page))[0]  # type: ignore[index]
    done = stranger.send("POST", factor, {"code": pyotp.TOTP(secret).now()})
    words["core_user.totp_secret"] = secret
    words["core_recovery_code.code"] = re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}", done.text)[0]  # type: ignore[index]
    day.see(admin, "GET", "/accounts")


def _person(day: Day) -> dict[str, str]:
    names = ("address", "who_may_answer", "name_to_use", "hours")
    contact = {f"contact-{name}": value for name, value in day.of("core_safe_contact", *names).items()}
    about = {"kind": "woman", "prefers": "fr", "first_contact": today().isoformat(), "contact-channel": "text"}
    return about | day.of("core_person", "name", "pseudonym") | contact


def register(day: Day) -> None:
    """A person, how to reach her; each said again when it was wrong."""
    worker, told = day.worker, _person(day)
    day.see(worker, "POST", "/people/new", 422, **(told | {"first_contact": "never"}))
    day.see(worker, "POST", "/people/new", 422, **(told | {"name": day.words["core_person.name"] + "x" * 200}))
    day.code = day.see(worker, "POST", "/people/new", 303, **told).rpartition("/")[2]
    her = f"/people/{day.code}"
    day.see(worker, "POST", f"{her}/edit", 303, **told)
    day.see(worker, "POST", "/people/new", 422, **told)  # looks alike
    contact = {name[8:]: value for name, value in told.items() if name.startswith("contact-")}
    day.see(worker, "POST", f"{her}/contacts/new", 303, **contact)
    uid = day.find(worker, her, rf"{her}/contacts/([\w-]{{20,}})")
    day.see(worker, "POST", f"{her}/contacts/{uid}", 303, **contact)
    day.see(worker, "POST", f"{her}/contacts/{uid}/remove", 303)
    day.see(worker, "POST", f"{her}/contacts/new", 303, **contact)
    day.see(worker, "POST", f"/support/persons/{day.code}/file", 303)


def search(day: Day) -> None:
    for path in ("/people", "/palette", "/search", "/support/files", "/support/contact/who"):
        for place in ("core_person.name", "core_person.pseudonym", "a search"):
            day.see(day.worker, "POST", path, q=day.words[place])
    for path in ("/", "/people", "/support/files", "/support/contact", f"/people/{day.code}", day.file, day.account):
        day.see(day.worker, "GET", path)
    for who in (day.coordinator, day.peer, day.chair, day.officer):
        day.see(who, "GET", "/")
    day.see(day.officer, "GET", f"/journal?code={day.code}")


def session_runs_out(day: Day) -> None:
    """What she was writing waits for her, sealed, however long it is."""
    written, word = f"{day.file}/meetings/new", day.words["core_draft.content"]
    mine = {"day": today().isoformat(), "how": "phone", "summary": " ".join([word] * 70), "orientation": "none"}
    with day.world.writing():
        ours = update(UserSession).where(UserSession.user_id == day.world.users["worker"])
        db.session.execute(ours.values(seen_at=now() - timedelta(hours=1)))
    client, host = day.worker.client, day.worker.base_url
    assert "/draft" in client.post(written, data=mine, base_url=host).location
    with day.world.writing():
        token = letters(24)
        db.session.add(new_session_row(fingerprint(token), day.world.users["worker"]))
    client.set_cookie(cookie_name(day.app), token, domain=host.split("//")[1])
    day.words["a session"] = token
    assert mine["summary"] in client.get("/draft", base_url=host).text
    wrong = client.post(written, data=mine | {"csrf_token": "old"}, base_url=host)
    assert (wrong.status_code, mine["summary"] in wrong.text) == (400, True)


def slips(day: Day) -> None:
    """A wrong password, a form that waits while she confirms, an unknown address."""
    stranger, name = Visitor(day.world, "nobody"), day.words["a wrong name"]
    password = day.words["a password"]
    day.see(stranger, "POST", "/sign-in", 422, email=f"{name}@example.org", password=password)
    admin = Visitor(day.world, "administrator")
    admin.begin(confirmed=False)
    form = {"name": name, "email": f"{name}@example.org", "language": "fr"}
    asked = admin.send("POST", day.see(admin, "POST", "/accounts/invite", 307, **form), form)
    assert name in asked.text
    stranger.send("GET", f"/{name}")
    stranger.send("GET", f"/people/{name}?q={name}")


def faults(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors whose messages hold what must stay inside: a page's, a statement's, a plugin's; mail that stays."""
    day.app.testing = False
    for path in ("/test/crash", "/test/statement"):
        day.see(day.worker, "GET", path, 500)
    with monkeypatch.context() as broken:
        broken.setattr(queries, "my_files", lambda *_a, **_k: 1 / len(FAULT[99:]))
        broken.setattr(queries, "at_hand", lambda *_a, **_k: int(FAULT))
        day.see(day.worker, "GET", "/")
        day.see(day.worker, "GET", "/support/files", 500)
    day.app.logger.error("said %s", FAULT)
    with day.app.app_context():
        with transaction():
            export_head(today())
        assert send_due() == 0
        sweep()


def add_faulty_pages(app: Flask) -> None:
    def crash() -> str:
        raise RuntimeError(FAULT)

    def statement() -> str:
        db.session.execute(text("SELECT :word FROM nowhere"), {"word": FAULT})
        return ""

    for view in (crash, statement):
        app.add_url_rule(f"/test/{view.__name__}", view.__name__, needs(PUBLIC)(view))
