"""flask doctor: what is well, what is not, what to do. It names folders, plugins and numbers, never a person."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from flask import Flask, current_app
from sqlalchemy import func, select

from app import schema
from app.config import Settings
from app.db import db, now, reading
from app.journal import verify
from app.journal.chain import canonical, link
from app.journal.models import JournalEntry, JournalHead
from app.journal.queries import last_damage
from app.plugins import PluginFault, PluginState, plugins_of
from app.web.times import local_day
from app.work.models import DailyPart, OutboxMail

TAIL = 2000  # entries of the journal that the quick check recomputes
FREE = 1 << 30  # bytes
BACKUP_AGE = timedelta(days=2)
STUCK = timedelta(hours=2)
LOOKED_AT = timedelta(days=7)  # how long a damage is said
Wrong = Iterator[str]  # what is wrong and what to do, a line each


class Check(NamedTuple):
    title: str
    run: Callable[[Settings], Wrong]


def examine(app: Flask, *, full: bool) -> Iterator[tuple[str, list[str]]]:
    """Each check's title, and what it found wrong. One that cannot be made is wrong too."""
    settings: Settings = app.config["SETTINGS"]
    checks = [*CHECKS, Check("journal, whole", _journal) if full else Check("journal, its end", _journal_tail)]
    for check in checks:
        with app.app_context(), reading():
            try:
                wrong = list(check.run(settings))
            except Exception as error:
                wrong = [f"could not be checked ({type(error).__name__})"]
        yield check.title, wrong


def _settings(settings: Settings) -> Wrong:
    if settings.demo and settings.secure:
        yield "a demo is reached through https: let nobody write of real people in it; they need an instance of its own"
    if settings.mail_user and not settings.mail_starttls:
        yield "the mail password travels in clear: set INTRANET_MAIL_STARTTLS=1"
    if not settings.demo and not settings.secure:
        yield "pages are reached without TLS: set INTRANET_BASE_URL to an https:// address"


def _keys(settings: Settings) -> Wrong:
    status = current_app.extensions["key_store"].status()
    if any(list(status.values())[1:]):
        yield "a rotation of keys was not finished: flask keys rotate"


def _migrations(_settings: Settings) -> Wrong:
    for owner in schema.behind(current_app._get_current_object()):  # type: ignore[attr-defined]
        yield f"the tables of {owner} are behind: make a backup, then flask db upgrade"


def _journal(_settings: Settings) -> Wrong:
    if (entry := verify().broken_at) is not None:
        yield f"it does not hold from entry {entry} on: tell the privacy officer, keep this disk, compare with a backup"


def _journal_tail(_settings: Settings) -> Wrong:
    seq, head = db.session.execute(select(JournalHead.seq, JournalHead.hash)).one_or_none() or (0, "")
    tail = select(JournalEntry).where(JournalEntry.seq >= seq - TAIL).order_by(JournalEntry.seq)
    rows = db.session.scalars(tail).all()
    for before, row in pairwise(rows):
        told = canonical(row.seq, row.at, row.actor, row.action, row.subject, row.codes, row.detail)
        if row.seq != before.seq + 1 or row.hash != link(before.hash, told):
            yield f"it does not hold at entry {row.seq}: flask doctor --full, and tell the privacy officer"
    if rows and (rows[-1].seq, rows[-1].hash) != (seq, head):
        yield "its last entry is not its head: flask doctor --full, and tell the privacy officer"


def _clock(_settings: Settings) -> Wrong:
    newest = db.session.scalar(select(func.max(JournalEntry.at)))
    if newest and newest > now() + timedelta(seconds=5):
        yield f"the journal's newest entry is {newest - now()} ahead of the clock: set the clock (timedatectl)"


def _disk(settings: Settings) -> Wrong:
    if (free := shutil.disk_usage(settings.instance).free) < FREE:
        yield f"{free >> 20} MB are free: make room, or the database stops writing"


def _files(settings: Settings) -> Wrong:
    paths = [settings.instance, *settings.instance.rglob("*"), settings.master_key]
    open_to_others = [path for path in paths if path.exists() and path.stat().st_mode & 0o077]
    if open_to_others:
        yield f"{len(open_to_others)} files or folders are open to others: chmod -R go= {settings.instance.absolute()}"
    if (settings.instance / "replaced").exists():
        yield "replaced/ still holds what a restore took away, with its keys: delete it once all is well"


def _sealed(_settings: Settings) -> Wrong:
    if last := last_damage(now() - LOOKED_AT):
        yield f"a sealed value of {last[1]} did not open on {local_day(last[0])}: bring it back from a backup"


def _mail(_settings: Settings) -> Wrong:
    count = select(func.count()).select_from(OutboxMail)
    given_up = db.session.scalar(count.where(OutboxMail.given_up_at.is_not(None)))
    stuck = db.session.scalar(count.where(OutboxMail.given_up_at.is_(None), OutboxMail.queued_at < now() - STUCK))
    if given_up:
        yield f"{given_up} e-mails were given up: check INTRANET_MAIL_*; they are forgotten after 30 days"
    if stuck:
        yield f"{stuck} e-mails wait for more than two hours: check INTRANET_MAIL_*, and that flask work runs"


def _sweep(_settings: Settings) -> Wrong:
    begun = db.session.scalar(select(func.min(JournalEntry.at))) or now()
    last = db.session.scalar(select(func.max(DailyPart.day)).where(DailyPart.part == "sweep"))
    if (last or local_day(begun)) < local_day(now() - timedelta(days=1, hours=5)):
        yield f"the daily sweep did not run since {last or 'the first day'}: flask daily, and see that flask work runs"


def _backups(settings: Settings) -> Wrong:
    last = db.session.scalar(select(func.max(JournalEntry.at)).where(JournalEntry.action == "care.backup_made"))
    if not settings.demo and (last is None or last < now() - BACKUP_AGE):
        yield f"the last backup is of {local_day(last) if last else 'never'}: flask backup create, and see its timer"


def _plugins(_settings: Settings) -> Wrong:
    for plugin in plugins_of(current_app).found.values():
        if plugin.error:
            yield f"{plugin.name} does not load ({plugin.error.split(':')[0]}): install its fixed version"
    recent = select(PluginFault.plugin, func.count()).where(PluginFault.at > now() - timedelta(days=1))
    for name, count in db.session.execute(recent.group_by(PluginFault.plugin)):
        yield f"{name} failed {count} times in a day: tell its authors"
    for name in db.session.scalars(select(PluginState.name).where(PluginState.why == "faults", ~PluginState.enabled)):
        yield f"{name} was switched off for its faults: flask plugins enable {name}, once it is fixed"


CHECKS = [
    Check("settings", _settings),
    Check("keys", _keys),
    Check("tables", _migrations),
    Check("clock", _clock),
    Check("disk", _disk),
    Check("files", _files),
    Check("sealed records", _sealed),
    Check("mail", _mail),
    Check("daily sweep", _sweep),
    Check("backups", _backups),
    Check("plugins", _plugins),
]
