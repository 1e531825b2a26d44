"""The formats a checklist may come back in: how each is told, proved harmless and laid out before the eye.

To take another: a row of `_FORMATS`, and a module that lays it out as a `Grid` (docs/recipes.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from inspection.documents import form_open, form_sheet, form_word
from inspection.documents.form_cells import Grid
from inspection.documents.open_packages import check_open
from inspection.documents.returned import FileFault, FormFormat, NotTaken
from inspection.documents.safe_opening import SHEET_MAIN, WORD_MAIN, check_parts, main_part, parse_xml, unpacked

Parts = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class OpenedForm:
    """A package that passed: its parts by name, how it is laid out, what it is, and what a person may want to know."""

    parts: Parts
    grid: Grid
    format: FormFormat
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Format:
    """`main` names the part that is seen, where the package is of this format; "" where it is another."""

    main: Callable[[Parts], str]
    check: Callable[[Parts], list[str]]
    lay_out: Callable[[etree._Element, Parts, str], Grid]


def open_form(data: bytes) -> OpenedForm:
    """Opens an untrusted form; raises NotTaken with the exact reason for anything out of the ordinary."""
    parts = unpacked(data)
    for kind, one in _FORMATS.items():
        main = one.main(parts)
        if not main:
            continue
        remarks = one.check(parts)
        grid = one.lay_out(parse_xml(parts[main], main), parts, main)
        return OpenedForm(parts, grid, kind, tuple(dict.fromkeys(remarks)))
    raise NotTaken(FileFault.NOT_WORD, "a package of another kind than a checklist is taken in")


def _open_text(parts: Parts) -> str:
    declared = parts.get("mimetype", b"").decode("ascii", "replace").strip()
    return "content.xml" if declared == FormFormat.OPEN_TEXT and "content.xml" in parts else ""


def _office(kind: str) -> Callable[[Parts], str]:
    def main(parts: Parts) -> str:
        name, found = main_part(parts, {WORD_MAIN, SHEET_MAIN})
        return name if found == kind else ""

    return main


_FORMATS = {
    FormFormat.OPEN_TEXT: _Format(_open_text, check_open, lambda root, *_: form_open.lay_out(root)),
    FormFormat.WORD: _Format(_office(WORD_MAIN), check_parts, lambda root, *_: form_word.lay_out(root)),
    FormFormat.WORKBOOK: _Format(_office(SHEET_MAIN), check_parts, form_sheet.lay_out),
}
