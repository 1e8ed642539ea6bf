"""The forms of a page, as a browser reads them: what is filled in already, what may be typed, where it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urlsplit

UNFILLED = {"submit", "button", "image", "reset", "file"}


@dataclass
class Form:
    action: str
    values: dict[str, list[str]] = field(default_factory=dict)  # as the page shows them
    names: set[str] = field(default_factory=set)  # all that may be typed or chosen
    buttons: list[dict[str, str]] = field(default_factory=list)

    def filled(self, typed: dict[str, Any]) -> dict[str, Any]:
        """What is sent when this is typed over what stands there."""
        assert typed.keys() <= self.names, (self.action, sorted(typed.keys() - self.names), sorted(self.names))
        return {**self.values, **typed}


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.open: Form | None = None
        self.elsewhere: list[tuple[str, dict[str, str]]] = []  # fields that name the form they belong to
        self.text: tuple[Form, str] | None = None
        self.select: tuple[Form, str, list[str], list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = Form(urldefrag(said.get("action") or self.path)[0])
            self.by_id[said.get("id", "")] = self.open
            if said.get("method", "").lower() == "post":
                self.forms.append(self.open)
        elif tag in ("input", "button") and "form" in said:
            self.elsewhere.append((tag, said))
        elif self.open and tag == "option" and self.select:
            _form, _name, all_of_them, chosen = self.select
            value = said.get("value", "")
            (chosen if "selected" in said else all_of_them).append(value)
        elif self.open and tag in ("input", "button", "textarea", "select"):
            self._take(self.open, tag, said)

    def _take(self, form: Form, tag: str, said: dict[str, str]) -> None:
        name, kind = said.get("name", ""), said.get("type", "")
        if tag == "button" or kind == "submit":
            form.buttons.append(said)
        if not name or tag == "button" or kind in UNFILLED - {"file"}:
            return
        form.names.add(name)
        if tag == "textarea":
            self.text = (form, name)
            form.values[name] = [""]
        elif tag == "select":
            self.select = (form, name, [], [])
        elif kind in ("radio", "checkbox"):
            if "checked" in said:
                form.values.setdefault(name, []).append(said.get("value", "on"))
        elif kind != "file":
            form.values.setdefault(name, []).append(said.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.text:
            form, name = self.text
            form.values[name][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "textarea":
            self.text = None
        elif tag == "select" and self.select:
            form, name, others, chosen = self.select
            form.values[name] = chosen or others[:1]
            self.select = None


def form_of(page: str, path: str, action: str, typed: dict[str, Any]) -> Form:
    """The form of a page that goes to an address and has these fields. `path`: the page's own."""
    reader = _Reader(path)
    reader.feed(page)
    for tag, said in reader.elsewhere:
        if found := reader.by_id.get(said["form"]):
            reader._take(found, tag, said)
    there = [form for form in reader.forms if urlsplit(form.action).path == urlsplit(action).path]
    for form in reader.forms:  # a button may send it elsewhere
        for button in form.buttons:
            if urlsplit(button.get("formaction", "")).path == urlsplit(action).path:
                there.append(Form(button["formaction"], form.values, form.names, form.buttons))
    fitting = [form for form in there if typed.keys() <= form.names]
    assert there, (f"no form of {path} goes to {action}", [form.action for form in reader.forms])
    return fitting[0] if fitting else there[0]
