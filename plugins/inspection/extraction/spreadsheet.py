"""Workbooks (xlsx, xlsm): rows cell by cell with shared strings, headers and footers, comments, drawings, names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from inspection.extraction.cell_places import column_number
from inspection.extraction.cell_values import EPOCH, EPOCH_1904, as_text, date_formats, format_codes, literals_of
from inspection.extraction.collect import Collector
from inspection.extraction.markup import attribute, attributes, plain, tokens
from inspection.extraction.office_links import EMBEDDED, Parts
from inspection.extraction.office_parts import embed_parts, read_drawing_text, read_properties, read_rest
from inspection.extraction.sheet_notes import COMMENTS, ByRow, beside_cells, comments_of
from inspection.extraction.sheet_rows import SheetRows, running_text
from inspection.extraction.sheet_stores import read_connections, read_literals, read_names, read_pivot_caches
from inspection.vocabulary import Zone

SHEET = re.compile(r"<(?:\w+:)?sheet\b([^<>]*)>")
WORKBOOK_LOOK = re.compile(r"<(?:\w+:)?workbookPr\b([^<>]*)>")
STRING = re.compile(r"<(/?)(?:\w+:)?(si|t|rPh|strike|r)(|[\s/][^<>]*)>([^<]*)")
CELL = re.compile(r"<(/?)(?:\w+:)?(row|c|v|t|rPh)(|[\s/][^<>]*)>([^<]*)")
# where every cell names its place: empty cells, most of a styled sheet, and closing tags say nothing
PLACED_CELL = re.compile(r"<(?:(/)(?=rPh>))?(row|[cvt]|rPh)(?=[\s>])([^<>/]*)>([^<]*)")
RUNNING = re.compile(r"<(?:\w+:)?(odd|even|first)(Header|Footer)\b[^<>]*>([^<]*)<")
RUNNING_LOOK = re.compile(r"<(?:\w+:)?headerFooter\b([^<>]*)>")
FONT = re.compile(r"<(?:\w+:)?font(?=[\s/>])")
STRIKE = re.compile(r"<(?:\w+:)?strike(?:\s*/|\s+val=\"(?:1|true)\"\s*/)>")
FORMAT = re.compile(r"<(?:\w+:)?xf\b([^<>]*)>")
REFERENCE = re.compile(r"\br=\"([A-Z]{1,3})(\d{1,7})\"")
ROW_NUMBER = re.compile(r"\br=\"(\d{1,7})\"")
KIND = re.compile(r"\bt=\"(\w+)\"")
STYLE = re.compile(r"\bs=\"(\d{1,6})\"")
OUTSIDE_CELL = re.compile(r"<(/?)(?:\w+:)?cell(?=[\s/>])")
SHEETS = ("worksheet", "dialogsheet")
DRAWN = ("drawing", "vmldrawing", "chart", "diagramdata")
HANDLED = frozenset({
    *SHEETS, *DRAWN, *COMMENTS, *EMBEDDED, "chartsheet", "sharedstrings", "pivotcachedefinition",
    "pivotcacherecords", "externallink", "connections", "pivottable",
})  # fmt: skip
TRUE = {"1", "true", "on"}


@dataclass(frozen=True, slots=True)
class Formats:
    """Which cell formats (by index) show dates, strike through, or set text round a number."""

    dates: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    literals: dict[int, tuple[str, int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Book:
    """What all sheets of a workbook share."""

    strings: list[str]
    struck: set[int]
    formats: Formats
    epoch: date


def read_workbook(parts: Parts, out: Collector) -> None:
    """Reads a workbook package into `out`; raises Unreadable."""
    workbook = parts.text(parts.main)
    strings, struck = _shared_strings(parts.text(parts.related(parts.main, "sharedstrings")))
    formats = _formats(parts.text(parts.related(parts.main, "styles")))
    book = Book(strings, struck, formats, _epoch(workbook))
    titles = sheet_titles(parts, workbook)
    read_already: set[str] = set()
    for name in parts.of_kind(*SHEETS):
        title, hidden = titles.get(name, (name.rpartition("/")[2].rpartition(".")[0], False))
        xml = parts.text(name)
        beside, taken = beside_cells(parts, name, out)
        read_already |= taken
        Sheet(title, hidden, book, out, beside).read(xml)
        read_literals(xml, title, out)
    for name in parts.of_kind("chartsheet"):
        running_titles(parts.text(name), out)
    _read_around(parts, read_already, out)
    for raw in SHEET.findall(workbook):
        out.add(Zone.PROPERTY, attribute(raw, "name"), "工作表名稱")
    read_names(workbook, out)
    read_pivot_caches(parts, out)
    read_connections(parts, out)
    for name in parts.of_kind("externallink"):
        xml = OUTSIDE_CELL.sub(r"<\1c", parts.text(name))
        Sheet("外部活頁簿", True, Book([], set(), Formats(), book.epoch), out).read(xml)
    embed_parts(parts, out)
    read_properties(parts, out)
    read_rest(parts, out, HANDLED)


def _epoch(workbook: str) -> date:
    found = WORKBOOK_LOOK.search(workbook)
    return EPOCH_1904 if found and attribute(found[1], "date1904").lower() in TRUE else EPOCH


def sheet_titles(parts: Parts, workbook: str) -> dict[str, tuple[str, bool]]:
    """Sheet title and whether it is hidden, by part."""
    targets = {relation.id: relation.target for relation in parts.relations(parts.main)}
    titles = {}
    for raw in SHEET.findall(workbook):
        found = attributes(raw)
        part = targets.get(found.get("id", ""), "")
        titles[part] = (found.get("name", ""), found.get("state", "visible") != "visible")
    return titles


def _read_around(parts: Parts, read_already: set[str], out: Collector) -> None:
    """What lies over and beside the cells and no sheet refers to as its own: comments, boxes, charts, diagrams."""
    for name in parts.of_kind(*COMMENTS):
        for _, text, place in comments_of(parts.text(name)) if name not in read_already else ():
            out.add(Zone.COMMENT, text, place)
    for name in (one for one in parts.of_kind(*DRAWN) if one not in read_already):
        kind, xml = parts.kind(name), parts.text(name)
        if kind != "vmldrawing":
            read_drawing_text(xml, Zone.TEXT_BOX, out, "圖表" if kind == "chart" else "文字方塊")
        elif "textpath" in xml:
            read_drawing_text(xml, Zone.TEXT_BOX, out)


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
    dates, codes = date_formats(xml), format_codes(xml)
    listed = re.split(r"</?(?:\w+:)?fonts\b", xml)
    fonts = [bool(STRIKE.search(font)) for font in FONT.split(listed[1])[1:]] if len(listed) > 1 else []
    cells = re.split(r"</?(?:\w+:)?cellXfs\b", xml)
    shown_as_date, struck, literals = set(), set(), {}
    for index, raw in enumerate(FORMAT.findall(cells[1]) if len(cells) > 1 else ()):
        given = attributes(raw)
        number = given.get("numFmtId", "0")
        if number in dates:
            shown_as_date.add(index)
        elif found := literals_of(codes.get(number, "")):
            literals[index] = found
        font = given.get("fontId", "0")
        if font.isdecimal() and len(font) < 6 and int(font) < len(fonts) and fonts[int(font)]:
            struck.add(index)
    return Formats(frozenset(shown_as_date), frozenset(struck), literals)


class Sheet:
    """Reads one worksheet row by row."""

    def __init__(self, title: str, hidden: bool, book: Book, out: Collector, beside: ByRow | None = None) -> None:
        self._rows = SheetRows(title, hidden, out, beside)
        self._book = book
        self._out = out

    def read(self, xml: str) -> None:
        """Reads the sheet's cells, then its headers and footers."""
        raw_cell, row, column, phonetic = "", -1, -1, False
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
        self._rows.end()
        if "eader" in xml or "ooter" in xml:
            running_titles(xml, self._out, self._rows.title)

    def _cell(self, row: int, column: int, raw: str, text: str) -> None:
        kind = KIND.search(raw)
        style = STYLE.search(raw)
        look = int(style[1]) if style else 0
        book = self._book
        struck = look in book.formats.struck
        if kind is None or kind[1] == "n":
            value = as_text(text, is_date=look in book.formats.dates, epoch=book.epoch)
            if look in book.formats.literals and value.isdecimal():
                before, digits, behind = book.formats.literals[look]
                value = f"{before}{value.zfill(min(digits, 40))}{behind}"
        elif kind[1] == "s":
            text = text.strip()
            if not (text.isdecimal() and len(text) < 9 and int(text) < len(book.strings)):
                return
            value = book.strings[int(text)]
            struck |= int(text) in book.struck
        else:
            value = plain(text)
        self._rows.put(row, column, value, struck=struck)


def running_titles(xml: str, out: Collector, title: str = "") -> None:
    """Headers and footers of a sheet's XML; those of first and even pages stand on paper where they are switched on."""
    found = RUNNING_LOOK.search(xml)
    look = attributes(found[1]) if found else {}
    switched = {"first": look.get("differentFirst", "0"), "even": look.get("differentOddEven", "0"), "odd": "1"}
    for page, kind, raw in RUNNING.findall(xml):
        zone = Zone.FOOTER if kind == "Footer" else Zone.FIRST_HEADER if page == "first" else Zone.HEADER
        running_text(plain(raw), zone if switched[page].lower() in TRUE else Zone.HIDDEN, out, title)
