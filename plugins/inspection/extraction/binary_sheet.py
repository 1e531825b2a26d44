"""Binary workbooks (xlsb): rows by walking the records of each sheet part; no grid is ever built."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from inspection.extraction.archive import Package
from inspection.extraction.cell_values import as_text
from inspection.extraction.collect import Collector
from inspection.extraction.legacy_sheet import small_number
from inspection.extraction.markup import attributes, decode_xml
from inspection.extraction.office_parts import embed_parts, read_drawing_text, read_properties
from inspection.extraction.sheet_rows import SheetRows, running_text
from inspection.extraction.spreadsheet import RELATION
from inspection.extraction.unreadable import corrupt
from inspection.vocabulary import Zone

ROW, RK, REAL, TEXT, SHARED, FORMULA_TEXT, FORMULA_NUMBER, RICH = 0, 2, 5, 6, 7, 8, 9, 62
STRING_ITEM, SHEET_ENTRY, RUNNING, COMMENT_TEXT = 19, 156, 479, 637
HEADER_ORDER = (Zone.HEADER, Zone.FOOTER, Zone.HEADER, Zone.FOOTER, Zone.FIRST_HEADER, Zone.FOOTER)


def read_binary_workbook(package: Package, out: Collector) -> None:
    """Reads an xlsb package into `out`; raises Unreadable."""
    names = {name.lower(): name for name in package.names}
    strings = [
        _rich_text(body, 0)
        for kind, body in _records(_part(package, names, "xl/sharedstrings.bin"))
        if kind == STRING_ITEM
    ]
    titles = _titles(package, names, out)
    for lower, name in names.items():
        if lower.startswith("xl/worksheets/") and lower.endswith(".bin") and "binaryindex" not in lower:
            title, hidden = titles.get(lower, (lower.rpartition("/")[2][:-4], False))
            _read_sheet(package.read(name), SheetRows(title, hidden, out), strings, out)
        elif lower.startswith("xl/comments") and lower.endswith(".bin"):
            for kind, body in _records(package.read(name)):
                if kind == COMMENT_TEXT:
                    out.add(Zone.COMMENT, _rich_text(body, 0), "註解")
        elif lower.startswith(("xl/drawings/", "xl/charts/chart", "xl/diagrams/data")) and lower.endswith(".xml"):
            read_drawing_text(decode_xml(package.read(name)), Zone.TEXT_BOX, out, "文字方塊")
    embed_parts(package, "xl/embeddings/", out)
    read_properties(package, out)


def _part(package: Package, names: dict[str, str], lower: str) -> bytes:
    return package.read(names[lower]) if lower in names else b""


def _titles(package: Package, names: dict[str, str], out: Collector) -> dict[str, tuple[str, bool]]:
    targets = {}
    for raw in RELATION.findall(decode_xml(_part(package, names, "xl/_rels/workbook.bin.rels"))):
        given = attributes(raw)
        targets[given.get("Id", "")] = f"xl/{given.get('Target', '').lstrip('/').removeprefix('xl/')}".lower()
    titles = {}
    for kind, body in _records(_part(package, names, "xl/workbook.bin")):
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


def _read_sheet(data: bytes, rows: SheetRows, strings: list[str], out: Collector) -> None:
    row = 0
    for kind, body in _records(data):
        if kind == ROW:
            (row,) = struct.unpack_from("<I", body, 0)
            rows.begin(row, hidden=len(body) > 11 and bool(body[11] & 0x10))
        elif kind in CELLS and len(body) >= 9:
            (column,) = struct.unpack_from("<I", body, 0)
            rows.put(row, column, _value(kind, body, strings))
        elif kind == RUNNING:
            _running(body, rows.title, out)
    rows.close()


CELLS = {RK, REAL, TEXT, SHARED, FORMULA_TEXT, FORMULA_NUMBER, RICH}


def _value(kind: int, body: bytes, strings: list[str]) -> str:
    if kind == SHARED:
        (index,) = struct.unpack_from("<I", body, 8)
        return strings[index] if index < len(strings) else ""
    if kind in {TEXT, FORMULA_TEXT}:
        return _wide_text(body, 8)[0]
    if kind == RICH:
        return _rich_text(body, 8)
    if kind == RK:
        return as_text(repr(small_number(struct.unpack_from("<I", body, 8)[0])))
    return as_text(repr(struct.unpack_from("<d", body, 8)[0]))


def _running(body: bytes, title: str, out: Collector) -> None:
    at = 2
    for zone in HEADER_ORDER:
        text, at = _wide_text(body, at)
        running_text(text, zone, out, title)
