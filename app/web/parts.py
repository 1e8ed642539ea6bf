"""Cards and panels of plugins, each plugin's drawn apart, so that a fault in one leaves the page whole (law 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
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
    by_plugin = groupby(sorted(answers, key=lambda answer: answer.plugin), key=lambda answer: answer.plugin)
    asked = [(name, partial(_draw, name, [answer.value for answer in found], context)) for name, found in by_plugin]
    drawn = [part for _name, parts in plugins_of(current_app).guarded("template", asked) for part in parts]
    return sorted(drawn, key=lambda part: (part.weight, part.title))


def _draw(plugin: str, values: list[Card | Panel], context: dict[str, Any]) -> list[Part]:
    room, parts = LARGEST, []
    for value in values:
        template = current_app.jinja_env.get_template(value.template)
        html = "".join(_within(room, template.generate({**context, **value.data})))
        room -= len(html)
        markup = Markup(html)  # noqa: S704 -- the template escaped it
        parts.append(Part(plugin, str(value.title), markup, value.weight, getattr(value, "wide", False)))
    return parts


def _within(room: int, pieces: Iterable[str]) -> Iterator[str]:
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            raise Flood
        yield piece
