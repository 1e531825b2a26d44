"""Writes a list as a workbook to be filled in: headings that stay in sight, menus, and a page that explains.

Equal input gives equal bytes. Texts are written as text, so that 1150701 and 007 stay what they are.
"""
# ruff: noqa: E501 - an XML element is easier to check on one line

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from xml.sax.saxutils import escape, quoteattr

from inspection.documents.package import pack, write
from inspection.documents.workbook_parts import DECLARED, FONT, LONGEST_MENU, MAIN, PACKAGE, REL, width_of
from inspection.extraction.cell_places import cell_reference, column_letters

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
LINES_WITH_MENU = 2000
HEAD, BODY = 1, 2
STYLES = (
    f'{DECLARED}<styleSheet xmlns="{MAIN}"><fonts count="2">'
    f'<font><sz val="12"/><name val="{FONT}"/></font>'
    f'<font><b/><sz val="12"/><color rgb="FFFFFFFF"/><name val="{FONT}"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FF1F3864"/><bgColor indexed="64"/></patternFill></fill></fills>'
    '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border>'
    + "".join(f'<{side} style="thin"><color rgb="FFBFC7D5"/></{side}>' for side in ("left", "right", "top", "bottom"))
    + "<diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3">'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
    '<alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1">'
    '<alignment vertical="center" wrapText="1"/></xf></cellXfs></styleSheet>'
)


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, its width in characters, and the words its menu offers (others may be typed)."""

    name: str
    width: float
    menu: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One list: its rows, and how many empty ruled ones follow for filling in."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[str]] = ()
    blank: int = 0


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The workbook (.xlsx); the first row of each sheet names the columns and stays in sight."""
    numbered = list(enumerate(sheets, start=1))
    book = "".join(f'<sheet name={quoteattr(one.name)} sheetId="{at}" r:id="rId{at}"/>' for at, one in numbered)
    names = "".join(_printed(at - 1, one) for at, one in numbered)
    relations = (
        "".join(
            f'<Relationship Id="rId{at}" Type="{REL}/worksheet" Target="worksheets/sheet{at}.xml"/>'
            for at, _ in numbered
        )
        + f'<Relationship Id="rId{len(numbered) + 1}" Type="{REL}/styles" Target="styles.xml"/>'
    )
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{TYPE}.worksheet+xml"/>' for at, _ in numbered
    )
    parts = {
        "[Content_Types].xml": f'{DECLARED}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{DECLARED}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{DECLARED}<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>{book}</sheets>'
        f"<definedNames>{names}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": f'{DECLARED}<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>',
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{at}.xml": _sheet(one) for at, one in numbered},
    }
    return write(pack(name, text.encode()) for name, text in parts.items())


def _printed(index: int, sheet: Sheet) -> str:
    """What of a sheet is printed, empty lines too, and that the headings stand on every page."""
    name = escape("'" + sheet.name.replace("'", "''") + "'")
    column, row = column_letters(len(sheet.columns) - 1), len(sheet.rows) + sheet.blank + 1
    return (
        f'<definedName name="_xlnm.Print_Area" localSheetId="{index}">{name}!$A$1:${column}${row}</definedName>'
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{index}">{name}!$1:$1</definedName>'
    )


def _sheet(sheet: Sheet) -> str:
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{column.width}" style="{BODY}" customWidth="1"/>'
        for at, column in enumerate(sheet.columns, start=1)
    )
    rows = [_row(0, [column.name for column in sheet.columns], HEAD, 34.0)]
    filled = [*sheet.rows, *([[""] * len(sheet.columns)] * sheet.blank)]
    rows += [_row(at, cells, BODY, _height(cells, sheet.columns)) for at, cells in enumerate(filled, start=1)]
    return (
        f'{DECLARED}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{columns}</cols><sheetData>{''.join(rows)}</sheetData>{_menus(sheet)}"
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        f"<headerFooter><oddHeader>&amp;C{escape(sheet.name)}</oddHeader><oddFooter>&amp;C&amp;P／&amp;N</oddFooter>"
        "</headerFooter></worksheet>"
    )


def _height(cells: Sequence[str], columns: Sequence[Column]) -> float:
    """Points a row needs so that its longest cell can be read."""
    widths = [width_of(cell) for cell in cells]
    lines = max(ceil(width / (column.width - 2)) for width, column in zip(widths, columns, strict=True))
    return max(24.0, lines * 18.0 + 4)


def _row(number: int, cells: Sequence[str], style: int, height: float) -> str:
    inner = "".join(_cell(cell_reference(at, number), cell, style) for at, cell in enumerate(cells))
    return f'<row r="{number + 1}" ht="{height}" customHeight="1">{inner}</row>'


def _cell(place: str, text: str, style: int) -> str:
    if not text:
        return f'<c r="{place}" s="{style}"/>'
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _menus(sheet: Sheet) -> str:
    rules = []
    for at, column in enumerate(sheet.columns):
        words = ",".join(column.menu)
        if not words or len(words) > LONGEST_MENU:
            continue
        letters = column_letters(at)
        rules.append(
            f'<dataValidation type="list" allowBlank="1" showErrorMessage="0" sqref="{letters}2:{letters}{LINES_WITH_MENU}">'
            f"<formula1>{escape(chr(34) + words + chr(34))}</formula1></dataValidation>"
        )
    return f'<dataValidations count="{len(rules)}">{"".join(rules)}</dataValidations>' if rules else ""
