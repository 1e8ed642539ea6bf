"""Every action that the source records anywhere, read from it: also where a helper writes the entry for others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Helper(NamedTuple):
    """A function that records what it is told: by which argument, after which beginning."""

    place: int
    argument: str
    beginning: str


class Module:
    def __init__(self, path: Path) -> None:
        tree = ast.parse(path.read_text("utf-8"))
        self.name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        self.functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
        brought = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
        self.known = {each.asname or each.name: f"{node.module}.{each.name}" for node in brought for each in node.names}

    def full_name(self, called: ast.expr) -> str:
        """Of a function that is called here."""
        match called:
            case ast.Name(id=name):
                return self.known.get(name, f"{self.name}.{name}")
            case ast.Attribute(value=ast.Name(id=whose), attr=name):
                return f"{self.known.get(whose, whose)}.{name}"
        return ""

    def recording(self, helpers: dict[str, Helper]) -> Iterator[tuple[Function, ast.expr, str]]:
        """Each call that records: in which function, what it says, after which beginning."""
        for function in self.functions:
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                name = self.full_name(call.func)
                if name.startswith("app.journal") and name.endswith(".record"):
                    yield function, call.args[0], ""
                elif helper := helpers.get(name):
                    yield function, _argument(call, helper), helper.beginning


def _argument(call: ast.Call, helper: Helper) -> ast.expr:
    named = [word.value for word in call.keywords if word.arg == helper.argument]
    return named[0] if named else call.args[helper.place]


def _helper_of(function: Function, said: ast.expr, beginning: str) -> Helper | None:
    """This function itself, when what it records is what it is told."""
    if isinstance(said, ast.JoinedStr) and len(said.values) == 2 and isinstance(said.values[0], ast.Constant):
        last = said.values[1]
        beginning += str(said.values[0].value)
        said = last.value if isinstance(last, ast.FormattedValue) else last
    arguments = [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]
    if isinstance(said, ast.Name) and said.id in arguments:
        return Helper(arguments.index(said.id), said.id, beginning)
    return None


def _texts(said: ast.expr, function: Function) -> set[str]:
    """What an expression may be. Raises ValueError for what cannot be read here."""
    match said:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp():
            return _texts(said.body, function) | _texts(said.orelse, function)
        case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), ast.FormattedValue(value=rest)]):
            return {beginning + text for text in _texts(rest, function)}
        case ast.Name():
            sets = [node for node in ast.walk(function) if isinstance(node, ast.Assign)]
            found = [each.value for each in sets if any(getattr(to, "id", "") == said.id for to in each.targets)]
            if found:
                return set().union(*(_texts(each, function) for each in found))
    raise ValueError(f"{function.name}: {ast.unparse(said)}")


@cache
def recorded() -> frozenset[str]:
    """ "people.registered", … of core and plugins. Raises ValueError for one that can't be read."""
    modules = [Module(path) for room in ("app", "plugins") for path in sorted((ROOT / room).rglob("*.py"))]
    helpers: dict[str, Helper] = {}
    while True:  # a helper may call another one
        before = dict(helpers)
        for module in modules:
            for function, said, beginning in module.recording(before):
                if found := _helper_of(function, said, beginning):
                    helpers[f"{module.name}.{function.name}"] = found
        if helpers == before:
            break
    return frozenset(
        beginning + text
        for module in modules
        for function, said, beginning in module.recording(helpers)
        if _helper_of(function, said, beginning) is None
        for text in _texts(said, function)
    )
