"""Workbooks (xlsx, xlsm): rows cell by cell with shared strings, headers and footers, comments, drawings, names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from inspection.extraction.archive import Package
from inspection.extraction.cell_values import as_text, date_formats
from inspection.extraction.collect import Collector
from inspection.extraction.markup import attribute, attributes, decode_xml, plain, tokens
from inspection.extraction.office_parts import embed_parts, read_drawing_text, read_properties
from inspection.extraction.sheet_rows import SheetRows, running_text
from inspection.extraction.unreadable import corrupt, unsupported
from inspection.vocabulary import Zone

WANTED = re.compile(
    r"xl/(?:workbook|sharedStrings|styles)\.xml$|xl/_rels/workbook\.xml\.rels$|xl/worksheets/[^/]*\.xml$"
    r"|xl/comments[^/]*\.xml$|xl/(?:comments|threadedComments)/|xl/drawings/[^/]*\.(?:xml|vml)$|xl/charts/chart"
    r"|xl/diagrams/data|xl/embeddings/|docProps/",
    re.IGNORECASE,
)
SHEET = re.compile(r"<(?:\w+:)?sheet\b([^<>]*)>")
DEFINED = re.compile(r"<(?:\w+:)?definedName\b([^<>]*)>")
RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^<>]*)>")
STRING = re.compile(r"<(/?)(?:\w+:)?(si|t|rPh|strike|r)(|[\s/][^<>]*)>([^<]*)")
CELL = re.compile(r"<(/?)(?:\w+:)?(row|c|v|t|rPh)(|[\s/][^<>]*)>([^<]*)")
# where every cell names its place: empty cells, most of a styled sheet, and closing tags say nothing
PLACED_CELL = re.compile(r"<(?:(/)(?=rPh>))?(row|[cvt]|rPh)(?=[\s>])([^<>/]*)>([^<]*)")
RUNNING = re.compile(r"<(?:\w+:)?(odd|even|first)(Header|Footer)\b[^<>]*>([^<]*)<")
COMMENT = re.compile(r"<(/?)(?:\w+:)?(comment|threadedComment|t|text)(|[\s/][^<>]*)>([^<]*)")
FONT = re.compile(r"<(?:\w+:)?font(?=[\s/>])")
STRIKE = re.compile(r"<(?:\w+:)?strike(?:\s*/|\s+val=\"(?:1|true)\"\s*/)>")
FORMAT = re.compile(r"<(?:\w+:)?xf\b([^<>]*)>")
REFERENCE = re.compile(r"\br=\"([A-Z]{1,3})(\d{1,7})\"")
ROW_NUMBER = re.compile(r"\br=\"(\d{1,7})\"")
KIND = re.compile(r"\bt=\"(\w+)\"")
STYLE = re.compile(r"\bs=\"(\d{1,6})\"")


@dataclass(frozen=True, slots=True)
class Formats:
    """Which cell formats (by index) show dates, and which strike through."""

    dates: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()


def read_workbook(package: Package, out: Collector) -> None:
    """Reads a workbook package into `out`; raises Unreadable, corrupt where there is no workbook part."""
    names = {name.lower(): name for name in package.names}
    if "xl/workbook.xml" not in names:
        if "xl/workbook.bin" in names:
            raise unsupported("a binary workbook: read by its own reader")
        raise corrupt("a workbook package without a workbook")
    workbook = decode_xml(package.read(names["xl/workbook.xml"]))
    strings, struck = _shared_strings(_part(package, names, "xl/sharedstrings.xml"))
    formats = _formats(_part(package, names, "xl/styles.xml"))
    titles = _titles(workbook, _part(package, names, "xl/_rels/workbook.xml.rels"))
    for lower, name in names.items():
        if lower.startswith("xl/worksheets/") and lower.endswith(".xml"):
            title, hidden = titles.get(lower, (lower.rpartition("/")[2][:-4], False))
            _Sheet(title, hidden, strings, struck, formats, out).read(decode_xml(package.read(name)))
        elif lower.startswith("xl/chartsheets/") and lower.endswith(".xml"):
            running_titles(decode_xml(package.read(name)), out)
    _read_around(package, names, out)
    _read_names(workbook, out)
    embed_parts(package, "xl/embeddings/", out)
    read_properties(package, out)


def _part(package: Package, names: dict[str, str], lower: str) -> str:
    return decode_xml(package.read(names[lower])) if lower in names else ""


def _titles(workbook: str, relations: str) -> dict[str, tuple[str, bool]]:
    """Sheet title and whether it is hidden, by lower-case part name."""
    targets = {}
    for raw in RELATION.findall(relations):
        found = attributes(raw)
        target = found.get("Target", "").lstrip("/")
        targets[found.get("Id", "")] = (target if target.lower().startswith("xl/") else f"xl/{target}").lower()
    titles = {}
    for raw in SHEET.findall(workbook):
        found = attributes(raw)
        part = targets.get(found.get("id", ""), "")
        titles[part] = (found.get("name", ""), found.get("state", "visible") != "visible")
    return titles


def _read_names(workbook: str, out: Collector) -> None:
    for raw in SHEET.findall(workbook):
        out.add(Zone.PROPERTY, attribute(raw, "name"), "工作表名稱")
    for raw in DEFINED.findall(workbook):
        name = attribute(raw, "name")
        if not name.startswith("_xlnm"):
            out.add(Zone.PROPERTY, name, "定義名稱")


def _read_around(package: Package, names: dict[str, str], out: Collector) -> None:
    """What lies over and beside the cells: comments, text boxes, charts, diagrams."""
    for lower, name in names.items():
        if lower.startswith(("xl/comments", "xl/threadedcomments/")) and lower.endswith(".xml"):
            _comments(decode_xml(package.read(name)), out)
        elif lower.startswith(("xl/drawings/", "xl/charts/chart", "xl/diagrams/data")) and (
            lower.endswith((".xml", ".vml"))
        ):
            xml = decode_xml(package.read(name))
            if lower.endswith(".vml"):
                if "textpath" in xml:
                    read_drawing_text(xml, Zone.TEXT_BOX, out)
            else:
                read_drawing_text(xml, Zone.TEXT_BOX, out, "圖表" if "chart" in lower else "文字方塊")


def _shared_strings(xml: str) -> tuple[list[str], set[int]]:
    """All shared strings with their runs joined, and the indexes of those struck through. Phonetic runs left out."""
    strings: list[str] = []
    struck: set[int] = set()
    runs: list[str] = []
    phonetic = False
    for closing, name, raw, text in tokens(STRING, xml):
        if name == "t":
            if text and not phonetic:
                runs.append(plain(text))
        elif name == "si":
            if closing or raw.endswith("/"):
                strings.append("".join(runs))
                runs = []
        elif name == "rPh":
            phonetic = not closing and not raw.endswith("/")
        elif name == "strike" and attribute(raw, "val") not in {"0", "false"}:
            struck.add(len(strings))
    return strings, struck


def _formats(xml: str) -> Formats:
    if not xml:
        return Formats()
    dates = date_formats(xml)
    listed = xml.partition("<fonts")[2].partition("</fonts>")[0]
    fonts = [bool(STRIKE.search(font)) for font in FONT.split(listed)[1:]]
    rest = xml.partition("cellXfs")[2]
    shown_as_date, struck = set(), set()
    for index, raw in enumerate(FORMAT.findall(rest.partition("cellXfs>")[0])):
        given = attributes(raw)
        if given.get("numFmtId", "0") in dates:
            shown_as_date.add(index)
        font = given.get("fontId", "0")
        if font.isdecimal() and len(font) < 6 and int(font) < len(fonts) and fonts[int(font)]:
            struck.add(index)
    return Formats(frozenset(shown_as_date), frozenset(struck))


@cache
def column_number(letters: str) -> int:
    """Column of a cell reference of up to three letters, A is 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


class _Sheet:
    """Reads one worksheet row by row."""

    def __init__(
        self, title: str, hidden: bool, strings: list[str], struck: set[int], formats: Formats, out: Collector
    ) -> None:
        self._rows = SheetRows(title, hidden, out)
        self._strings = strings
        self._struck = struck
        self._formats = formats
        self._out = out

    def read(self, xml: str) -> None:
        """Reads the sheet's cells, then its headers and footers."""
        raw_cell, row, column, phonetic = "", 0, -1, False
        placed = xml.count('<c r="')
        pattern = PLACED_CELL if placed and placed == xml.count("<c ") and "<c>" not in xml else CELL
        for closing, name, raw, text in tokens(pattern, xml):
            if name == "c":
                if not closing:
                    raw_cell = raw
                    place = REFERENCE.search(raw)
                    column = column_number(place[1]) if place else column + 1
            elif name == "v" or name == "t":
                if text and not phonetic and not closing:
                    self._cell(row, column, raw_cell, text)
            elif name == "row":
                if not closing:
                    column = -1
                    number = ROW_NUMBER.search(raw)
                    row = int(number[1]) - 1 if number else row + 1
                    self._rows.begin(row, hidden=' hidden="1"' in raw or ' hidden="true"' in raw)
            elif name == "rPh":
                phonetic = not closing and not raw.endswith("/")
        self._rows.close()
        if "eader" in xml or "ooter" in xml:
            running_titles(xml, self._out, self._rows.title)

    def _cell(self, row: int, column: int, raw: str, text: str) -> None:
        kind = KIND.search(raw)
        style = STYLE.search(raw)
        look = int(style[1]) if style else 0
        struck = look in self._formats.struck
        if kind is None or kind[1] == "n":
            value = as_text(text, is_date=look in self._formats.dates)
        elif kind[1] == "s":
            if not (text.isdecimal() and len(text) < 9 and int(text) < len(self._strings)):
                return
            value = self._strings[int(text)]
            struck |= int(text) in self._struck
        else:
            value = plain(text)
        self._rows.put(row, column, value, struck=struck)


def running_titles(xml: str, out: Collector, title: str = "") -> None:
    """Headers and footers of a sheet's XML."""
    for page, kind, raw in RUNNING.findall(xml):
        zone = Zone.FOOTER if kind == "Footer" else Zone.FIRST_HEADER if page == "first" else Zone.HEADER
        running_text(plain(raw), zone, out, title)


def _comments(xml: str, out: Collector) -> None:
    runs: list[str] = []
    place = ""
    for closing, name, raw, text in COMMENT.findall(xml):
        if name in {"comment", "threadedComment"}:
            if runs:
                out.add(Zone.COMMENT, "".join(runs), place)
            runs = []
            place = place if closing else f"註解 {attribute(raw, 'ref')}"
        elif text and not closing:
            runs.append(plain(text))
    if runs:
        out.add(Zone.COMMENT, "".join(runs), place)
