"""What the product's own code names: the mails it writes and the states it enters, read from its syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "plugins" / "inspection"
# rules only declare, the model only lists: neither does anything
DECLARING = {"rules", "model"}
ASKING = {"in_", "not_in", "notin_", "get", "count"}


def trees(package: Path = PACKAGE) -> list[ast.Module]:
    """Every module that may keep a promise."""
    paths = [path for path in sorted(package.rglob("*.py")) if path.relative_to(package).parts[0] not in DECLARING]
    return [ast.parse(path.read_text(encoding="utf-8")) for path in paths]


def words_given(modules: Iterable[ast.Module]) -> set[str]:
    """Texts that are handed to a call (never to one that only asks), or kept under a name to be handed on."""
    found: set[str] = set()
    for module in modules:
        for node in ast.walk(module):
            given: list[ast.AST]
            if isinstance(node, ast.Call) and _called(node) not in ASKING:
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
            elif isinstance(node, ast.Assign | ast.AnnAssign | ast.Dict | ast.Return | ast.IfExp):
                given = [part for part in ast.iter_child_nodes(node) if not isinstance(part, ast.Name)]
            else:
                continue
            found |= {
                inner.value
                for part in given
                for inner in _alternatives(part)
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
            }
    return found


def states_entered(modules: Iterable[ast.Module]) -> set[tuple[str, str]]:
    """Class and member of every state that stands where something is moved to it, not where it is only asked for."""
    found: set[tuple[str, str]] = set()
    for module in modules:
        for node in _not_asked(module):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id.endswith("State"):
                found.add((node.value.id, node.attr))
    return found


def _not_asked(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes outside comparisons, sets and the arguments of what only asks."""
    if isinstance(node, ast.Compare | ast.Set | ast.match_case):
        return
    if isinstance(node, ast.Call) and _called(node) in ASKING | {"frozenset"}:
        return
    if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Tuple):
        return  # states kept together are asked for
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _not_asked(child)


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _alternatives(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.IfExp):
        return [*_alternatives(node.body), *_alternatives(node.orelse)]
    if isinstance(node, ast.Dict):
        return [inner for value in node.values for inner in _alternatives(value)]
    return [node]
