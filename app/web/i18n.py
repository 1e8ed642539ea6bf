"""Languages: French first; English whole; public pages, forms and letters also in Spanish and Haitian Creole."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from babel.support import Translations
from flask import Flask, g, has_request_context, request, session, url_for
from flask_babel import Babel, get_translations

from app.accounts.permissions import PUBLIC, need_of
from app.plugins import plugins_of

LANGUAGES = {"fr": "Français", "en": "English", "es": "Español", "ht": "Kreyòl ayisyen"}
STAFF_LANGUAGES = ("fr", "en")


class Language(NamedTuple):
    code: str
    label: str
    url: str
    active: bool


def language() -> str:
    """The language of this request: the one chosen in this session, else the account's, else French."""
    if not has_request_context():
        return "fr"
    account = None if g.get("bare") else g.get("account")
    wanted = (session.get("language"), account and account.language)
    return next((code for code in wanted if code in offered_languages()), "fr")


def offered_languages() -> tuple[str, ...]:
    need = need_of(request.endpoint)
    return tuple(LANGUAGES) if need is None or need.permission == PUBLIC else STAFF_LANGUAGES


def languages() -> list[Language]:
    """The switch: each language, with the address that chooses it and comes back here."""
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    current = language()
    return [
        Language(code, LANGUAGES[code], url_for("web.choose_language", code=code, next=here), code == current)
        for code in offered_languages()
    ]


def set_up(app: Flask) -> None:
    """Catalogues of the core and of every plugin; looked up once a request, not once a call."""
    folders = [Path(app.root_path) / "translations"]
    for _info, module in plugins_of(app).loaded():
        folders += [Path(path) / "translations" for path in getattr(module, "__path__", [])]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(folder) for folder in folders if folder.is_dir())
    app.config["BABEL_DEFAULT_TIMEZONE"] = "America/Toronto"
    Babel(app, locale_selector=language)  # type: ignore[no-untyped-call]
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _catalogue().ugettext(text),
        lambda one, many, n: _catalogue().ungettext(one, many, n),
        newstyle=True,
    )


def _catalogue() -> Translations:
    if "catalogue" not in g:
        g.catalogue = get_translations()
    found: Translations = g.catalogue
    return found
