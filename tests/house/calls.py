"""Which functions of the house a function may call, near or far, read from the source without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass
class Source:
    """A module as far as it matters here: where its names come from, and what each function mentions."""

    name: str
    origins: dict[str, str] = field(default_factory=dict)
    mentions: dict[str, set[str]] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    # functions given to a decorator elsewhere, as `app.command("copies")(house.copies)`: by how it is called
    handed_over: list[tuple[str, str]] = field(default_factory=list)


def read(name: str, text: str) -> Source:
    """Reads one module; `name` is dotted, as it is imported."""
    tree = ast.parse(text)
    source = Source(name)
    _note_imports(source.origins, tree.body)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            source.functions[node.name] = node
            source.mentions[node.name] = _mentioned(source, node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Call):
            said = ast.unparse(node.value.func)
            source.handed_over += [(said, one) for given in node.value.args for one in _mentioned(source, given)]
        elif isinstance(node, ast.ClassDef):  # whoever mentions a class may call any of its methods
            source.mentions[node.name] = _mentioned(source, node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):  # tables of functions, annotated types
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    source.mentions[target.id] = _mentioned(source, node)
    return source


def _note_imports(origins: dict[str, str], nodes: Iterable[ast.AST]) -> None:
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                origins[one.asname or one.name] = f"{node.module}.{one.name}"
        elif isinstance(node, ast.Import):
            for one in node.names:
                origins[one.asname or one.name.partition(".")[0]] = one.name


def _mentioned(source: Source, node: ast.AST) -> set[str]:
    """Dotted names of everything a piece of source speaks of: called, passed on or decorated with."""
    origins = dict(source.origins)
    _note_imports(origins, ast.walk(node))  # an import inside a function counts there
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load):
            found.add(origins.get(one.id, f"{source.name}.{one.id}"))
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id in origins:
            found.add(f"{origins[one.value.id]}.{one.attr}")
    return found


def reached(sources: Mapping[str, Source], start: str, *, beyond: frozenset[str] = frozenset()) -> set[str]:
    """Every function of the house that may run when one runs, by dotted name, the first included.

    What lies behind a name of `beyond` is not followed.
    """
    known = set(beyond)
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in known:
            continue
        known.add(name)
        module, _, function = name.rpartition(".")
        if module in sources:
            waiting += sources[module].mentions.get(function, ())
    return known - beyond
