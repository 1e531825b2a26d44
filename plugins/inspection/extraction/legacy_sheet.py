"""Excel 5 to 2003 workbooks: rows by walking the records, with headers, comments, text boxes; no grid is ever built."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from inspection.extraction.cell_values import BUILT_IN_DATES, EPOCH, EPOCH_1904, as_text, is_date_code
from inspection.extraction.character_sets import decode_labelled
from inspection.extraction.collect import Collector
from inspection.extraction.compound import Streams, read_shape_properties, read_summary
from inspection.extraction.legacy_cipher import opened_stream
from inspection.extraction.sheet_rows import SheetRows, running_text
from inspection.extraction.unreadable import corrupt
from inspection.vocabulary import Zone

BOF, EOF, FILEPASS, CODEPAGE, BOUNDSHEET, SST, CONTINUE = 0x809, 0x0A, 0x2F, 0x42, 0x85, 0xFC, 0x3C
HEADER, FOOTER, LABEL, RSTRING, LABELSST, NUMBER, RK, MULRK = 0x14, 0x15, 0x204, 0xD6, 0xFD, 0x203, 0x27E, 0xBD
FORMULA, FORMULA_OLD, STRING, TXO, NOTE, FONT, FORMAT, XF, DRAWING = (
    0x06,
    0x206,
    0x207,
    0x1B6,
    0x1C,
    0x31,
    0x41E,
    0xE0,
    0xEC,
)
DRAWING_GROUP, DATE_MODE = 0xEB, 0x22
BIFF8 = 0x600
NUMBER_OF_FIRST_SKIPPED_FONT = 4  # font number 4 does not exist (MS-XLS 2.5.129)


def read_legacy_workbook(streams: Streams, out: Collector) -> None:
    """Reads a Workbook or Book stream into `out`; raises Unreadable: encrypted, corrupt."""
    data = streams.read("workbook") or streams.read("book")
    _Workbook(out).read(data)
    read_summary(streams, out)


def _records(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(type, position, body) of each record; raises Unreadable(corrupt) where one runs past the end."""
    at, end = 0, len(data)
    while at + 4 <= end:
        kind, length = struct.unpack_from("<2H", data, at)
        if at + 4 + length > end:
            raise corrupt("a record runs past the end")
        if kind == 0 and length == 0:
            return  # padding behind the last record
        yield kind, at, data[at + 4 : at + 4 + length]
        at += 4 + length


def _in_clear(data: bytes) -> bytes:
    """The stream, opened where it is under the default password; raises Unreadable(encrypted) for any other."""
    for kind, at, body in _records(data):
        if kind == FILEPASS:
            return opened_stream(data, body, at + 4 + len(body))
        if kind in {BOUNDSHEET, EOF}:
            break  # further on none is allowed (MS-XLS 2.1.7.20.3)
    return data


@dataclass(slots=True)
class _Looks:
    """Cell formats by number: which show dates, which strike through."""

    struck_fonts: list[bool] = field(default_factory=list)
    date_codes: set[int] = field(default_factory=lambda: {int(number) for number in BUILT_IN_DATES})
    formats: list[tuple[int, int]] = field(default_factory=list)

    epoch: date = EPOCH

    def shown(self, look: int, value: float) -> str:
        """A number as its cell shows it."""
        is_date = look < len(self.formats) and self.formats[look][1] in self.date_codes
        return as_text(repr(value), is_date=is_date, epoch=self.epoch)

    def is_struck(self, number: int) -> bool:
        if number >= len(self.formats):
            return False
        font = self.formats[number][0]
        font -= font > NUMBER_OF_FIRST_SKIPPED_FONT
        return font < len(self.struck_fonts) and self.struck_fonts[font]


class _Workbook:
    def __init__(self, out: Collector) -> None:
        self._out = out
        self._wide = True
        self._encoding = "cp1252"
        self._strings: list[str] = []
        self._sheets: dict[int, tuple[str, bool]] = {}
        self._looks = _Looks()
        self._rows = SheetRows("", False, out)
        self._awaits_string: tuple[int, int, int] | None = None
        self._text_box: list[bytes] = []
        self._awaits_text = False
        self._drawing = bytearray()
        self._depth = 0

    def read(self, data: bytes) -> None:
        """Reads all records; the last sheet's row is closed at the end."""
        if len(data) < 8:
            raise corrupt("an empty workbook stream")
        if data[:2] not in {b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00"}:
            raise corrupt("the workbook does not start as one")
        records = _records(_in_clear(data))
        pending: tuple[int, int, bytes] | None = next(records, None)
        while pending:
            kind, at, body = pending
            pending = next(records, None)
            if kind == SST:
                parts = [body]
                while pending and pending[0] == CONTINUE:
                    parts.append(pending[2])
                    pending = next(records, None)
                self._strings = _shared_strings(parts)
            else:
                self._record(kind, at, body)
        self._rows.close()
        read_shape_properties(bytes(self._drawing), self._out)

    def _record(self, kind: int, at: int, body: bytes) -> None:
        if kind in {BOF, 0x409, 0x209, 0x09}:
            self._begin(at, body)
        elif kind == EOF:
            self._depth = max(self._depth - 1, 0)
        elif kind == CONTINUE:
            if self._awaits_text:
                self._text_box.append(body)
                self._awaits_text = False
                self._end_text_box()
            else:
                self._drawing += body
        elif kind in {DRAWING, DRAWING_GROUP}:
            self._drawing += body
        elif kind == TXO:
            self._awaits_text = len(body) >= 12 and bool(struct.unpack_from("<H", body, 10)[0])
            self._text_box = [body]
        else:
            handler = HANDLERS.get(kind)
            if handler:
                handler(self, body)

    def _begin(self, at: int, body: bytes) -> None:
        version = struct.unpack_from("<H", body, 0)[0] if len(body) >= 2 else 0
        self._wide = version == BIFF8
        self._depth += 1
        if at in self._sheets or self._depth == 1:
            title, hidden = self._sheets.get(at, ("", False))
            self._rows.close()
            self._rows = SheetRows(title, hidden, self._out)

    def _codepage(self, body: bytes) -> None:
        (number,) = struct.unpack_from("<H", body, 0)
        self._encoding = {1200: "utf-16-le", 367: "ascii", 32768: "mac_roman"}.get(number, f"cp{number}")
        try:
            b"".decode(self._encoding)
        except LookupError:
            self._encoding = "cp1252"

    def _sheet(self, body: bytes) -> None:
        place, state = struct.unpack_from("<IB", body, 0)
        title = self._short_text(body, 6)
        self._sheets[place] = (title, bool(state & 3))
        self._out.add(Zone.PROPERTY, title, "工作表名稱")

    def _short_text(self, body: bytes, at: int) -> str:
        """A string with a one-byte length."""
        if len(body) <= at:
            return ""
        return self._characters(body, at + 1, body[at])

    def _long_text(self, body: bytes, at: int) -> str:
        """A string with a two-byte length."""
        if len(body) < at + 2:
            return ""
        return self._characters(body, at + 2, struct.unpack_from("<H", body, at)[0])

    def _characters(self, body: bytes, at: int, count: int) -> str:
        if not self._wide:
            return decode_labelled(body[at : at + count], self._encoding)
        if len(body) <= at:
            return ""
        if body[at] & 1:
            return body[at + 1 : at + 1 + 2 * count].decode("utf-16-le", "replace")
        return body[at + 1 : at + 1 + count].decode("latin-1")

    def _date_mode(self, body: bytes) -> None:
        self._looks.epoch = EPOCH_1904 if body[:2] == b"\x01\0" else EPOCH

    def _font(self, body: bytes) -> None:
        self._looks.struck_fonts.append(bool(struct.unpack_from("<H", body, 2)[0] & 8))

    def _format(self, body: bytes) -> None:
        (number,) = struct.unpack_from("<H", body, 0)
        code = self._long_text(body, 2) if self._wide else self._short_text(body, 2)
        if is_date_code(code):
            self._looks.date_codes.add(number)

    def _cell_format(self, body: bytes) -> None:
        font, number = struct.unpack_from("<2H", body, 0)
        self._looks.formats.append((font, number))

    def _put(self, row: int, column: int, look: int, value: str) -> None:
        self._rows.put(row, column, value, struck=self._looks.is_struck(look))

    def _label(self, body: bytes) -> None:
        row, column, look = struct.unpack_from("<3H", body, 0)
        self._put(row, column, look, self._long_text(body, 6))

    def _label_shared(self, body: bytes) -> None:
        row, column, look, index = struct.unpack_from("<3HI", body, 0)
        if index < len(self._strings):
            self._put(row, column, look, self._strings[index])

    def _number(self, body: bytes) -> None:
        row, column, look, value = struct.unpack_from("<3Hd", body, 0)
        self._put(row, column, look, self._looks.shown(look, value))

    def _small_number(self, body: bytes) -> None:
        row, column, look, raw = struct.unpack_from("<3HI", body, 0)
        self._put(row, column, look, self._looks.shown(look, small_number(raw)))

    def _small_numbers(self, body: bytes) -> None:
        row, column = struct.unpack_from("<2H", body, 0)
        for index in range((len(body) - 6) // 6):
            look, raw = struct.unpack_from("<HI", body, 4 + 6 * index)
            self._put(row, column + index, look, self._looks.shown(look, small_number(raw)))

    def _formula(self, body: bytes) -> None:
        row, column, look = struct.unpack_from("<3H", body, 0)
        if body[12:14] == b"\xff\xff":
            self._awaits_string = (row, column, look) if body[6] == 0 else None
        else:
            (value,) = struct.unpack_from("<d", body, 6)
            self._put(row, column, look, self._looks.shown(look, value))

    def _formula_string(self, body: bytes) -> None:
        if self._awaits_string:
            self._put(*self._awaits_string, self._long_text(body, 0))
            self._awaits_string = None

    def _header(self, body: bytes) -> None:
        self._running(Zone.HEADER, body)

    def _footer(self, body: bytes) -> None:
        self._running(Zone.FOOTER, body)

    def _running(self, zone: Zone, body: bytes) -> None:
        text = self._long_text(body, 0) if self._wide else self._short_text(body, 0)
        running_text(text, zone, self._out, self._rows.title)

    def _note(self, body: bytes) -> None:
        if not self._wide and len(body) > 6:
            self._out.add(Zone.COMMENT, decode_labelled(body[6:], self._encoding), "註解")

    def _end_text_box(self) -> None:
        """MS-XLS 2.4.329: the record gives the length, its continuation the characters."""
        (count,) = struct.unpack_from("<H", self._text_box[0], 10)
        body = self._text_box[1]
        self._out.add(Zone.TEXT_BOX, self._characters(body, 0, count) if body else "", f"{self._rows.title}!文字方塊")


HANDLERS = {
    CODEPAGE: _Workbook._codepage,
    BOUNDSHEET: _Workbook._sheet,
    FONT: _Workbook._font,
    FORMAT: _Workbook._format,
    XF: _Workbook._cell_format,
    LABEL: _Workbook._label,
    RSTRING: _Workbook._label,
    LABELSST: _Workbook._label_shared,
    DATE_MODE: _Workbook._date_mode,
    NUMBER: _Workbook._number,
    RK: _Workbook._small_number,
    MULRK: _Workbook._small_numbers,
    FORMULA: _Workbook._formula,
    FORMULA_OLD: _Workbook._formula,
    STRING: _Workbook._formula_string,
    HEADER: _Workbook._header,
    FOOTER: _Workbook._footer,
    NOTE: _Workbook._note,
}


def small_number(raw: int) -> float:
    """An RK number (MS-XLS 2.5.217): a short float or integer, perhaps in hundredths."""
    if raw & 2:
        value = float((raw >> 2) - (1 << 30 if raw & 0x80000000 else 0))
    else:
        value = struct.unpack("<d", struct.pack("<Q", (raw & 0xFFFFFFFC) << 32))[0]
    return value / 100 if raw & 1 else value


class _Continued:
    """Bytes over a record and its continuations; a string cut by one goes on with a new width flag."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = parts
        self._index = 0
        self._at = 0

    def _settle(self) -> bool:
        while self._index < len(self._parts) and self._at >= len(self._parts[self._index]):
            self._index += 1
            self._at = 0
        return self._index < len(self._parts)

    def take(self, count: int) -> bytes:
        """The next bytes, across continuations; fewer at the end."""
        taken = b""
        while count > len(taken) and self._settle():
            part = self._parts[self._index]
            piece = part[self._at : self._at + count - len(taken)]
            self._at += len(piece)
            taken += piece
        return taken

    def characters(self, count: int, wide: bool) -> str:
        """The next characters; each continuation begins with its own width flag."""
        pieces = []
        while count > 0 and self._settle():
            part = self._parts[self._index]
            if self._at == 0 and self._index:
                wide = bool(part[0] & 1)
                self._at = 1
            width = 2 if wide else 1
            raw = part[self._at : self._at + count * width]
            self._at += max(len(raw), 1)
            count -= max(len(raw) // width, 1)
            pieces.append(raw.decode("utf-16-le" if wide else "latin-1", "replace"))
        return "".join(pieces)


def _shared_strings(parts: list[bytes]) -> list[str]:
    reader = _Continued(parts)
    head = reader.take(8)
    if len(head) < 8:
        return []
    (unique,) = struct.unpack_from("<I", head, 4)
    strings: list[str] = []
    while len(strings) < unique:
        start = reader.take(3)
        if len(start) < 3:
            break
        count, flags = struct.unpack("<HB", start)
        runs = struct.unpack("<H", reader.take(2))[0] if flags & 8 else 0
        extra = struct.unpack("<I", reader.take(4))[0] if flags & 4 else 0
        strings.append(reader.characters(count, bool(flags & 1)))
        reader.take(4 * runs + extra)
    return strings
