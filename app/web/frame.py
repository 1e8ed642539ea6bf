"""What every template gets: the menu, who is here, the languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import current_app, g, request
from flask_babel import gettext as _

from app.accounts.current import whoever
from app.accounts.models import User
from app.accounts.permissions import ROLES
from app.catalogue.settings import setting
from app.db import now
from app.hookspecs import MenuItem
from app.plugins import plugins_of
from app.web import i18n

ELSEWHERE = "https://fr.wikipedia.org/"  # when the database cannot be asked


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the menu as the layout draws it."""

    url: str
    label: str
    icon: str
    count: int | None
    group: str
    active: bool


class Me(NamedTuple):
    name: str
    initials: str
    role_label: str


def frame() -> dict[str, Any]:
    """What layout.html and public.html name. A bare page (`g.bare`) is drawn without the database."""
    user = None if g.get("bare") else whoever()
    return {
        "me": describe(user) if user else None,
        "menu": menu(user) if user else [],
        "languages": i18n.languages(),
        "lang": {"fr": "fr-CA", "en": "en-CA"}.get(i18n.language(), i18n.language()),
        "quick_exit_url": quick_exit_url(),
        "now": now(),
        "user": user,
    }


def quick_exit_url() -> str:
    """Where quick exit goes: an ordinary page that the organisation chooses."""
    return ELSEWHERE if g.get("bare") else str(setting("core.quick_exit_url"))


def describe(user: User) -> Me:
    initials = "".join(word[0] for word in user.name.split()[:2]).upper()
    roles = ", ".join(str(title) for role, title in ROLES.items() if role in user.role_names)
    return Me(user.name, initials, roles)


def menu(user: User) -> list[Line]:
    if "menu" not in g:
        items = core_items(user) + plugins_of(current_app).ordered("menu_items", user=user)
        items.sort(key=lambda item: (item.weight, str(item.title)))
        groups = dict.fromkeys(str(item.group) for item in items)  # each as soon as its first entry, the nameless first
        items.sort(key=lambda item: ("", *filter(None, groups)).index(str(item.group)))
        g.menu = [Line(i.url, str(i.title), i.icon, i.count, str(i.group), _active(i.url)) for i in items]
    found: list[Line] = g.menu
    return found


def core_items(user: User) -> list[MenuItem]:
    """The core's own entries; rooms add theirs here."""
    items = (
        ("", MenuItem(_("My desk"), "/", "sun", weight=0)),
        ("core.people.open", MenuItem(_("Persons"), "/people", "users-round", weight=10)),
        ("core.people.codes", MenuItem(_("Codes"), "/people/codes", "list", weight=12)),
        ("core.users.see", MenuItem(_("Accounts"), "/accounts", "key-round", weight=78, group=_("The house"))),
        ("core.journal.read", MenuItem(_("Journal"), "/journal", "history", weight=80, group=_("The house"))),
        ("core.services.switch", MenuItem(_("Services"), "/services", "list-checks", weight=82, group=_("The house"))),
        ("core.plugins.switch", MenuItem(_("Plugins"), "/plugins", "puzzle", weight=86, group=_("The house"))),
        ("core.settings.edit", MenuItem(_("Settings"), "/settings", "settings", weight=84, group=_("The house"))),
    )
    return [item for permission, item in items if not permission or user.can(permission)]


def _active(url: str) -> bool:
    return request.path == url or (url != "/" and request.path.startswith(f"{url.rstrip('/')}/"))


def notices() -> list[str]:
    """What the person is told of plugins that failed on this page."""
    found = plugins_of(current_app).found
    titles = sorted(str(info.title) for name in g.get("plugin_notices", ()) if (info := found[name].info))
    return [_("%(service)s could not be shown just now. The rest of the page is whole.", service=t) for t in titles]


def error_texts(status: int) -> tuple[str, str]:
    """What happened, and what to do next."""
    texts = {
        400: (_("This could not be read"), _("Go back, check what was written, and send it again.")),
        403: (_("This is not open to you"), _("Ask the coordinator if you need it for your work.")),
        404: (_("Nothing here"), _("There is nothing at this address, or it is not open to you.")),
        405: (_("Not this way"), _("This page is reached by a button, not by its address. Go back to your desk.")),
        409: (_("Someone was faster"), _("Look at the page again, then decide.")),
        413: (_("Too large"), _("Choose a smaller file, or shorten the text.")),
        429: (_("A moment, please"), _("Too many tries in a short time. Wait a minute, then try again.")),
        503: (_("Not available just now"), _("Try again in a minute.")),
    }
    fallback = (_("Something went wrong on our side"), _("It was noted. Go back to your desk and try again."))
    return texts.get(status, fallback)
