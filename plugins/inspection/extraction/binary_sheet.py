"""Binary workbooks (xlsb): rows by walking the records of each sheet part; no grid is ever built."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from inspection.extraction.cell_values import BUILT_IN_DATES, EPOCH, EPOCH_1904, as_text, is_date_code
from inspection.extraction.collect import Collector
from inspection.extraction.legacy_sheet import small_number
from inspection.extraction.office_links import EMBEDDED, Parts
from inspection.extraction.office_parts import embed_parts, read_drawing_text, read_properties, read_rest
from inspection.extraction.sheet_rows import SheetRows, running_text
from inspection.extraction.unreadable import corrupt
from inspection.extraction.xml_values import read_values
from inspection.vocabulary import Zone

ROW, RK, REAL, TEXT, SHARED, FORMULA_TEXT, FORMULA_NUMBER, RICH = 0, 2, 5, 6, 7, 8, 9, 62
STRING_ITEM, SHEET_ENTRY, RUNNING, COMMENT_TEXT = 19, 156, 479, 637
BOOK_PROPERTIES, NUMBER_FORMAT, CELL_FORMAT, CELL_FORMATS_BEGIN, CELL_FORMATS_END = 153, 44, 47, 617, 618
SHEETS = ("worksheet",)
BINARY_STORES = ("pivotcachedefinition", "pivotcacherecords", "connections", "externallink")
HANDLED = frozenset({*SHEETS, *BINARY_STORES, *EMBEDDED, "drawing", "chart", "diagramdata", "threadedcomments"})
HIGH_HALF_OF_A_LENGTH = b"\0\0"
SHORTEST_TEXT = 3
HEADER_ORDER = (Zone.HEADER, Zone.FOOTER, Zone.HEADER, Zone.FOOTER, Zone.FIRST_HEADER, Zone.FOOTER)


def read_binary_workbook(parts: Parts, out: Collector) -> None:
    """Reads an xlsb package into `out`; raises Unreadable."""
    shared = parts.package.read(parts.related(parts.main, "sharedstrings"))
    strings = [_rich_text(body, 0) for kind, body in _records(shared) if kind == STRING_ITEM]
    book = parts.package.read(parts.main)
    styles = parts.package.read(parts.related(parts.main, "styles"))
    looks = _Looks(_date_styles(styles), _epoch(book))
    titles = _titles(parts, book, out)
    for name in parts.of_kind(*SHEETS):
        title, hidden = titles.get(name, (name.rpartition("/")[2].rpartition(".")[0], False))
        _read_sheet(parts.package.read(name), SheetRows(title, hidden, out), strings, looks, out)
    for name in parts.of_kind("comments"):
        for kind, body in _records(parts.package.read(name)):
            if kind == COMMENT_TEXT:
                out.add(Zone.COMMENT, _rich_text(body, 0), "註解")
    for name in parts.of_kind("threadedcomments"):
        read_values(parts.text(name), out, Zone.COMMENT, "註解")
    for name in parts.of_kind("drawing", "chart", "diagramdata"):
        read_drawing_text(parts.text(name), Zone.TEXT_BOX, out, "文字方塊")
    for name in parts.of_kind(*BINARY_STORES):
        _read_store(parts.package.read(name), out)
    embed_parts(parts, out)
    read_properties(parts, out)
    read_rest(parts, out, HANDLED)


@dataclass(frozen=True, slots=True)
class _Looks:
    """Which cell formats (by index) show dates, and what their days count from."""

    dates: frozenset[int]
    epoch: date

    def shown(self, look: int, value: float) -> str:
        """A number as its cell shows it."""
        return as_text(repr(value), is_date=look in self.dates, epoch=self.epoch)


def _epoch(book: bytes) -> date:
    properties = next((body for kind, body in _records(book) if kind == BOOK_PROPERTIES), b"")
    return EPOCH_1904 if properties[:1] and properties[0] & 1 else EPOCH


def _date_styles(styles: bytes) -> frozenset[int]:
    """Indexes of cell formats that show dates (MS-XLSB 2.4.697 BrtFmt, 2.4.876 BrtXF)."""
    own = {int(number) for number in BUILT_IN_DATES}
    shown, index, in_cells = set(), 0, False
    for kind, body in _records(styles):
        if kind == NUMBER_FORMAT and len(body) >= 6:
            if is_date_code(_wide_text(body, 2)[0]):
                own.add(struct.unpack_from("<H", body, 0)[0])
        elif kind == CELL_FORMATS_BEGIN:
            in_cells = True
        elif kind == CELL_FORMATS_END:
            in_cells = False
        elif kind == CELL_FORMAT and in_cells and len(body) >= 4:
            if struct.unpack_from("<H", body, 2)[0] in own:
                shown.add(index)
            index += 1
    return frozenset(shown)


def _read_store(data: bytes, out: Collector) -> None:
    """Texts of pivot caches, connections and external books: in records of many kinds, each a counted string."""
    for _, body in _records(data):
        at = body.find(HIGH_HALF_OF_A_LENGTH, 2)
        while at >= 0:
            text, end = _wide_text(body, at - 2)
            if len(text) >= SHORTEST_TEXT and text.isprintable() and end <= len(body):
                out.add(Zone.HIDDEN, text, "樞紐分析快取及資料連線")
            else:
                end = at - 1
            at = body.find(HIGH_HALF_OF_A_LENGTH, max(end, at - 1) + 2)


def _titles(parts: Parts, book: bytes, out: Collector) -> dict[str, tuple[str, bool]]:
    targets = {relation.id: relation.target for relation in parts.relations(parts.main)}
    titles = {}
    for kind, body in _records(book):
        if kind == SHEET_ENTRY and len(body) >= 12:
            relation, end = _wide_text(body, 8)
            title, _ = _wide_text(body, end)
            titles[targets.get(relation, "")] = (title, struct.unpack_from("<I", body, 0)[0] != 0)
            out.add(Zone.PROPERTY, title, "工作表名稱")
    return titles


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, body) of each record: type in one or two bytes, size in up to four (MS-XLSB 2.1.4)."""
    at, end = 0, len(data)
    while at < end:
        kind = data[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = kind & 0x7F | data[at] << 7
            at += 1
        size, shift = 0, 0
        while at < end and shift < 28:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if at + size > end:
            raise corrupt("a record runs past the end")
        yield kind, data[at : at + size]
        at += size


def _wide_text(body: bytes, at: int) -> tuple[str, int]:
    """A string with a four-byte length, and where it ends; an absent one is empty."""
    if at + 4 > len(body):
        return "", len(body)
    (count,) = struct.unpack_from("<I", body, at)
    if count == 0xFFFFFFFF:
        return "", at + 4
    return body[at + 4 : at + 4 + 2 * count].decode("utf-16-le", "replace"), at + 4 + 2 * count


def _rich_text(body: bytes, at: int) -> str:
    return _wide_text(body, at + 1)[0]


def _read_sheet(data: bytes, rows: SheetRows, strings: list[str], looks: _Looks, out: Collector) -> None:
    row = 0
    for kind, body in _records(data):
        if kind == ROW:
            (row,) = struct.unpack_from("<I", body, 0)
            rows.begin(row, hidden=len(body) > 11 and bool(body[11] & 0x10))
        elif kind in CELLS and len(body) >= 9:
            (column,) = struct.unpack_from("<I", body, 0)
            rows.put(row, column, _value(kind, body, strings, looks))
        elif kind == RUNNING:
            _running(body, rows.title, out)
    rows.close()


CELLS = {RK, REAL, TEXT, SHARED, FORMULA_TEXT, FORMULA_NUMBER, RICH}


def _value(kind: int, body: bytes, strings: list[str], looks: _Looks) -> str:
    if kind == SHARED:
        (index,) = struct.unpack_from("<I", body, 8)
        return strings[index] if index < len(strings) else ""
    if kind in {TEXT, FORMULA_TEXT}:
        return _wide_text(body, 8)[0]
    if kind == RICH:
        return _rich_text(body, 8)
    look = int.from_bytes(body[4:7], "little")
    if kind == RK:
        return looks.shown(look, small_number(struct.unpack_from("<I", body, 8)[0]))
    return looks.shown(look, struct.unpack_from("<d", body, 8)[0])


def _running(body: bytes, title: str, out: Collector) -> None:
    at = 2
    for zone in HEADER_ORDER:
        text, at = _wide_text(body, at)
        running_text(text, zone, out, title)
