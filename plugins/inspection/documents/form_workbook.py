"""Writes a checklist as a workbook: one sheet, what is asked locked, what is answered open, with menus to choose from.

Equal input gives equal bytes. Read back by `form_sheet`, which knows a row by the code in its first column, as in Word.
"""
# ruff: noqa: E501 - an XML element is easier to check on one line

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, cast
from xml.sax.saxutils import escape, quoteattr

from inspection.documents.kind import Head
from inspection.documents.kinds.checklist import COLUMNS, Question, UnitChecklist, asks, beside
from inspection.documents.package import pack, write
from inspection.documents.render import Properties, core_part, custom_part
from inspection.documents.template_language import printable
from inspection.documents.workbook_parts import DECLARED, FONT, LONGEST_MENU, MAIN, PACKAGE, REL, width_of
from inspection.vocabulary import Control

SHEET_NAME = "檢查表"
_TYPE = "application/vnd.openxmlformats-officedocument"
_LONGEST_PROMPT = 255  # characters (ECMA-376 18.3.1.32)
_WIDTHS = {"A": 12.0, "B": 56.0, "C": 12.0, "D": 12.0, "E": 46.0}
_TICK = ("是", "否")
_INK, _SMALL, _BAR, _LINE, _OPEN = "FF1F2A37", "FF5B6675", "FF2A5A8A", "FFB8C4D2", "FFFFFBE8"
# fonts, fills and the looks of cells, in the order `_styles` writes them
_PLAIN, _ISSUER, _TITLE, _NOTE, _LABEL, _FIXED, _HEAD, _CODE, _STATEMENT, _CHOSEN, _WRITTEN, _MARK = range(12)


@dataclass(slots=True)
class _Page:
    """The rows as they are made, with what belongs to single cells."""

    rows: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    menus: dict[tuple[tuple[str, ...], str], list[str]] = field(default_factory=dict)
    prompts: dict[str, list[str]] = field(default_factory=dict)

    @property
    def next(self) -> int:
        return len(self.rows) + 1

    def add(self, cells: Mapping[str, str], height: float) -> int:
        """One row: by column what stands in each cell, as XML without its place; returns its number."""
        number = self.next
        body = "".join(cell.replace("<c ", f'<c r="{column}{number}" ', 1) for column, cell in cells.items())
        self.rows.append(f'<row r="{number}" ht="{height:g}">{body}</row>')
        return number

    def line(self, text: str, look: int, height: float) -> int:
        """One text over the whole width."""
        number = self.add({"A": _cell(text, look), **{column: _cell("", look) for column in "BCDE"}}, height)
        self.merged.append(f"A{number}:E{number}")
        return number


def workbook_form(context: Mapping[str, Any], properties: Properties) -> bytes:
    """The form (.xlsx) of a `UnitChecklist` with its `Head`; `properties.custom` is the identity it bears."""
    asked, head = cast("UnitChecklist", context), cast("Head", context)
    page, heading = _page(asked, head)
    parts = {
        "[Content_Types].xml": f'{DECLARED}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.spreadsheetml.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.spreadsheetml.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.spreadsheetml.styles+xml"/>'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f'<Override PartName="/docProps/custom.xml" ContentType="{_TYPE}.custom-properties+xml"/></Types>',
        "_rels/.rels": _relations({
            f"{REL}/officeDocument": "xl/workbook.xml",
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties": "docProps/core.xml",
            f"{REL}/custom-properties": "docProps/custom.xml",
        }),
        "xl/workbook.xml": f'{DECLARED}<workbook xmlns="{MAIN}" xmlns:r="{REL}"><workbookProtection lockStructure="1"/>'
        f'<sheets><sheet name="{SHEET_NAME}" sheetId="1" r:id="rId1"/></sheets><definedNames>'
        f'<definedName name="_xlnm.Print_Area" localSheetId="0">{SHEET_NAME}!$A$1:$E${page.next - 1}</definedName>'
        f'<definedName name="_xlnm.Print_Titles" localSheetId="0">{SHEET_NAME}!${heading}:${heading}</definedName>'
        "</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": _relations({
            f"{REL}/worksheet": "worksheets/sheet1.xml",
            f"{REL}/styles": "styles.xml",
        }),
        "xl/worksheets/sheet1.xml": _sheet(page, head),
        "xl/styles.xml": _styles(),
    }  # fmt: skip
    packed = [pack(name, text.encode()) for name, text in parts.items()]
    packed.append(pack("docProps/core.xml", core_part(properties)))
    packed.append(pack("docProps/custom.xml", custom_part(properties.custom)))
    return write(packed)


def _relations(targets: Mapping[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), 1)
    )
    return f'{DECLARED}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


# ---- what stands in the rows ------------------------------------------------------------------------------------------


def _page(asked: UnitChecklist, head: Head) -> tuple[_Page, int]:
    """All rows, and the number of the row of headings."""
    page = _Page()
    frame = head["frame"]
    if frame["mark"]:
        page.line("　".join(filter(None, (frame["mark"], frame["declassification"]))), _MARK, 24)
    page.line(f"{head['agency']}{head['office']}", _ISSUER, 20)
    page.line(asked["title"], _TITLE, 30)
    page.line(f"表單編號：{asked['form_number']}　　版次：{asked['version']}　　回復期限：{asked['due']}", _NOTE, 18)
    _facts(page, {"A": "受檢單位", "B": asked["unit"], "C": "檢查期間", "D": asked["period"]}, open_cells=False)
    _facts(page, {"A": "填表人", "B": "", "C": "填表日期", "D": ""}, open_cells=True)
    for number, line in enumerate(asked["instructions"], 1):
        text = f"{number}、{line}"
        page.line(text, _NOTE, 16.0 * _lines(text, sum(_WIDTHS.values()) * 1.15) + 2)
    heading = page.add({c: _cell(words, _HEAD) for c, words in zip(_WIDTHS, COLUMNS, strict=True)}, 26)
    for one in asked["questions"]:
        _question(page, one)
    number = page.add(
        {"A": _cell("受檢單位意見", _LABEL), "B": _cell("", _WRITTEN), **{c: _cell("", _WRITTEN) for c in "CDE"}}, 48
    )
    page.merged.append(f"B{number}:E{number}")
    return page, heading


def _facts(page: _Page, words: Mapping[str, str], *, open_cells: bool) -> None:
    look = _WRITTEN if open_cells else _FIXED
    cells = {c: _cell(text, _LABEL if c in "AC" else look) for c, text in words.items()}
    number = page.add({**cells, "E": _cell("", look)}, 18.0 * max(1, _lines(words["D"], 56)) + 6)
    page.merged.append(f"D{number}:E{number}")


def _question(page: _Page, one: Question) -> None:
    small = beside(one)
    height = 17.0 * _lines(one["statement"], _WIDTHS["B"]) + 14.0 * sum(_lines(x, _WIDTHS["B"] * 1.3) for x in small)
    number = page.add(
        {
            "A": _cell(one["code"], _CODE),
            "B": _cell(one["statement"], _STATEMENT, small="\n" + "\n".join(small) if small else ""),
            "C": _cell("", _CHOSEN),
            "D": _cell("", _CHOSEN),
            "E": _cell("", _WRITTEN),
        },
        height + 6,
    )
    words = tuple(cast("Mapping[str, str]", one["words"]).values())
    if one["control"] != Control.CHOICE:
        page.prompts.setdefault(asks(one), []).append(f"C{number}")
    elif len(",".join(words)) <= LONGEST_MENU and not any("," in word for word in words):
        page.menus.setdefault((words, "結果"), []).append(f"C{number}")
    page.menus.setdefault((_TICK, "已自行改善"), []).append(f"D{number}")


def _lines(text: str, width: float) -> int:
    """Lines a text takes in a column so wide."""
    return sum(ceil(max(1, width_of(line)) / (width - 3)) for line in text.split("\n"))


# ---- as XML -----------------------------------------------------------------------------------------------------------


def _text(words: str) -> str:
    """As a workbook holds it: what looks like one of its own escapes is escaped (ECMA-376 22.9.2.19)."""
    return escape(re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", printable(words)))


def _cell(words: str, look: int, *, small: str = "") -> str:
    if not words:
        return f'<c s="{look}"/>'
    if not small:
        return f'<c s="{look}" t="inlineStr"><is><t xml:space="preserve">{_text(words)}</t></is></c>'
    return (
        f'<c s="{look}" t="inlineStr"><is><r><rPr><sz val="12"/><color rgb="{_INK}"/><rFont val="{FONT}"/></rPr>'
        f'<t xml:space="preserve">{_text(words)}</t></r><r><rPr><sz val="9"/><color rgb="{_SMALL}"/><rFont val="{FONT}"/></rPr>'
        f'<t xml:space="preserve">{_text(small)}</t></r></is></c>'
    )


def _sheet(page: _Page, head: Head) -> str:
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width:g}" customWidth="1"/>'
        for at, width in enumerate(_WIDTHS.values(), 1)
    )
    merged = "".join(f'<mergeCell ref="{one}"/>' for one in page.merged)
    frame = head["frame"]
    identifier = f"識別碼 {frame['identifier']}" if frame["identifier"] else ""
    foot = escape(f"&L{_code(identifier)}&C第&P頁，共&N頁&R{_code(frame['hotline'])}")
    above = escape("&C" + _code("　".join(filter(None, (frame["mark"], frame["watermark"])))))
    return (
        f'{DECLARED}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="18"/>'
        f"<cols>{columns}</cols><sheetData>{''.join(page.rows)}</sheetData>"
        '<sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0" formatRows="0"/>'
        f'<mergeCells count="{len(page.merged)}">{merged}</mergeCells>{_validations(page)}'
        '<printOptions horizontalCentered="1"/>'
        '<pageMargins left="0.5" right="0.5" top="0.7" bottom="0.7" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        f"<headerFooter><oddHeader>{above}</oddHeader><oddFooter>{foot}</oddFooter></headerFooter>"
        f'<ignoredErrors><ignoredError sqref="B1:E{page.next}" numberStoredAsText="1"/></ignoredErrors></worksheet>'
    )


def _code(words: str) -> str:
    """Words in a header or footer, where & begins a code; a blank keeps a number from being read as a size."""
    return (" " if words[:1].isdecimal() else "") + printable(words).replace("&", "&&")


def _validations(page: _Page) -> str:
    rules = []
    for (words, title), cells in page.menus.items():
        told = f"請由選單選擇「{'」、「'.join(words)}」，或清空本格。"
        listed = escape('"' + ",".join(words) + '"')
        rules.append(
            f'<dataValidation type="list" allowBlank="1" showInputMessage="1" showErrorMessage="1" errorTitle={quoteattr(title)} '
            f'error={quoteattr(told[:_LONGEST_PROMPT])} sqref="{" ".join(cells)}"><formula1>{listed}</formula1></dataValidation>'
        )
    for wanted, cells in page.prompts.items():
        rules.append(
            f'<dataValidation allowBlank="1" showInputMessage="1" promptTitle="結果" prompt={quoteattr(_told(wanted))} '
            f'sqref="{" ".join(cells)}"/>'
        )
    return f'<dataValidations count="{len(rules)}">{"".join(rules)}</dataValidations>'


def _told(wanted: str) -> str:
    return f"請填{wanted}。"[:_LONGEST_PROMPT]


def _styles() -> str:
    fonts = (
        _font(12, _INK),
        _font(12, _INK, is_bold=True),
        _font(18, _INK, is_bold=True),
        _font(10, _SMALL),
        _font(12, "FFFFFFFF", is_bold=True),
        _font(14, "FFB3261E", is_bold=True),
    )
    fills = ("none", "gray125")
    solid = (_BAR, _OPEN, "FFEDF2F8")
    filled = "".join(f'<fill><patternFill patternType="{one}"/></fill>' for one in fills) + "".join(
        f'<fill><patternFill patternType="solid"><fgColor rgb="{one}"/><bgColor indexed="64"/></patternFill></fill>'
        for one in solid
    )
    sides = "".join(
        f'<{side} style="thin"><color rgb="{_LINE}"/></{side}>' for side in ("left", "right", "top", "bottom")
    )
    looks = (
        _look(0, align="vertical='center'"),  # _PLAIN
        _look(0, fill=4, align="horizontal='left' vertical='center' indent='1'"),  # _ISSUER
        _look(2, fill=4, align="horizontal='left' vertical='center' indent='1'"),  # _TITLE
        _look(3, align="horizontal='left' vertical='center' wrapText='1' indent='1'"),  # _NOTE
        _look(1, fill=4, border=1, align="horizontal='center' vertical='center' wrapText='1'"),  # _LABEL
        _look(0, border=1, align="horizontal='left' vertical='center' wrapText='1' indent='1'"),  # _FIXED
        _look(4, fill=2, border=1, align="horizontal='center' vertical='center' wrapText='1'"),  # _HEAD
        _look(1, border=1, align="horizontal='center' vertical='center'"),  # _CODE
        _look(0, border=1, align="horizontal='left' vertical='center' wrapText='1' indent='1'"),  # _STATEMENT
        _look(0, fill=3, border=1, align="horizontal='center' vertical='center' wrapText='1'", is_open=True),  # _CHOSEN
        _look(
            0, fill=3, border=1, align="horizontal='left' vertical='center' wrapText='1' indent='1'", is_open=True
        ),  # _WRITTEN
        _look(5, align="horizontal='center' vertical='center'"),  # _MARK
    )
    return (
        f'{DECLARED}<styleSheet xmlns="{MAIN}"><fonts count="{len(fonts)}">{"".join(fonts)}</fonts>'
        f'<fills count="{len(fills) + len(solid)}">{filled}</fills><borders count="2">'
        f"<border><left/><right/><top/><bottom/><diagonal/></border><border>{sides}<diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(looks)}">{"".join(looks)}</cellXfs></styleSheet>'
    )


def _font(size: int, colour: str, *, is_bold: bool = False) -> str:
    return f'<font>{"<b/>" * is_bold}<sz val="{size}"/><color rgb="{colour}"/><name val="{FONT}"/></font>'


def _look(font: int, *, fill: int = 0, border: int = 0, align: str = "", is_open: bool = False) -> str:
    """What is typed into an open cell is text (49), so that 1150701 and 3/4 stay what they are."""
    locked = '<protection locked="0"/>' * is_open
    return (
        f'<xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyNumberFormat="1" applyFont="1" '
        f'applyFill="1" applyBorder="1" applyAlignment="1" applyProtection="1"><alignment {align}/>{locked}</xf>'
    )
