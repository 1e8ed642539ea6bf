"""French is whole, the public pages speak four languages, and no text on screen escapes the catalogues (QUALITY)."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, gettext
from jinja2 import Environment, nodes

from app.plugins import plugins_of
from app.web.i18n import LANGUAGES

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]
NO_BREAK = "\u00a0"
EXAMPLES = {ROOT / "app" / "web" / "templates" / "styleguide.html"}
CATALOGUES = sorted(path for top in ("app", "plugins") for path in (ROOT / top).rglob("LC_MESSAGES/messages.po"))
# What is written the same in every language: keys of the keyboard, the languages' own names.
SAME_EVERYWHERE = {"Ctrl", "K", "Ctrl K", *LANGUAGES.values()}
# Macros of components.html that write attributes, not text.
ATTRIBUTES = re.compile(r"{% macro (_field_id|_state|described)\(.*?{%-? endmacro", re.DOTALL)
GETTEXT = {"_", "_l", "gettext", "ngettext", "lazy_gettext", "lazy_ngettext"}
# What shows its texts to people, whoever calls it.
SHOWN = {"flash", "Permission", "SettingSpec", "RetentionCategory", "MenuItem", "Card", "Panel", "Due", "Result"}
SHOWN |= {"ValidationError", "InputRequired", "DataRequired", "Length", "NumberRange", "Regexp", "EqualTo", "Email"}
SHOWN |= {"IntranetError", "NotAllowed", "NotFound", "Conflict", "Label"}
A_SENTENCE = re.compile(r"[A-ZÀ-Ý“][a-zà-ÿ’]*(?=$|[ .,:?!…])")


def language(path: Path) -> str:
    return path.parts[-3]


def owner(path: Path) -> Path:
    """The folder that holds the code of this catalogue."""
    return path.parents[3]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language(path) if path.suffix == ".po" else None)


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def forms(text: object) -> tuple[str, ...]:
    """One text, or the singular and the plural."""
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Every text of a catalogue, with the English one that names it."""
    for message in messages(read(path)):
        for text in forms(message.string):
            yield forms(message.id)[0], text


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Catalog]:
    """What the code says now."""
    folder = tmp_path_factory.mktemp("pots")
    subprocess.run(["bin/translations", "--pot", str(folder)], cwd=ROOT, check=True, capture_output=True)
    return {pot.stem: read(pot) for pot in folder.glob("*.pot")}


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_catalogue_is_complete_and_holds_nothing_else(path: Path, templates: dict[str, Catalog]) -> None:
    catalogue = read(path)
    wanted = templates[owner(path).name + ("" if language(path) == "fr" else ".public")]
    said, held = ({message.id for message in messages(found)} for found in (wanted, catalogue))
    assert said - held == set(), "run bin/translations, then translate"
    assert held - said == set(), "run bin/translations"
    assert not catalogue.obsolete
    assert [message.id for message in messages(catalogue) if message.fuzzy] == []
    assert [message.id for message in messages(catalogue) if not all(forms(message.string))] == []


def test_each_bundled_owner_has_its_catalogues() -> None:
    """A plugin that shows texts has a French catalogue; one with public pages has Spanish and Creole too."""
    for folder in (ROOT / "app", *(found.parent for found in (ROOT / "plugins").glob("*/__init__.py"))):
        wanted = {"fr"} | ({"es", "ht"} if (folder / "translations" / "public.txt").exists() else set())
        assert {language(path) for path in CATALOGUES if owner(path) == folder} == wanted


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_placeholders_are_those_of_the_english_text(path: Path) -> None:
    placeholder = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}")
    for message in messages(read(path)):
        for english, text in zip(forms(message.id), forms(message.string), strict=True):
            wanted, found = sorted(placeholder.findall(english)), sorted(placeholder.findall(text))
            if isinstance(message.id, str) or english == message.id[1]:
                assert found == wanted, text
            else:
                assert set(found) <= set(placeholder.findall(message.id[1])), text  # "one" may be a word or a figure


def faults(text: str, code: str) -> list[str]:
    """What French typography, which Creole shares here, or Spanish typography finds wrong."""
    found = re.findall(r".?['\"].?|\.\.\.|  |^ | $", text)
    if code == "es":
        found += re.findall(rf"[ {NO_BREAK}][:;!?»]|«[ {NO_BREAK}]", text)
        found += ["¿" for _ in range(text.count("?") - text.count("¿"))] + [
            "¡" for _ in range(text.count("!") - text.count("¡"))
        ]
        return found
    found += re.findall(rf"[^{NO_BREAK}][;!?»]|[^{NO_BREAK}]:(?!//|\d\d)|«[^{NO_BREAK}]", text)
    found += re.findall(rf"\d(?:h|[^{NO_BREAK}\w]h|[^{NO_BREAK}]?[%$])(?![\w(])", text)
    return found + re.findall(r"[“”]", text)


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_typography(path: Path) -> None:
    assert {text: found for _id, text in texts(path) if (found := faults(text, language(path)))} == {}


@pytest.mark.parametrize("path", sorted((ROOT / "app").rglob("data/*.toml")), ids=name)
def test_typography_of_the_texts_of_the_public_page(path: Path) -> None:
    for said in tomllib.loads(path.read_text("utf-8")).values():
        assert {
            text: found for code, text in said.items() if code != "en" and (found := faults(text.strip(), code))
        } == {}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Comment ?", "fr"),
        ("Comment?", "fr"),
        ("À revoir :", "fr"),
        ("« Quitter vite »", "fr"),
        ("l'heure", "fr"),
        ("à 18h", "fr"),
        ("à 18 h", "fr"),
        ("200$", "fr"),
        ("Attendez...", "fr"),
        ("le “mot”", "fr"),
        ("Quand?", "es"),
        ("¿Quién ?", "es"),
    ],
)
def test_typography_finds_faults(text: str, code: str) -> None:
    assert faults(text, code)


@pytest.mark.parametrize(
    "text",
    ["à 18\u00a0h", "Comment\u00a0?", "«\u00a0mot\u00a0»", "https://un.exemple", "9:05", "200\u00a0$", "50\u00a0%"],
)
def test_typography_lets_good_french_pass(text: str) -> None:
    assert faults(text, "fr") == []


@pytest.mark.parametrize("path", [path for path in CATALOGUES if language(path) == "fr"], ids=name)
def test_french_uses_the_words_of_this_community(path: Path) -> None:
    never = re.compile(
        r"\b(client\w*|usag[eè]re?s?|bénéficiaires?|patientes?|cas social|tu|ton|tes|toi|veuillez|erreur fatale)\b",
        re.I,
    )
    assert [text for _id, text in texts(path) if never.search(text)] == []


def test_a_text_is_translated_the_same_everywhere() -> None:
    seen: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for path in CATALOGUES:
        for message in messages(read(path)):
            seen.setdefault((language(path), forms(message.id)[0]), set()).add(forms(message.string))
    assert {key: said for key, said in seen.items() if len(said) > 1} == {}


# --- the app speaks them ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "text"),
    [("fr", "Il n’y a rien ici"), ("en", "Nothing here"), ("es", "Aquí no hay nada"), ("ht", "Pa gen anyen isit la")],
)
def test_a_page_without_account_speaks_four_languages(app: Flask, code: str, text: str) -> None:
    browser = app.test_client()
    browser.get(f"/language/{code}")
    page = browser.get("/there/is/nothing/here")
    assert page.status_code == 404
    assert text in page.text


def test_every_plugin_has_a_french_title(context: Flask) -> None:
    with context.test_request_context("/"), force_locale("fr"):
        assert gettext("Quick exit") == "Quitter vite"
        assert str(plugins_of(context).found["support"].info.title) == "Suivi"  # type: ignore[union-attr]


def test_every_page_without_account_is_listed_for_spanish_and_creole() -> None:
    """A template that may stand in the public frame, or a module with a view for anybody, is in its owner's list."""
    for folder in (ROOT / "app", *(ROOT / "plugins").glob("*/")):
        listing = folder / "translations" / "public.txt"
        listed = {folder / line for line in listing.read_text().splitlines()} if listing.exists() else set()
        for path in (*folder.rglob("*.py"), *folder.rglob("templates/**/*.html")):
            source = path.read_text("utf-8")
            public = re.search(r"{% extends [^%]*public\.html|^@needs\(PUBLIC", source, re.MULTILINE)
            if public and re.search(r"\b_l?\(", source) and path not in EXAMPLES:
                assert path in listed, name(path)


def test_what_is_listed_exists() -> None:
    for listing in (found for top in ("app", "plugins") for found in (ROOT / top).rglob("translations/public.txt")):
        for line in listing.read_text().splitlines():
            assert line.startswith("#") or (listing.parents[1] / line).is_file(), line


# --- nothing escapes the catalogues -----------------------------------------------------------------------------------


def is_bare(text: str) -> bool:
    return bool(A_SENTENCE.match(text)) and text not in SAME_EVERYWHERE


class Shown(HTMLParser):
    """The texts that a template itself puts on screen, in elements and in attributes that are read or seen."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def keep(self, text: str | None) -> None:
        text = (text or "").replace(EXPRESSION, " ").strip()
        if re.search(r"[^\W\d_]", text) and text not in SAME_EVERYWHERE:
            self.found.append(text)

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:
            self.keep(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for attribute, value in attrs:
            if attribute in {"title", "aria-label", "aria-description", "alt", "placeholder", "label"}:
                self.keep(value)


EXPRESSION = "\ue000"  # stands for {{ … }}


def written_in(source: str) -> list[str]:
    """Hard-coded texts of a template: in its markup, or handed to its macros."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    source = ATTRIBUTES.sub("{% macro nothing() %}{% endmacro", source)
    kinds = {"data": lambda value: value, "variable_begin": lambda _value: EXPRESSION}
    markup = "".join(kinds[kind](value) for _line, kind, value in environment.lex(source) if kind in kinds)
    shown = Shown()
    shown.feed(re.sub(r"&(\w+|#\d+);", " ", markup))
    shown.close()
    return shown.found + list(sentences(environment.parse(source)))


def sentences(node: nodes.Node) -> Iterator[str]:
    """Capitalised strings of the expressions that no gettext call holds; what is only compared is not shown."""
    if isinstance(node, nodes.Compare) or (
        isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in GETTEXT
    ):
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and is_bare(node.value):
        yield node.value
    for child in node.iter_child_nodes():
        yield from sentences(child)


TEMPLATES = [
    path
    for top in ("app", "plugins")
    for path in sorted((ROOT / top).rglob("templates/**/*.html"))
    if path not in EXAMPLES
]


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_writes_no_text_of_its_own(path: Path) -> None:
    assert written_in(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        "<p>{{ name }} écrit</p>",
        "<a title='Open'></a>",
        "<input placeholder='Name {{ n }}'>",
        "{{ ui.button('Save') }}",
        "{{ ui.button(_('Save'), hint='Keeps it') }}",
        "{% call ui.card('My day') %}{% endcall %}",
        "{{ 'Yes' if it else _('No') }}",
    ],
)
def test_a_text_of_its_own_is_found(source: str) -> None:
    assert written_in(source)


@pytest.mark.parametrize(
    "source",
    [
        "<p class='soft'>{{ _('Hello') }}</p>",
        "{# Comment #}<script>let a = 'Hello'</script>",
        "{% if kind == 'Field' %}·{% endif %}",
        "<kbd>Ctrl K</kbd> 12&nbsp;%",
    ],
)
def test_markup_is_not_taken_for_text(source: str) -> None:
    assert written_in(source) == []


def said_by(source: str) -> list[str]:
    """Hard-coded texts that Python hands to a field, a message, an error or a value object of a hook."""
    found = []
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if called in SHOWN or called.endswith("Field"):
            for value in (*call.args, *(keyword.value for keyword in call.keywords)):
                parts = value.values if isinstance(value, ast.JoinedStr) else [value]
                found += [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
    return [text for text in found if is_bare(text)]


@pytest.mark.parametrize("top", ["app", "plugins"])
def test_python_hands_no_bare_text_to_the_screen(top: str) -> None:
    found = {name(path): said for path in (ROOT / top).rglob("*.py") if (said := said_by(path.read_text("utf-8")))}
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "StringField('Name')",
        "flash('Saved.')",
        "Card(title='My day')",
        "raise NotAllowed(f'No, {her}')",
        "forms.DateField('Day')",
    ],
)
def test_a_bare_text_in_python_is_found(source: str) -> None:
    assert said_by(source)
