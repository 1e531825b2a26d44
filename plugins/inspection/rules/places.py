"""Says where an entry of a rule file stands, for faults that show only when two files are read together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from inspection.errors import Place


def entry_place(
    path: Path, overlay: Path | None, entry_id: str, field: str, named: str | None = None, *, inside: str | None = None
) -> Place:
    """File and line of `field` in the entry with this id; the overlay is searched first, as it wins.

    Where an id stands in several lists, the entry that holds the word `named` is meant, and with `inside` only entries
    below the one of that id are looked at. The line of the entry is given where the field is not written out, none
    where the entry is not found.
    """
    for file in (overlay, path):
        if file is None or not file.exists():
            continue
        root = yaml.compose(file.read_text(encoding="utf-8-sig"), yaml.SafeLoader)
        roots = [] if root is None else [root] if inside is None else list(_entries(root, inside))
        entries = [entry for outer in roots for entry in _entries(outer, entry_id)]
        if entries:
            entry = next((entry for entry in entries if named is not None and _holds(entry, named)), entries[0])
            line = _line_of(entry, re.split(r"[.\[]", field, maxsplit=1)[0])
            return Place(str(file), line, f"{entry_id}.{field}")
    return Place(str(path), None, f"{entry_id}.{field}")


def _entries(node: yaml.Node, entry_id: str) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.MappingNode) and any(key.value == "id" and v.value == entry_id for key, v in node.value):
        yield node
    for child in _children(node):
        yield from _entries(child, entry_id)


def _holds(node: yaml.Node, word: str) -> bool:
    return node.value == word or any(_holds(child, word) for child in _children(node))


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    return [value for _, value in node.value] if isinstance(node, yaml.MappingNode) else []


def _line_of(entry: yaml.MappingNode, field: str) -> int:
    for key, value in entry.value:
        if key.value == field:
            return int(value.start_mark.line) + 1
    return int(entry.start_mark.line) + 1


def trail_place(path: Path, trail: tuple[str | int, ...]) -> Place:
    """File and line of the deepest part of `trail` (keys, indexes) written in a YAML file; names the whole field."""
    node = yaml.compose(path.read_text(encoding="utf-8-sig"), yaml.SafeLoader)
    line = 1
    for step in trail:
        inner = _child(node, step)
        if inner is None:
            break
        node, line = inner, inner.start_mark.line + 1
    field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in trail).removeprefix(".")
    return Place(str(path), line, field or None)


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: yaml.Node = node.value[step]
        return child
    return None
