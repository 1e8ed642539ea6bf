"""Cards and panels of plugins, each drawn apart, so that a fault in one leaves the page whole (law 5)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from flask import current_app
from markupsafe import Markup

from app.hookspecs import Card, Panel
from app.plugins import Answer, plugins_of

LARGEST = 200_000  # characters of one plugin's parts on a page


class Part(NamedTuple):
    """A card or panel that is ready to be shown."""

    plugin: str
    title: str
    html: Markup
    weight: int
    wide: bool


class Flood(Exception):
    """A plugin's parts are larger than a page should be."""


def render_parts(answers: Iterable[Answer]) -> list[Part]:
    """The plugins' cards or panels, by weight then title. A plugin that fails is noted, and its parts are left out."""
    context: dict[str, Any] = {}
    current_app.update_template_context(context)
    by_plugin = groupby(sorted(answers, key=attrgetter("plugin")), key=attrgetter("plugin"))
    asked = [(name, partial(_draw_all, name, [answer.value for answer in found], context)) for name, found in by_plugin]
    drawn = [part for _name, parts in plugins_of(current_app).guarded("template", asked) for part in parts]
    return sorted(drawn, key=lambda part: (part.weight, part.title))


def _draw_all(plugin: str, values: list[Card | Panel], context: dict[str, Any]) -> list[Part]:
    parts = [
        Part(plugin, str(value.title), _draw(value, context), value.weight, getattr(value, "wide", False))
        for value in values
    ]
    if sum(len(part.html) for part in parts) > LARGEST:
        raise Flood
    return parts


def _draw(value: Card | Panel, context: dict[str, Any]) -> Markup:
    pieces, room = [], LARGEST
    for piece in current_app.jinja_env.get_template(value.template).generate({**context, **value.data}):
        pieces.append(piece)
        room -= len(piece)
        if room < 0:
            raise Flood
    return Markup("".join(pieces))  # noqa: S704 -- the template escaped it
