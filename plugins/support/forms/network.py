"""Her support network: what is filled in, and the words for each choice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from plugins.support.forms.base import Versioned, choice
from plugins.support.forms.objectives import sentence
from plugins.support.rules import ecomap
from plugins.support.rules import network as rules

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well

TIE_KINDS = {"person": _l("A person"), "organisation": _l("An organisation")}
RINGS = {"1": _l("Very near her"), "2": _l("Near her"), "3": _l("Further away")}
HELPS = {
    "listening": _l("Listening"),
    "money": _l("Money"),
    "home": _l("A roof"),
    "children": _l("Care of children"),
    "papers": _l("Papers"),
    "safety": _l("Safety"),
    "other": _l("Something else"),
}
QUALITIES = {"strong": _l("Strong"), "so_so": _l("So-so"), "tense": _l("Tense")}


class TieForm(Versioned):
    """Somebody, or an organisation, around her."""

    name = sentence(
        _l("How she calls them"), rules.NAME_LENGTH, needed=_l("Write a first name, or a word that she chooses.")
    )
    kind = choice(_l("Who is it?"), TIE_KINDS, "person")
    ring = choice(_l("How close?"), RINGS, "2")
    quality = choice(_l("How is the tie?"), QUALITIES, "so_so")
    helps = SelectMultipleField(
        _l("What help comes from there?"),
        choices=list(HELPS.items()),
        default=[],
        option_widget=CheckboxInput(),
        widget=ListWidget(),
    )

    @property
    def values(self) -> dict[str, Any]:
        return super().values | {"ring": int(self.ring.data)}


def helps_in_words(helps: Iterable[str]) -> str:
    return ", ".join(str(HELPS[help_]) for help_ in helps)


def tie_of(tie: Any) -> dict[str, Any]:
    """A tie of an opened file, as the form shows it."""
    told = {name: getattr(tie, name) for name in ("name", "kind", "quality", "version")}
    return {**told, "ring": str(tie.ring), "helps": tie.helps.split()}


def pictures(ties: list[Any]) -> list[ecomap.Picture]:
    """The eco-map, for a phone and for a desk; what is damaged is not in it."""
    shown = [ecomap.Tie(tie.name, tie.ring, tie.kind == "organisation", tie.quality) for tie in ties if tie.name]
    return [ecomap.draw(shown, shape) for shape in (ecomap.NARROW, ecomap.WIDE)]
