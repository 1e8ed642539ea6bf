"""People at their browsers, for the journeys: what they do is counted, in the words of their language."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_babel import force_locale, gettext
from playwright.sync_api import Browser, Download, Locator, Page, expect
from sqlalchemy.orm import selectinload

from app.accounts.models import User
from app.accounts.sessions import cookie_name, fingerprint, new_session_row
from app.db import db, now, transaction
from app.people.actions import register
from app.testing import add_user
from app.web.times import today
from plugins.support import actions
from tests.browser.house import new_page

LONG_AGO = timedelta(days=4000)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
Words = Callable[..., str]


def as_written(text: str, **_named: object) -> str:
    return text


def words_of(app: Flask, language: str) -> Words:
    """What the page says, in a language, for a text of the code."""

    def say(text: str, **named: object) -> str:
        with app.app_context(), force_locale(language):
            return gettext(text, **named)

    return say


@dataclass
class Her:
    """Somebody at her browser, and how many things she has done."""

    page: Page
    address: str
    words: Words = as_written
    done: int = 0

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.address)

    def find(self, role: str, name: str, *, within: str = "body", **named: object) -> Locator:
        """The first that is shown, by the role and the words that a screen reader says."""
        found = self.page.locator(within).get_by_role(role, name=self.words(name, **named))  # type: ignore[arg-type]
        return found.locator("visible=true").first

    def click(self, role: str, name: str, *, within: str = "body", **named: object) -> None:
        self.find(role, name, within=within, **named).click()
        self.done += 1

    def write(self, label: str, text: str) -> None:
        self.page.locator("main").get_by_label(self.words(label)).first.fill(text)
        self.done += 1

    def choose(self, question: str, answer: str, *, within: str = "main") -> None:
        """One of the answers under a question."""
        asked = self.page.locator(within).get_by_role("group", name=self.words(question)).locator("visible=true").first
        asked.get_by_role("radio", name=self.words(answer), exact=True).check()
        self.done += 1

    def pick(self, label: str, answer: str) -> None:
        """One of a list that unfolds."""
        self.page.locator("main").get_by_label(self.words(label)).first.select_option(label=self.words(answer))
        self.done += 1

    def tick(self, label: str) -> None:
        self.page.locator("main").get_by_role("checkbox", name=self.words(label)).first.check()
        self.done += 1

    def unfold(self, title: str) -> None:
        self.page.locator("main summary").filter(has_text=self.words(title)).locator("visible=true").first.click()
        self.done += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.done += 1

    def sees(self, text: str, **named: object) -> None:
        expect(self.page.locator("main")).to_contain_text(self.words(text, **named))

    def sees_not(self, text: str, **named: object) -> None:
        expect(self.page.locator("main")).not_to_contain_text(self.words(text, **named))

    def is_at(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.words(heading))

    def row(self, *texts: str) -> Locator:
        """The first row of a list or of a table that says all of this."""
        rows = self.page.locator("main").locator("tr, li")
        for text in texts:
            rows = rows.filter(has_text=self.words(text))
        return rows.first

    def takes(self, role: str, name: str, **named: object) -> tuple[str, bytes]:
        """A download: the name under which it is saved, and what it holds."""
        with self.page.expect_download() as waiting:
            self.click(role, name, within="main", **named)
        return saved(waiting.value)


def saved(download: Download) -> tuple[str, bytes]:
    return download.suggested_filename, Path(download.path()).read_bytes()


@dataclass
class Office:
    """An organisation behind a real server, the people who work in it, and the language of its day."""

    app: Flask
    address: str
    browser: Browser
    language: str = "fr"
    opened: list[Page] = field(default_factory=list)

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self.app.app_context(), transaction():
            yield

    def colleague(self, role: str, name: str = "Demo Personne") -> int:
        """A new account; the number of its row. Outside the demo, her second factor is compulsory."""
        with self.writing():
            user = add_user(name, role)
            user.language, user.totp_secret = self.language, SECRET
            for held in user.roles:  # for as long as a journey looks back
                held.since, held.approved_at = held.since - LONG_AGO, now() - LONG_AGO
            return user.id

    def follows(self, worker: int, pseudonym: str) -> str:
        """A woman who is followed by a worker; her code."""
        with self.writing():
            user = db.session.get_one(User, worker, options=[selectinload(User.roles)])
            her = register(user, kind="woman", pseudonym=pseudonym, first_contact=today() - timedelta(days=30))
            actions.open_file(user, her)
            return her.code

    def enter(self, who: int, *, page: Page | None = None) -> Her:
        """A browser of her own (or the same again), in which she has just signed in; she is at her desk."""
        if page is None:
            page = new_page(self.browser, accept_downloads=True)
            self.opened.append(page)
        token = secrets.token_urlsafe(32)
        with self.writing():
            db.session.add(new_session_row(fingerprint(token), who))
        page.context.add_cookies([{"name": cookie_name(self.app), "value": token, "url": self.address}])
        page.goto(self.address)
        return Her(page, self.address, words_of(self.app, self.language))

    def at(self, role: str, name: str = "Demo Personne") -> Her:
        return self.enter(self.colleague(role, name))

    def leave(self) -> None:
        """Everybody goes; nobody's console has complained."""
        for page in self.opened:
            complaints = [said for said in page.complaints if "Failed to load resource" not in said]  # type: ignore[attr-defined]
            page.context.close()
            assert complaints == []


def in_days(days: int) -> str:
    """A day as a form takes it, counted from today."""
    return (today() + timedelta(days=days)).isoformat()
