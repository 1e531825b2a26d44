"""Word 97 to 2003 documents: text by the piece table, zones by character positions, struck and hidden runs apart."""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from dataclasses import dataclass

from inspection.extraction.collect import Collector, paragraph, table
from inspection.extraction.compound import Streams, read_shape_properties, read_summary
from inspection.extraction.plain import decode_text
from inspection.extraction.unreadable import corrupt, encrypted
from inspection.extraction.word_formatting import Formatting, read_formatting
from inspection.extraction.word_text import zone_locator
from inspection.vocabulary import Zone

WORD_97 = 0xC1
FLAGS_AT, LENGTHS_AT, CLX_AT, HEADERS_AT, DRAWINGS_AT = 0x0A, 0x4C, 0x1A2, 0xF2, 0x22A
ENCRYPTED_FLAG, SECOND_TABLE_FLAG = 0x100, 0x200
FIELD_CODE = re.compile("\x13[^\x13\x14\x15]*\x14?|[\x14\x15]")
DROPPED = (*range(1, 7), 8, *range(0x0E, 0x1E), 0x1F)  # anchors, pictures, optional hyphens
CONTROL = str.maketrans({chr(code): "" for code in DROPPED} | {"\x0b": "\n", "\x1e": "-", "\xa0": " "})
STORIES: tuple[Zone, ...] = (
    Zone.BODY,
    Zone.NOTE,
    Zone.HEADER,
    Zone.HIDDEN,  # macros, never filled
    Zone.COMMENT,
    Zone.NOTE,
    Zone.TEXT_BOX,
    Zone.TEXT_BOX,
)
# per section six stories: even and odd header, even and odd footer, first header and footer (MS-DOC 2.8.7)
HEADER_ZONES = (Zone.HEADER, Zone.HEADER, Zone.FOOTER, Zone.FOOTER, Zone.FIRST_HEADER, Zone.FOOTER)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of characters stored together: first character position, first byte, bytes per character, its text."""

    start: int
    byte: int
    width: int
    text: str

    def position(self, byte: int) -> int:
        """Character position of a byte of the main stream, held within the piece."""
        return self.start + min(max((byte - self.byte) // self.width, 0), len(self.text))


def read_legacy_word(streams: Streams, out: Collector) -> None:
    """Reads a WordDocument stream into `out`; raises Unreadable: encrypted, corrupt."""
    main = streams.read("worddocument")
    if len(main) < 0x60:
        raise corrupt("the document header is cut off")
    version, flags = struct.unpack_from("<H", main, 2)[0], struct.unpack_from("<H", main, FLAGS_AT)[0]
    if flags & ENCRYPTED_FLAG:
        raise encrypted()
    if version < WORD_97:
        _read_word_95(main, out)
    else:
        tables = streams.read("1table" if flags & SECOND_TABLE_FLAG else "0table")
        _read_word_97(main, tables, out)
    read_summary(streams, out)


def _read_word_95(main: bytes, out: Collector) -> None:
    start, end = struct.unpack_from("<2I", main, 0x18)
    if not start <= end <= len(main):
        raise corrupt("the text lies outside the document")
    raw = main[start:end].translate(None, bytes(DROPPED))
    text = decode_text(raw.replace(b"\0", b"").replace(b"\x07", b"\r")) if raw else ""
    for one in re.split("[\r\x07\x0c]", FIELD_CODE.sub("", text)):
        out.add(Zone.BODY, one.translate(CONTROL))


def _read_word_97(main: bytes, tables: bytes, out: Collector) -> None:
    pieces = _pieces(main, tables)
    text = "".join(piece.text for piece in pieces)
    formatting = read_formatting(main, tables)
    lengths = struct.unpack_from("<8i", main, LENGTHS_AT)
    if min(lengths) < 0 or sum(lengths) > len(text) + 8:
        raise corrupt("the story lengths do not fit the text")
    reader = _Stories(text, pieces, formatting, out)
    start = 0
    for zone, length in zip(STORIES, lengths, strict=True):
        if zone is Zone.HEADER:
            for begin, end, one in _header_stories(main, tables, start, length):
                reader.read(begin, end, one)
        elif length:
            reader.read(start, start + length, zone)
        start += length
    at, size = struct.unpack_from("<2I", main, DRAWINGS_AT) if len(main) >= DRAWINGS_AT + 8 else (0, 0)
    read_shape_properties(tables[at : at + size], out)


def _pieces(main: bytes, tables: bytes) -> list[_Piece]:
    at, size = struct.unpack_from("<2I", main, CLX_AT)
    clx = tables[at : at + size]
    position = 0
    while position + 5 <= len(clx) and clx[position] == 1:
        position += 3 + struct.unpack_from("<H", clx, position + 1)[0]
    if position + 5 > len(clx) or clx[position] != 2:
        raise corrupt("no piece table")
    (length,) = struct.unpack_from("<I", clx, position + 1)
    table_bytes = clx[position + 5 : position + 5 + length]
    count = (len(table_bytes) - 4) // 12
    if count < 1:
        raise corrupt("an empty piece table")
    starts = struct.unpack_from(f"<{count + 1}I", table_bytes, 0)
    pieces = []
    for index in range(count):
        (place,) = struct.unpack_from("<I", table_bytes, 4 * (count + 1) + 8 * index + 2)
        characters = starts[index + 1] - starts[index]
        width = 1 if place & 0x40000000 else 2
        byte = (place & 0x3FFFFFFF) // (2 if width == 1 else 1)
        if characters < 0 or byte + characters * width > len(main):
            raise corrupt("a piece lies outside the document")
        raw = main[byte : byte + characters * width]
        text = raw.decode("cp1252", "replace") if width == 1 else raw.decode("utf-16-le", "replace")
        # characters beyond the basic plane take two positions; keep positions in step
        pieces.append(_Piece(starts[index], byte, width, text if len(text) == characters else text.ljust(characters)))
    return pieces


def _header_stories(main: bytes, tables: bytes, start: int, length: int) -> list[tuple[int, int, Zone]]:
    if not length:
        return []
    at, size = struct.unpack_from("<2I", main, HEADERS_AT)
    count = min(size, len(tables) - at) // 4 if at <= len(tables) else 0
    places = struct.unpack_from(f"<{count}I", tables, at) if count > 1 else ()
    stories = []
    for index in range(6, count - 2):  # the first six are separators of notes
        begin, end = places[index], places[index + 1]
        if begin < end <= length:
            stories.append((start + begin, start + end, HEADER_ZONES[index % 6]))
    return stories or [(start, start + length, Zone.HEADER)]


class _Stories:
    """Cuts stories into paragraphs and table rows."""

    def __init__(self, text: str, pieces: list[_Piece], formatting: Formatting, out: Collector) -> None:
        self._text = text
        self._out = out
        self._spans: list[tuple[int, int, str]] = []
        self._row_ends: set[int] = set()
        self._in_tables: list[tuple[int, int]] = []
        for piece in pieces:
            first, last = piece.byte, piece.byte + len(piece.text) * piece.width
            for begin, end, kind in formatting.runs(first, last):
                self._spans.append((piece.position(begin), piece.position(end), kind))
            for begin, end in formatting.in_tables(first, last):
                self._in_tables.append((piece.position(begin), piece.position(end)))
            for end in formatting.row_ends(first, last):
                self._row_ends.add(piece.position(end))
        self._spans.sort()
        self._in_tables.sort()
        self._tables = 0

    def read(self, start: int, end: int, zone: Zone) -> None:
        """Reads the characters [start, end) as one story of a zone."""
        cells: list[str] = []
        cell: list[str] = []
        part = ""
        begin = start
        for found in re.finditer("[\r\x07\x0c]", self._text[start:end]):
            stop = start + found.start()
            shown, stands_out = self._take(begin, stop, zone)
            begin = stop + 1
            if not self._is_in_table(stop, found[0]):
                self._row(cells, zone, part)
                cells, cell, part = [], [], ""
                self._paragraph(shown, zone, stands_out)
                continue
            if not part:
                self._tables += 1
                part = table(self._tables)
            if found[0] != "\x07":
                cell.append(shown)
                continue
            if self._ends_row(stop, shown, cell):
                self._row(cells, zone, part)
                cells = []
            else:
                cells.append("\n".join([*cell, shown]).strip())
            cell = []
        shown, stands_out = self._take(begin, end, zone)
        self._paragraph(shown, zone, stands_out)
        self._row(cells, zone, part)

    def _is_in_table(self, stop: int, mark: str) -> bool:
        """Whether the paragraph ended by the mark at `stop` stands in a table."""
        if mark == "\x07":
            return True
        index = bisect_right(self._in_tables, (stop, len(self._text) * 2)) - 1
        return index >= 0 and self._in_tables[index][1] > stop

    def _ends_row(self, stop: int, shown: str, cell: list[str]) -> bool:
        if self._row_ends:
            return stop + 1 in self._row_ends
        return not shown and not cell

    def _row(self, cells: list[str], zone: Zone, part: str) -> None:
        if any(cells):
            self._out.add_row(Zone.TABLE if zone is Zone.BODY else zone, cells, part, part=part)

    def _paragraph(self, shown: str, zone: Zone, stands_out: bool) -> None:
        number = self._out.count(zone)
        locator = paragraph(number + 1) if zone is Zone.BODY else zone_locator(zone, number)
        first = zone is Zone.BODY and number == 0
        self._out.add(zone, shown, locator, prominence=stands_out or first)

    def _take(self, begin: int, end: int, zone: Zone) -> tuple[str, bool]:
        """The shown text of a stretch; struck, hidden and deleted runs are kept apart on the way."""
        shown, position, stands_out = [], begin, False
        index = max(bisect_right(self._spans, (begin, end, "")) - 1, 0)
        while index < len(self._spans) and self._spans[index][0] < end:
            span_start, span_end, kind = self._spans[index]
            index += 1
            first, last = max(span_start, begin), min(span_end, end)
            if first >= last or first < position:
                continue
            if kind == "stands_out":
                stands_out |= bool(self._text[first:last].strip())
                continue
            shown.append(self._text[position:first])
            apart = _cleaned(self._text[first:last])
            if kind == "struck":
                self._out.add(zone, apart, struck=True)
            else:
                self._out.add(Zone.DELETED if kind == "deleted" else Zone.HIDDEN, apart)
            position = last
        shown.append(self._text[position:end])
        return _cleaned("".join(shown)), stands_out


def _cleaned(text: str) -> str:
    if "\x13" in text or "\x14" in text or "\x15" in text:
        text = FIELD_CODE.sub("", text)
    return text.translate(CONTROL).strip()
