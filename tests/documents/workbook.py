"""Checklists as workbooks taken apart for tests, in the first sheet of a form of ours."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from documents.word import parts_of, repacked

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHEET = "xl/worksheets/sheet1.xml"
Change = Callable[[etree._Element], None]


def changed(data: bytes, *changes: Change) -> bytes:
    """The form with its sheet changed."""
    root = etree.fromstring(parts_of(data)[SHEET])
    for change in changes:
        change(root)
    return repacked(data, {SHEET: etree.tostring(root, xml_declaration=True, encoding="UTF-8")})


def row_of(root: etree._Element, first: str) -> etree._Element:
    """The row whose first cell says so: a code, or a label."""
    return next(row for row in root.iter(f"{S}row") if "".join(row[0].itertext()) == first)


def place(data: bytes, first: str, column: str) -> str:
    """Where a cell of that row stands: C12."""
    return f"{column}{row_of(etree.fromstring(parts_of(data)[SHEET]), first).get('r')}"


def cell_of(root: etree._Element, first: str, column: str) -> etree._Element:
    """The cell in a column of that row."""
    return next(one for one in row_of(root, first) if str(one.get("r")).startswith(column))


def put(cell: etree._Element, words: str) -> None:
    """A text as Excel keeps one that was typed."""
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    etree.SubElement(etree.SubElement(cell, f"{S}is"), f"{S}t").text = words


def typed(first: str, column: str, words: str) -> Change:
    """A change that types words into a cell."""
    return lambda root: put(cell_of(root, first, column), words)


def stored(first: str, column: str, value: str, *, kind: str = "n", look: str = "", formula: str = "") -> Change:
    """A change that keeps a value as a program does: of a kind, with a look, computed or not."""

    def change(root: etree._Element) -> None:
        cell = cell_of(root, first, column)
        for child in list(cell):
            cell.remove(child)
        cell.set("t", kind)
        if look:
            cell.set("s", look)
        if formula:
            etree.SubElement(cell, f"{S}f").text = formula
        etree.SubElement(cell, f"{S}v").text = value

    return change
