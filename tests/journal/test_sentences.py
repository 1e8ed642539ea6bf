"""Whatever the journal holds is told in words: each action that is recorded anywhere, each reason for an opening."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.db import reading
from app.journal.words import in_words
from plugins.confidentiality.forms import events as confidentiality
from plugins.support.forms import events as support
from tests.journal.recorded import ROOT, recorded

PLUGINS = {"support": support, "confidentiality": confidentiality}


def without_words(app: Flask, names: set[str]) -> set[str]:
    with app.test_request_context(), reading():
        return {name for name, words in in_words(names).items() if words == name.replace(".", ": ").replace("_", " ")}


def test_every_action_recorded_anywhere_has_a_sentence(app: Flask) -> None:
    actions = set(recorded())
    assert {action.partition(".")[0] for action in actions} > {"vault", "people", "papers", *PLUGINS}
    assert without_words(app, actions | {"gone.thing_done"}) == {"gone.thing_done"}


@pytest.mark.once
@pytest.mark.parametrize("plugin", PLUGINS)
def test_no_plugin_has_a_sentence_for_what_nobody_records(plugin: str) -> None:
    ours = {action.partition(".")[2] for action in recorded() if action.startswith(f"{plugin}.")}
    assert set(PLUGINS[plugin].EVENTS) == ours


def test_every_reason_of_a_plugin_has_words(app: Flask) -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "plugins").rglob("*.py"))
    reasons = set(re.findall(r'why="([a-z_]+\.[a-z_]+)"', source))
    assert len(reasons) > 10
    assert without_words(app, reasons) == set()
