"""The fourteen services of the declaration: number, name in four languages, and which plugins provide each."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from flask import current_app

from app.hookspecs import PluginInfo
from app.plugins import plugins_of, switches


@cache
def read(name: str) -> dict[str, dict[str, str]]:
    """A file of texts in four languages, from the data folder."""
    found = tomllib.loads((Path(__file__).parent / "data" / f"{name}.toml").read_text("utf-8"))
    return {key: {language: text.strip() for language, text in texts.items()} for key, texts in found.items()}


SERVICES = {int(number): names for number, names in read("services").items()}


def providers(number: int) -> list[PluginInfo]:
    """The plugins that provide a service, as their INFO says; several may share it."""
    return [info for info, _module in plugins_of(current_app).loaded() if number in info.services]


def services_on() -> list[int]:
    """The services that are on: switched on, and provided by a plugin that is on too."""
    now_on = switches()
    return [n for n in SERVICES if n in now_on.services and any(p.name in now_on.plugins for p in providers(n))]
