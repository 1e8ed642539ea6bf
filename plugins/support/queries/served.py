"""Files of a service that is switched off are not shown: women's under service 1, relatives' under service 8."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from app.people.models import Person
from app.plugins import must_be_on, service_is_on
from plugins.support.rules import service_of

KINDS = ("woman", "relative")


def off() -> list[str]:
    """The kinds of persons whose service is off; mostly none."""
    return [kind for kind in KINDS if not service_is_on(service_of(kind))]


def only_served(query: Select[Any]) -> Select[Any]:
    """Of a query that has persons in it, those whose service is on."""
    return query.where(Person.kind.not_in(kinds)) if (kinds := off()) else query


def must_be_served(person: Person) -> None:
    """Raises SwitchedOff."""
    must_be_on("support", service_of(person.kind))
