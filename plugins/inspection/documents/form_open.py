"""Lays out a checklist in OpenDocument's format: cells and content controls of `content.xml`.

As LibreOffice 7.4 writes it: a control of ours becomes a `content-control` in LibreOffice's own namespace, without its
tag. So rows are read by their cells, whatever stands in them; a tag or title that a later one keeps is used.
"""

from __future__ import annotations

import re

from lxml import etree

from inspection.documents.form_cells import Box, Cell, Grid, key_of

_SPACE = re.compile(r"[ \t\r\n]+")
# what stands in a cell and is no part of what is written there: comments, notes, descriptions, deleted text
_UNSEEN = frozenset({"annotation", "annotation-end", "note", "title", "desc", "tracked-changes", "ruby-text", "forms"})
_MOST_SPACES = 1000


def lay_out(root: etree._Element) -> Grid:
    """The tables and controls."""
    rows = (row for row in root.iter("{*}table-row"))
    return Grid(
        tuple(tuple(_cell(cell) for cell in row if _kind(cell) == "table-cell") for row in rows),
        _controls(root),
        tracked=next(root.iter("{*}deletion", "{*}insertion"), None) is not None,
    )


def _kind(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _attribute(node: etree._Element, name: str) -> str:
    """An attribute whatever its namespace: content controls move from LibreOffice's own into the standard's."""
    return next((str(text) for key, text in node.attrib.items() if str(key).rpartition("}")[2] == name), "")


def words_of(element: etree._Element, skip: etree._Element | None = None) -> str:
    """Visible text as `form_word.words_of` has it: paragraphs and line breaks as newlines, runs of spaces as one."""
    pieces: list[str] = []

    def visit(node: etree._Element) -> None:
        if node is not skip and (kind := _kind(node)) not in _UNSEEN:
            if kind in {"p", "h"} and any(pieces):
                pieces.append("\n")
            pieces.append(_sign(kind, node) or _SPACE.sub(" ", node.text or ""))
            for child in node:
                visit(child)
        if node is not element:
            pieces.append(_SPACE.sub(" ", node.tail or ""))

    visit(element)
    lines = "".join(pieces).split("\n")
    return "\n".join(line.strip(" ") for line in lines).strip("\n")


def _sign(kind: str, node: etree._Element) -> str:
    if kind == "s":
        count = _attribute(node, "c")
        return " " * (min(int(count), _MOST_SPACES) if re.fullmatch(r"[0-9]{1,6}", count) else 1)
    return {"line-break": "\n", "tab": "\t"}.get(kind, "")


def _cell(cell: etree._Element) -> Cell:
    controls = list(cell.iter("{*}content-control"))
    control = controls[0] if controls else None
    box = next((one for one in controls if _attribute(one, "checkbox") == "true"), None)
    return Cell(
        words_of(cell),
        tuple(map(words_of, cell.iter("{*}p", "{*}h"))),
        held="" if control is None else words_of(control),
        beside=words_of(cell, skip=control),
        box=_box(box),
        beside_box=words_of(cell, skip=box),
    )


def _box(control: etree._Element | None) -> Box | None:
    return None if control is None else Box(_attribute(control, "checked") == "true", words_of(control))


def _controls(root: etree._Element) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for control in root.iter("{*}content-control"):
        key = key_of(_attribute(control, "tag"), _attribute(control, "alias"))
        if key and key not in found:
            box = control if _attribute(control, "checkbox") == "true" else None
            words = words_of(control)
            found[key] = Cell(words, held=words, box=_box(box), beside_box="" if box is not None else words)
    return found
