"""Says where an entry of a rule file stands, for faults that show only when two files are read together."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from inspection.errors import Place


def entry_place(path: Path, overlay: Path | None, entry_id: str, field: str) -> Place:
    """File and line of `field` in the entry with this id; the overlay is searched first, as it wins.

    The line of the entry is given where the field is not written out, none where the entry is not found.
    """
    for file in (overlay, path):
        if file is None or not file.exists():
            continue
        root = yaml.compose(file.read_text(encoding="utf-8-sig"), yaml.SafeLoader)
        if root is not None and (found := _find(root, entry_id)) is not None:
            return Place(str(file), _line_of(found, re.split(r"[.\[]", field, maxsplit=1)[0]), f"{entry_id}.{field}")
    return Place(str(path), None, f"{entry_id}.{field}")


def _find(node: yaml.Node, entry_id: str) -> yaml.MappingNode | None:
    if isinstance(node, yaml.SequenceNode):
        children = node.value
    elif isinstance(node, yaml.MappingNode):
        if any(key.value == "id" and value.value == entry_id for key, value in node.value):
            return node
        children = [value for _, value in node.value]
    else:
        return None
    return next((found for child in children if (found := _find(child, entry_id)) is not None), None)


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
