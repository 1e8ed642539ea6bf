"""What events and reasons are called, where they are told outside of the journal's own page."""

from __future__ import annotations

from collections.abc import Iterable

from flask import current_app, g

from app.journal.chain import Entry
from app.plugins import plugins_of, switches


def in_words(names: Iterable[str]) -> dict[str, str]:
    """Actions and reasons in the reader's language: the core's words, else those of the plugin whose they are."""
    template = current_app.jinja_env.get_template("journal/_sentences.html")
    core = template.make_module({}).__dict__  # drawn anew: in this reader's language
    known = {name: str(words) for key in ("SENTENCES", "VALUES") for name, words in core[key].items()}
    return {name: known.get(name) or _of_plugin(name) or _plain(name) for name in set(names)}


def _of_plugin(name: str) -> str | None:
    plugin = name.split(".")[0]
    g.setdefault("plugin_notices", set())
    if plugin not in switches().plugins or plugin in g.plugin_notices:
        return None
    told = plugins_of(current_app).call_first("describe_event", only={plugin}, event=Entry(name, None))
    return str(told) if told else None


def _plain(name: str) -> str:
    return name.replace(".", ": ").replace("_", " ")
