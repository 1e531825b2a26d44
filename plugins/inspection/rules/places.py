"""Says where an entry of a rule file stands, for faults that show only when two files are read together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from inspection.errors import Place

Trail = tuple[str | int, ...]
"""Keys and positions on the way to a value."""


def spelled(step: str | int, entry_id: object = None) -> str:
    """One step of a path as it is shown: `.key`, or `[id]` of an entry of a list, its position (from 0) without id."""
    return f".{step}" if isinstance(step, str) else f"[{step if entry_id is None else entry_id}]"


def field_path(steps: Iterable[str]) -> str | None:
    """The path of spelled steps, as `items[DOC-013].severity`; None for the whole file."""
    return "".join(steps).removeprefix(".") or None


def written_id(node: yaml.Node | None) -> str | None:
    """The `id` written out in an entry, None where it has none."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((str(v.value) for key, v in pairs if key.value == "id" and isinstance(v, yaml.ScalarNode)), None)


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
    if isinstance(node, yaml.MappingNode) and written_id(node) == entry_id:
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


def trail_place(path: Path, trail: Trail) -> Place:
    """File and line of the deepest part of `trail` written in a YAML file; names the whole field."""
    node = yaml.compose(path.read_text(encoding="utf-8-sig"), yaml.SafeLoader)
    line, steps = 1, []
    for step in trail:
        node = _child(node, step)
        if node is not None:
            line = node.start_mark.line + 1
        steps.append(spelled(step, written_id(node)))
    return Place(str(path), line, field_path(steps))


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: yaml.Node = node.value[step]
        return child
    return None
