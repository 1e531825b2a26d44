"""Lays out a checklist in Word's format: cells, content controls and boxes of `word/document.xml`."""

from __future__ import annotations

from lxml import etree

from inspection.documents.form_cells import Box, Cell, Grid, key_of
from inspection.documents.template_source import W

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = frozenset({f"{W}del", f"{W}moveFrom", _FALLBACK})
_TRACKED = (f"{W}del", f"{W}ins", f"{W}moveFrom", f"{W}moveTo")


def lay_out(root: etree._Element) -> Grid:
    """The tables and controls, as robust against Word's and LibreOffice's ways as measured (both versions)."""
    return Grid(
        tuple(tuple(_cell(cell) for cell in _cells(row)) for row in root.iter(f"{W}tr")),
        _controls(root),
        tracked=next(root.iter(*_TRACKED), None) is not None,
    )


def words_of(element: etree._Element, skip: etree._Element | None = None) -> str:
    """Visible text: revisions taken out, line breaks and paragraphs as newlines; without what stands in `skip`."""
    pieces: list[str] = []

    def visit(node: etree._Element) -> None:
        if node is skip or node.tag in _GONE:
            return
        if node.tag == f"{W}t":
            pieces.append(node.text or "")
        elif node.tag in {f"{W}br", f"{W}cr"}:
            pieces.append("\n")
        elif node.tag == f"{W}tab":
            pieces.append("\t")
        elif node.tag == f"{W}p" and any(pieces):
            pieces.append("\n")
        for child in node:
            if child.tag not in {f"{W}sdtPr", f"{W}tabs"}:
                visit(child)

    visit(element)
    return "".join(pieces).strip("\n")


def _cells(row: etree._Element) -> list[etree._Element]:
    return [
        cell
        for cell in row.iter(f"{W}tc")
        if next(cell.iterancestors(f"{W}tr"), None) is row and not any(a.tag in _GONE for a in cell.iterancestors())
    ]


def _cell(cell: etree._Element) -> Cell:
    control = next(cell.iter(f"{W}sdt"), None)
    box = next((one for one in cell.iter(f"{W}sdt") if one.find(f".//{_W14}checkbox") is not None), None)
    return Cell(
        words_of(cell),
        tuple(map(words_of, cell.iter(f"{W}p"))),
        held=_held(control),
        beside=words_of(cell, skip=control),
        box=_box(box),
        beside_box=words_of(cell, skip=box),
    )


def _held(control: etree._Element | None) -> str:
    content = None if control is None else control.find(f"{W}sdtContent")
    return "" if content is None else words_of(content)


def _box(control: etree._Element | None) -> Box | None:
    if control is None:
        return None
    checked = control.find(f".//{_W14}checkbox/{_W14}checked")
    return Box(checked is not None and checked.get(f"{_W14}val") in {"1", "true", "on"}, words_of(control))


def _key(properties: etree._Element) -> str:
    tag, alias = properties.find(f"{W}tag"), properties.find(f"{W}alias")
    return key_of(*("" if one is None else str(one.get(f"{W}val", "")) for one in (tag, alias)))


def _controls(root: etree._Element) -> dict[str, Cell]:
    """Controls by tag or alias, wherever they stand; the first of a key."""
    found: dict[str, Cell] = {}
    for control in root.iter(f"{W}sdt"):
        properties = control.find(f"{W}sdtPr")
        key = "" if properties is None else _key(properties)
        if key and key not in found:
            box = control if control.find(f".//{_W14}checkbox") is not None else None
            words = words_of(control)
            found[key] = Cell(words, held=_held(control), box=_box(box), beside_box="" if box is not None else words)
    return found
