"""Character and paragraph formatting of Word 97 files: which bytes are struck, hidden, deleted, or end a table row."""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

CHARACTERS_AT, PARAGRAPHS_AT = 0xFA, 0x102  # places in the header of the two bin tables
PAGE_BYTES = 512
MOST_PAGES = 20_000
IN_TABLE, TABLE_ROW_END = 0x2416, 0x2417
KINDS = {0x0837: "struck", 0x2A53: "struck", 0x083C: "hidden", 0x0800: "deleted"}
SIZE, COLOUR_INDEX, COLOUR = 0x4A43, 0x2A42, 0x6870
RED_INDEXES = {6, 13}
LARGE_HALF_POINTS = 36
OPERAND_BYTES = (1, 1, 2, 4, 2, 2, 0, 3)


@dataclass(slots=True)
class Formatting:
    """Runs that differ from plain text, by byte position in the main stream, and ends of table rows."""

    special: list[tuple[int, int, str]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    tables: list[tuple[int, int]] = field(default_factory=list)

    def runs(self, first: int, last: int) -> list[tuple[int, int, str]]:
        """Special runs that touch the bytes [first, last); runs follow each other without overlap."""
        start = max(bisect_left(self.special, (first, 0, "")) - 1, 0)
        return [run for run in self.special[start : bisect_left(self.special, (last, 0, ""))] if run[1] > first]

    def in_tables(self, first: int, last: int) -> list[tuple[int, int]]:
        """Stretches within tables that touch the bytes [first, last)."""
        start = max(bisect_left(self.tables, (first, 0)) - 1, 0)
        return [run for run in self.tables[start : bisect_left(self.tables, (last, 0))] if run[1] > first]

    def row_ends(self, first: int, last: int) -> list[int]:
        """Byte positions just behind row-end marks within (first, last]."""
        return self.rows[bisect_left(self.rows, first + 1) : bisect_left(self.rows, last + 1)]


def read_formatting(main: bytes, tables: bytes) -> Formatting:
    """Walks the formatting pages (MS-DOC 2.9.33, 2.9.175); broken ones are left out, the text is read all the same."""
    found = Formatting()
    for page in _pages(main, tables, CHARACTERS_AT):
        for begin, end, place in _runs(page, 1):
            if place and (kind := _character_kind(page[place + 1 : place + 1 + page[place]])):
                found.special.append((begin, end, kind))
    for page in _pages(main, tables, PARAGRAPHS_AT):
        for begin, end, place in _runs(page, 13):
            if not place:
                continue
            codes = _paragraph_codes(page, place)
            if IN_TABLE in codes:
                found.tables.append((begin, end))
            if TABLE_ROW_END in codes:
                found.rows.append(end)
    found.special.sort()
    found.rows.sort()
    found.tables.sort()
    return found


def _pages(main: bytes, tables: bytes, at: int) -> Iterator[bytes]:
    if len(main) < at + 8:
        return
    start, size = struct.unpack_from("<2I", main, at)
    count = (min(size, len(tables) - start) - 4) // 8 if start < len(tables) else 0
    for index in range(min(count, MOST_PAGES)):
        (number,) = struct.unpack_from("<I", tables, start + 4 * (count + 1) + 4 * index)
        page = main[(number & 0x3FFFFF) * PAGE_BYTES :][:PAGE_BYTES] if number < 0x400000 else b""
        if len(page) == PAGE_BYTES:
            yield page


def _runs(page: bytes, entry_bytes: int) -> Iterator[tuple[int, int, int]]:
    """(first byte, end, place of its properties in the page) of each run; place 0 where it has none."""
    count = page[511]
    if not count or 4 * (count + 1) + entry_bytes * count > 511:
        return
    places = struct.unpack_from(f"<{count + 1}I", page, 0)
    for index in range(count):
        yield places[index], places[index + 1], 2 * page[4 * (count + 1) + entry_bytes * index]


def _modifiers(raw: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 3 <= len(raw):
        (code,) = struct.unpack_from("<H", raw, at)
        size = OPERAND_BYTES[code >> 13]
        at += 2
        if size == 0:
            if code in {0xD608, 0xC615}:
                return  # table definitions count differently; nothing we look for follows
            size = raw[at] + 1 if at < len(raw) else 1
        yield code, raw[at : at + size]
        at += size


def _character_kind(raw: bytes) -> str:
    stands_out = False
    for code, operand in _modifiers(raw):
        if code in KINDS and operand and operand[0] & 1:
            return KINDS[code]
        if code == SIZE and len(operand) == 2:
            stands_out |= struct.unpack("<H", operand)[0] >= LARGE_HALF_POINTS
        elif code == COLOUR_INDEX and operand:
            stands_out |= operand[0] in RED_INDEXES
        elif code == COLOUR and len(operand) == 4:
            stands_out |= operand[0] >= 0xB0 and operand[1] <= 0x60 and operand[2] <= 0x60
    return "stands_out" if stands_out else ""


def _paragraph_codes(page: bytes, place: int) -> set[int]:
    """Switches that are on for a paragraph; its properties begin with a size in words, or a zero and then the size."""
    size, start = page[place] * 2 - 1, place + 1
    if size < 0 and place + 1 < PAGE_BYTES:
        size, start = page[place + 1] * 2, place + 2
    return {code for code, operand in _modifiers(page[start + 2 : start + size]) if operand[:1] == b"\x01"}
