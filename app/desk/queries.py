"""What waits for her, and what she may find."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import current_app
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.accounts.permissions import SIGNED_IN
from app.db import now
from app.hookspecs import Due, Result
from app.journal.queries import last_damage
from app.people.views import results as people_found
from app.plugins import plugins_of
from app.vault.crypto import plain
from app.web.frame import menu
from app.web.times import local_day, today

AHEAD = timedelta(days=14)
LOOKED_AT = timedelta(days=7)  # how long what is damaged stays on the desk
SHORTEST = 2  # letters before persons are looked for
ACTIONS = (  # those that a permission opens are buttons of the desk too
    ("core.people.register", Result(_l("Register a person"), "/people/new", group=_l("Actions"), icon="user-plus")),
    ("core.users.edit", Result(_l("Invite a colleague"), "/accounts/invite", group=_l("Actions"), icon="user-plus")),
    (SIGNED_IN, Result(_l("My account"), "/account", group=_l("Actions"), icon="user-round")),
    (SIGNED_IN, Result(_l("My sessions"), "/account/sessions", group=_l("Actions"), icon="monitor")),
    (SIGNED_IN, Result(_l("Keyboard help"), "/help/keys", group=_l("Actions"), icon="keyboard")),
)


def due(user: User) -> list[Due]:
    """What she answers for until two weeks from now, late first."""
    found: list[Due] = plugins_of(current_app).ordered("deadlines", user=user, until=today() + AHEAD)
    return sorted([*_damaged(user), *found], key=lambda one: one.day)


def _damaged(user: User) -> Iterator[Due]:
    """A sealed value that did not open this week, for those who can look into it or bring it back."""
    journal, house = user.can("core.journal.read"), user.can("core.plugins.switch")
    if (journal or house) and (last := last_damage(now() - LOOKED_AT)):
        url = "/journal?action=vault.damaged" if journal else "/"
        hint = "" if journal else _l("A backup can bring it back: %(column)s", column=last[1])
        yield Due(local_day(last[0]), _l("A sealed record is damaged"), url, hint)


def quick_actions(user: User) -> list[Result]:
    """What she does most: the plugins' first, then the core's."""
    core = [result for permission, result in ACTIONS if user.can(permission)]
    return [*plugins_of(current_app).ordered("search", text="", user=user), *core]


def find(user: User, text: str) -> list[Result]:
    """Persons, actions and pages that she may open, by the beginning of their words; all actions for an empty text."""
    text = text.strip()[:100]
    persons = people_found(text, user) if len(text) >= SHORTEST else []
    answers = plugins_of(current_app).ordered("search", text=text, user=user)
    core = [result for permission, result in ACTIONS if permission == SIGNED_IN or user.can(permission)]
    core += [Result(line.label, line.url, group=_l("Menu"), icon=line.icon) for line in menu(user)]
    return [*persons, *answers, *(one for one in core if _begins(text, str(one.title)))]


def _begins(text: str, title: str) -> bool:
    words = f" {plain(title)}"
    return all(f" {start}" in words for start in plain(text).split())
