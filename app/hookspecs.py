"""The whole contract between the core and its plugins, on one page.

A plugin is a module with `INFO` and functions marked `@hookimpl`; it answers only the hooks it needs. Hooks that yield
may yield nothing. Objects are ordered by weight, then by title. A plugin that is off is asked only `export_person`,
`erase_person` and `register_*`. docs/plugins.md shows each hook in use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import pluggy
from click import Command
from flask import Blueprint, Flask

if TYPE_CHECKING:
    from app.accounts.models import User
    from app.journal import Entry
    from app.people.models import Person

hookspec = pluggy.HookspecMarker("intranet")
hookimpl = pluggy.HookimplMarker("intranet")
Text = Any  # a str, or a lazily translated one
Services = int | tuple[int, ...]  # a number in the declaration; several: one of them is enough


@dataclass(frozen=True)
class PluginInfo:
    """What a plugin is. `services`: numbers in the declaration (DOMAIN section 2); `requires`: other plugins' names."""

    name: str
    title: Text
    version: str = "0.1"
    services: tuple[int, ...] = ()
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class Permission:
    """Something that roles may do. Its name is `<plugin>.<what>`.

    `opens`: kinds of safes that it opens by office, without a grant for each: registers. A plugin names its own only.
    """

    name: str
    title: Text
    roles: tuple[str, ...]
    opens: tuple[str, ...] = ()


@dataclass(frozen=True)
class SettingSpec:
    """Something the organisation decides and edits in the product. Its key is `<plugin>.<what>`.

    `default`: a text, a whole number, or one text a language. `check` raises ValueError with a message for the person
    who edits; `per_language`: one value a language; `long`: paragraphs, which may stay empty.
    """

    key: str
    title: Text
    default: str | int | Mapping[str, str]
    check: Callable[[str], object] = str
    permission: str = "core.settings.edit"
    per_language: bool = False
    hint: Text = ""
    long: bool = False


@dataclass(frozen=True)
class Expired:
    """Something kept for as long as the board decided. `uid` names it; `code`: the person whose it is, if one."""

    uid: str
    code: str
    since: date  # the last day on which something happened to it


@dataclass(frozen=True)
class RetentionCategory:
    """What is kept, how long, and how it is destroyed (D-CONF-9).

    `setting`: the key of the number of months, which the board sets. `due` gives what has been still since before a
    day, the oldest first, at most `limit`: `due(before, limit)`. `destroy(uid)` destroys one, in the unit of work under
    way; it is called once two people agreed, and raises when it can't be.
    """

    key: str
    title: Text
    setting: str
    due: Callable[[date, int], Iterable[Expired]]
    destroy: Callable[[str], None]
    method: Text = ""


@dataclass(frozen=True)
class DisclosureRequest:
    """What somebody wants to tell an outside recipient about a person (D-CONF-2, D-CONF-3).

    `purpose` and `items` are keys of app.people.rules.PURPOSES and ITEMS.
    """

    person: Person
    recipient: str
    purpose: str
    items: frozenset[str]
    by: User


@dataclass(frozen=True)
class Permit:
    """What lets information leave: her written consent, or a ground of the law (D-CONF-3, D-CONF-4).

    `ground`: "consent", or a keyword; `uid` and `url` name and show the record behind it; `until`: the last day;
    `code`: whose it is, so that one person's permit never lets another's information leave.
    """

    ground: str
    uid: str
    recipient: str
    purpose: str
    items: frozenset[str]
    until: date
    code: str
    url: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why nothing lets it leave, and what to do next."""

    reason: Text
    todo: Text = ""
    url: str = ""


@dataclass(frozen=True)
class Bound:
    """Somebody who owes secrecy besides the staff, an interpreter say (D-CONF-13). `signed_on` None: not yet."""

    name: str
    what: Text
    signed_on: date | None
    url: str = ""


@dataclass(frozen=True)
class MenuItem:
    title: Text
    url: str
    icon: str
    weight: int = 50
    count: int | None = None
    group: Text = ""
    service: Services | None = None


@dataclass(frozen=True)
class Card:
    """A card of the desk. The page draws its frame and title, `template` (the plugin's) the inside from `data`.

    `wide`: across the page.
    """

    title: Text
    template: str
    data: dict[str, Any] = field(default_factory=dict)
    weight: int = 50
    wide: bool = False
    service: Services | None = None


@dataclass(frozen=True)
class Panel:
    """A panel on a person's page; drawn as a card is."""

    title: Text
    template: str
    data: dict[str, Any] = field(default_factory=dict)
    weight: int = 50
    service: Services | None = None


@dataclass(frozen=True)
class Due:
    """Something that waits for her: the title names a code at most (D-CONF-11)."""

    day: date
    title: Text
    url: str
    hint: Text = ""
    weight: int = 50
    service: Services | None = None


@dataclass(frozen=True)
class Result:
    """A line of the palette: a person, a page, an action. `url` is one that the user may open."""

    title: Text
    url: str
    hint: Text = ""
    group: Text = ""
    icon: str = "search"
    weight: int = 50
    service: Services | None = None


class Hooks:
    """The hooks. `user` is who asks; a plugin answers with what she may see, and nothing else."""

    # -- at start, whether the plugin is on or off
    @hookspec
    def register_blueprints(self, app: Flask) -> Iterable[Blueprint]:  # type: ignore[empty-body]
        """Pages. A blueprint's name is the plugin's; each view declares `@needs(permission)`."""

    @hookspec
    def register_permissions(self) -> Iterable[Permission]:  # type: ignore[empty-body]
        """Permissions, and the roles that hold them."""

    @hookspec
    def register_settings(self) -> Iterable[SettingSpec]:  # type: ignore[empty-body]
        """What the organisation may edit."""

    @hookspec
    def register_commands(self) -> Iterable[Command]:  # type: ignore[empty-body]
        """Commands, reached as `flask <plugin> <command>`."""

    @hookspec
    def register_retention(self) -> Iterable[RetentionCategory]:  # type: ignore[empty-body]
        """What is kept, and how long."""

    # -- while people work, only when the plugin is on
    @hookspec
    def menu_items(self, user: User) -> Iterable[MenuItem]:  # type: ignore[empty-body]
        """Entries of the menu."""

    @hookspec
    def desk_cards(self, user: User) -> Iterable[Card]:  # type: ignore[empty-body]
        """Cards of her home page."""

    @hookspec
    def deadlines(self, user: User, until: date) -> Iterable[Due]:  # type: ignore[empty-body]
        """What is due to her until a day, included; what is late comes too."""

    @hookspec
    def person_panels(self, person: Person, user: User) -> Iterable[Panel]:  # type: ignore[empty-body]
        """Panels on a person's page, of what this user may see."""

    @hookspec
    def search(self, text: str, user: User) -> Iterable[Result]:  # type: ignore[empty-body]
        """Results that the user may open. For an empty text: the one or two things she does most, as actions."""

    @hookspec(firstresult=True)
    def describe_event(self, event: Entry) -> str | None:
        """A sentence for the journal's page, or None."""

    @hookspec
    def run_daily(self, today: date) -> None:
        """Once a day, each plugin in a unit of work of its own, open for writing."""

    @hookspec
    def load_demo(self, world: Any) -> None:
        """Believable invented data; `world` is app.demo.World."""

    @hookspec
    def authorize_disclosure(self, request: DisclosureRequest) -> Permit | Refusal | None:
        """Whether this may be told to that recipient, now. One permit is enough; without any, nothing leaves (law 6).

        Asked in the unit of work that sends: lock what the permit rests on.
        """

    @hookspec
    def disclosure_permits(self, person: Person, user: User) -> Iterable[Permit]:  # type: ignore[empty-body]
        """What is permitted about a person now, to begin a letter from."""

    @hookspec
    def recipients(self, user: User) -> Iterable[str]:  # type: ignore[empty-body]
        """Names of outside recipients that are known, to choose from."""

    @hookspec
    def owe_secrecy(self) -> Iterable[Bound]:  # type: ignore[empty-body]
        """Who else signs a confidentiality undertaking each year."""

    # -- on or off: data outlives the switch
    @hookspec
    def export_person(self, person: Person) -> dict[str, Any]:  # type: ignore[empty-body]
        """Everything held about a person, as JSON values, for her request (D-CONF-8)."""

    @hookspec
    def erase_person(self, person: Person) -> None:
        """Destroy the safes that hold things about a person (D-CONF-9)."""
