"""The first meeting: what is filled in on its screens, and the words for what is offered."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import lazy_gettext
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from plugins.support.forms.base import Versioned, choice, only_what_is_useful
from plugins.support.forms.contacts import LANGUAGES, _day
from plugins.support.rules import first_meeting as rules

_l: Any = lazy_gettext  # WTForms' annotations say str where a lazy text does as well


class Words(NamedTuple):
    """What is offered, in few words and in more."""

    title: Any
    more: Any
    icon: str


OFFERS = {
    "information": Words(
        _l("Know what there is"),
        _l("What she can find here, what she can take part in, and how to say yes or no to each."),
        "info",
    ),
    "situation": Words(
        _l("Look at where things stand"),
        _l("A look together at her situation today, theme by theme. She says what she wants to say of it."),
        "eye",
    ),
    "life_history": Words(
        _l("Tell her life history"),
        _l("The events that count for her, in her order. Only if she wishes; kept under a lock of its own."),
        "book-open",
    ),
    "network": Words(
        _l("See who is around her"),
        _l("The people and organisations that she can lean on, and what is missing."),
        "network",
    ),
    "objectives": Words(
        _l("Say what she wants"),
        _l("One objective or several, precise and in her words; and support on the way there."),
        "target",
    ),
    "meetings": Words(
        _l("Meet one or two of us"),
        _l("Individual meetings, at her pace. Then a new look at what she needs and, if she wants, a support group."),
        "message-circle",
    ),
    "referral": Words(
        _l("Be put in touch with others"),
        _l("With partner organisations, for what they do better. Nothing is told about her without her written word."),
        "share-2",
    ),
    "limits": Words(_l("Confidentiality and its limits"), _l("What stays here, and what the law asks."), "lock"),
    "declaration": Words(
        _l("Declaration of services"),
        _l("What she can expect of us, her rights, how a complaint is made. She may take a copy, if that is safe."),
        "file-text",
    ),
    "tools": Words(
        _l("Communication tools"),
        _l("To name an emotion, check an impression, give an appreciation. Posters show them on our walls."),
        "message-circle",
    ),
    "protocol": Words(
        _l("What to do when something feels wrong"),
        _l("How two people clear it up, alone or with a mediator; and that a complaint is open to her at any time."),
        "heart-handshake",
    ),
}
ASKED = {  # how it is offered, aloud
    "information": _l("Would she like to hear what there is for her here?"),
    "situation": _l("Would she like us to look together at where things stand for her?"),
    "life_history": _l("Would she like, one day, to put her life history in her own words?"),
    "network": _l("Would she like to look at who is around her?"),
    "objectives": _l("Would she like to say what she wants, and be supported in it?"),
    "meetings": _l("Would she like to meet one or two of us, alone with us?"),
    "referral": _l("Is there something for which she would like to be put in touch with others?"),
}
STATES = {
    "accepted": _l("Yes, she would like it"),
    "not_now": _l("Not now"),
    "declined": _l("No"),
    "offered": _l("She would rather not say"),
    "done": _l("Done already"),
}
STANDS = {  # how it stands, in a list
    "": _l("Not offered yet"),
    "offered": _l("Offered"),
    "accepted": _l("Accepted"),
    "not_now": _l("Not now"),
    "declined": _l("Declined"),
    "done": _l("Done"),
    "presented": _l("Presented"),
}
PRESENTED_STATES = {"presented": _l("Presented"), "not_now": _l("Not now")}
INTERPRETER = {
    "no": _l("Not needed"),
    "needed": _l("Needed next time"),
    "here": _l("Here today"),
    "unsaid": _l("She would rather not say"),
}
THEMES = {
    "housing": Words(_l("Housing"), _l("Where she sleeps, for how long, how it is there."), "house"),
    "safety": Words(_l("Safety"), _l("What makes her feel safe, what does not. Nobody else’s name."), "shield-check"),
    "health": Words(_l("Health"), _l("Body and mind, care she has or looks for."), "stethoscope"),
    "money": Words(_l("Money"), _l("Income, debts, what is urgent."), "wallet"),
    "law": Words(_l("Law and immigration"), _l("What is under way, what worries her. No file number."), "scale"),
    "ties": Words(_l("People who count"), _l("Children, family, friends, work, studies."), "users-round"),
    "other": Words(_l("Something else"), _l("Whatever else matters to her."), "sparkles"),
}
SCREENS = {
    rules.WELCOME: _l("Welcome"),
    rules.CONFIDENTIALITY: _l("What stays between us"),
    rules.TOOLS: _l("What we present to everybody"),
    rules.CLOSING: _l("What comes next"),
} | {what: OFFERS[what].title for what in rules.COMMITMENTS}


class WelcomeForm(Versioned):
    """In which language; with an interpreter or not."""

    language = choice(_l("In which language shall we speak?"), LANGUAGES, "fr")
    interpreter = choice(_l("An interpreter"), INTERPRETER, "no")


class LimitsForm(Versioned):
    """Nothing to fill in: it was explained."""


class PresentedForm(Versioned):
    """Three things, each presented or not now."""

    declaration = choice(OFFERS["declaration"].title, PRESENTED_STATES, "")
    tools = choice(OFFERS["tools"].title, PRESENTED_STATES, "")
    protocol = choice(OFFERS["protocol"].title, PRESENTED_STATES, "")


class AnswerForm(Versioned):
    """What she answered to one commitment; nothing is chosen before she has."""

    state = choice(_l("What does she say?"), STATES, "")
    day = _day(_l("Day"))


class PresentForm(Versioned):
    """One of the three, presented later, and in which language."""

    state = choice(_l("What took place?"), PRESENTED_STATES, "presented")
    language = SelectField(_l("In which language?"), [InputRequired()], choices=list(LANGUAGES.items()), default="fr")


class SituationForm(Versioned):
    """Her situation, theme by theme; each may be left."""

    def themes(self) -> list[tuple[str, Any, Any]]:
        """Name, words, and the box of "she would rather not say"."""
        return [(name, self[name], self[f"unsaid_{name}"]) for name in rules.THEMES]

    @property
    def told(self) -> dict[str, str | None]:
        """What was written, or left on purpose; a theme that nobody touched is absent."""
        said = {name: None if left.data else (words.data or "").strip() for name, words, left in self.themes()}
        return {name: text for name, text in said.items() if text != ""}


for _name, _words in THEMES.items():
    _short = Length(max=rules.WORDS_LENGTH, message=_l("Shorten this: %(max)d letters at most."))
    setattr(SituationForm, _name, TextAreaField(_words.title, [_short, only_what_is_useful]))
    setattr(SituationForm, f"unsaid_{_name}", BooleanField(_l("She would rather not say")))

FORMS: dict[str, type[Versioned]] = {
    rules.WELCOME: WelcomeForm,
    rules.CONFIDENTIALITY: LimitsForm,
    rules.TOOLS: PresentedForm,
    rules.CLOSING: Versioned,
} | dict.fromkeys(rules.COMMITMENTS, AnswerForm)


def as_it_stands(screen: str, path: Any, tongue: str, offers: Any) -> Versioned:
    """The form of a screen with what is known already."""
    known: dict[str, Any] = {}
    if screen == rules.WELCOME:
        here = tongue if tongue in LANGUAGES else "other"
        known = {"language": here, "interpreter": path.interpreter if path else "no"}
    elif screen == rules.TOOLS:
        known = {what: offers[what].state for what in rules.PRESENTED}
    elif screen in rules.COMMITMENTS:
        known = {"state": offers[screen].state, "version": offers[screen].version}
    return FORMS[screen](formdata=None, **known)


def offer_form(offer: Any) -> Versioned:
    """The form by which an offer is answered later."""
    if offer.what in rules.COMMITMENTS:
        return AnswerForm(formdata=None, state=offer.state, version=offer.version)
    return PresentForm(formdata=None)


def situation_form(words: dict[str, str | None], version: int) -> SituationForm:
    """The form as her situation stands."""
    known: dict[str, Any] = {name: text for name, text in words.items() if text}
    known |= {f"unsaid_{name}": True for name, text in words.items() if text is None}
    return SituationForm(formdata=None, version=version, **known)


def stands(state: str) -> str:
    return str(STANDS.get(state, state))


def not_saved(form: Versioned, why: str, version: int) -> None:
    """Show it again with what was typed; sent once more, it stands after what `version` says."""
    form.form_errors.append(why)
    form.version.raw_data = None
    form.version.data = str(version)
