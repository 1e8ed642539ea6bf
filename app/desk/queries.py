"""What waits for her, and what she may find."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.accounts.permissions import SIGNED_IN
from app.hookspecs import Due, Result, Text
from app.people.views import results as people_found
from app.plugins import plugins_of
from app.vault.crypto import plain
from app.web import times
from app.web.frame import menu

AHEAD = timedelta(days=14)
SHORTEST = 2  # letters before persons are looked for


class Action(NamedTuple):
    """A page of the core that begins something."""

    title: Text
    endpoint: str
    permission: str
    icon: str
    quick: bool = False  # a button on the desk


ACTIONS = (
    Action(_l("Register a person"), "people.new", "core.people.register", "user-plus", quick=True),
    Action(_l("Invite a colleague"), "accounts.invite", "core.users.edit", "user-plus", quick=True),
    Action(_l("My account"), "accounts.mine", SIGNED_IN, "user-round"),
    Action(_l("My sessions"), "accounts.my_sessions", SIGNED_IN, "monitor"),
    Action(_l("Keyboard help"), "desk.keys", SIGNED_IN, "keyboard"),
)


def due(user: User) -> list[Due]:
    """What she answers for until two weeks from now, late first."""
    found: list[Due] = plugins_of(current_app).ordered("deadlines", user=user, until=times.today() + AHEAD)
    return sorted(found, key=lambda one: one.day)


def quick_actions(user: User) -> list[Result]:
    """What she does most: the plugins' first, then the core's."""
    return [*plugins_of(current_app).ordered("search", text="", user=user), *_actions(user, quick=True)]


def find(user: User, text: str) -> list[Result]:
    """Persons, actions and pages that she may open, by the beginning of their words; all actions for an empty text."""
    text = text.strip()[:100]
    persons = people_found(text, user) if len(text) >= SHORTEST else []
    answers = plugins_of(current_app).ordered("search", text=text, user=user)
    pages = [Result(line.label, line.url, group=_l("Menu"), icon=line.icon) for line in menu(user)]
    return [*persons, *answers, *(one for one in _actions(user) + pages if _begins(text, str(one.title)))]


def _actions(user: User, *, quick: bool = False) -> list[Result]:
    return [
        Result(action.title, url_for(action.endpoint), group=_l("Actions"), icon=action.icon)
        for action in ACTIONS
        if (action.quick or not quick) and (action.permission == SIGNED_IN or user.can(action.permission))
    ]


def _begins(text: str, title: str) -> bool:
    words = plain(title)
    return all(f" {start}" in f" {words}" for start in plain(text).split())
