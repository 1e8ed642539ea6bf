"""Library: what this plugin brings, at a glance. It answers every hook, so that each is seen in use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from click import Command
from flask import Blueprint, Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.hookspecs import (
    Bound,
    Card,
    DisclosureRequest,
    Due,
    MenuItem,
    Panel,
    Permission,
    Permit,
    PluginInfo,
    Refusal,
    Result,
    RetentionCategory,
    SettingSpec,
    hookimpl,
)
from app.journal import Entry
from app.people.models import Person
from intranet_library import actions, commands, demo, forms, queries, rules, views

INFO = PluginInfo("library", title=_l("Library"), version="1.2.0")


@hookimpl
def register_blueprints(app: Flask) -> Iterator[Blueprint]:
    yield views.bp


@hookimpl
def register_permissions() -> Iterator[Permission]:
    yield Permission("library.lend", _l("Lend the books of the waiting room"), ("support_worker", "coordinator"))


@hookimpl
def register_settings() -> Iterator[SettingSpec]:
    yield SettingSpec("library.weeks", _l("Weeks for which a book is lent"), 3, check=forms.weeks)
    yield SettingSpec("library.kept_months", _l("Months for which it is kept who read a book"), rules.KEPT_MONTHS)


@hookimpl
def register_commands() -> Iterator[Command]:
    yield commands.add


@hookimpl
def register_retention() -> Iterator[RetentionCategory]:
    yield RetentionCategory(
        "library.loan",
        _l("Books that came back"),
        setting="library.kept_months",
        due=queries.came_back_before,
        destroy=actions.forget,
        method=_l("The loan and the key of its safe are destroyed."),
    )


@hookimpl
def menu_items(user: User) -> Iterator[MenuItem]:
    if user.can("library.lend"):
        yield MenuItem(_("Library"), url_for("library.shelf"), "book-open", weight=60, count=queries.count_out())


@hookimpl
def desk_cards(user: User) -> Iterator[Card]:
    if user.can("library.lend"):
        yield Card(_("Books that are out"), "library/_card.html", {"loans": queries.out(limit=5)}, weight=60)


@hookimpl
def deadlines(user: User, until: date) -> Iterator[Due]:
    if user.can("library.lend"):
        for loan in queries.out(until=until):
            yield Due(loan.due, _("A book comes back: %(title)s", title=loan.title), url_for("library.shelf"))


@hookimpl
def person_panels(person: Person, user: User) -> Iterator[Panel]:
    if user.can("library.lend"):
        loans = queries.loans_of(person, user)
        yield Panel(_("Library"), "library/_panel.html", {"loans": loans, "code": person.code}, weight=60)


@hookimpl
def search(text: str, user: User) -> Iterator[Result]:
    if text and user.can("library.lend"):
        for book in queries.books(beginning=text):
            yield Result(book.title, url_for("library.shelf"), book.author, _("Library"), "book-open", 60)


@hookimpl
def describe_event(event: Entry) -> str | None:
    return forms.SENTENCES.get(event.action)


@hookimpl
def run_daily(today: date) -> None:
    actions.end_agreements(today)


@hookimpl
def load_demo(world: Any) -> None:
    demo.load(world)


@hookimpl
def authorize_disclosure(request: DisclosureRequest) -> Permit | Refusal | None:
    if request.recipient != rules.TOWN_LIBRARY:
        return None
    for permit in queries.agreements(request.person):
        return permit
    return Refusal(_("She did not agree that the town library is told."), _("Ask her, and have her sign."))


@hookimpl
def disclosure_permits(person: Person, user: User) -> Iterator[Permit]:
    if user.can("library.lend"):
        yield from queries.agreements(person)


@hookimpl
def recipients(user: User) -> Iterator[str]:
    if user.can("library.lend"):
        yield rules.TOWN_LIBRARY


@hookimpl
def owe_secrecy() -> Iterator[Bound]:
    for helper in queries.helpers():
        yield Bound(helper.name, _("Sorts the books"), helper.signed_on, url_for("library.shelf"))


@hookimpl
def export_person(person: Person) -> dict[str, Any]:
    return queries.everything_about(person)


@hookimpl
def erase_person(person: Person) -> None:
    actions.erase(person)
