"""The font pdfium reads a page with where the file brings none: one box for every character, held in memory.

Many older Chinese PDFs name 標楷體 or 細明體 without embedding them. A confined worker can open no font of the
machine, and pdfium leaves out text whose characters have no extent: a lone 密 in a header would be lost. Nothing is
drawn with this font but extents; widths stand in the file itself. It also makes reading independent of the machine.
"""

from __future__ import annotations

import ctypes
import struct
from typing import Any

import pypdfium2.raw as pdfium

EM, ASCENT, DESCENT = 1000, 880, -120
OFFERED = 1  # the handle of our only font
BUILT_IN = ("helvetica", "arial", "times", "courier", "symbol", "zapfdingbats")
"""Families pdfium carries itself, with their true outlines."""
ANY_CHARACTER = (0x21, 0x10FFFF)


def box_font() -> bytes:
    """A TrueType font (556 bytes) whose every character is a box as wide and high as the em.

    Tables as in the OpenType specification 1.9; the character map is of format 13 (many characters, one glyph).
    """
    corners = ((0, DESCENT), (0, ASCENT), (EM, ASCENT), (EM, DESCENT))
    steps = [
        tuple(b - a for a, b in zip(one, two, strict=True))
        for one, two in zip(((0, 0), *corners), corners, strict=False)
    ]
    glyph = struct.pack(">5h2H", 1, 0, DESCENT, EM, ASCENT, 3, 0) + bytes([1] * 4)
    glyph = _padded(glyph + struct.pack(">4h", *(x for x, _ in steps)) + struct.pack(">4h", *(y for _, y in steps)))
    mapping = struct.pack(">2H3I3I", 13, 0, 28, 0, 1, *ANY_CHARACTER, 1)
    tables = {
        b"OS/2": struct.pack(
            ">HhHHH11h10s4I4s3H3h2H", 0, EM, 400, 5, 0, *[0] * 11, bytes(10), *[0] * 4, b"NONE", 64, 0x21, 0xFFFF,
            ASCENT, DESCENT, 0, ASCENT, -DESCENT,
        ),
        b"cmap": struct.pack(">2H2HI2HI", 0, 2, 0, 6, 20, 3, 10, 20) + mapping,
        b"glyf": glyph * 2,
        b"head": struct.pack(
            ">4I2H2Q4h2H3h", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, EM, 0, 0, 0, DESCENT, EM, ASCENT, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(">I3hH11hH", 0x10000, ASCENT, DESCENT, 0, EM, 0, 0, EM, 1, *[0] * 7, 2),
        b"hmtx": struct.pack(">HhHh", EM, 0, EM, 0),
        b"loca": struct.pack(">3I", 0, len(glyph), 2 * len(glyph)),
        b"maxp": struct.pack(">I14H", 0x10000, 2, 4, 1, 0, 0, 2, *[0] * 8),
        b"name": struct.pack(">3H", 0, 0, 6),
        b"post": struct.pack(">2I2h5I", 0x30000, *[0] * 8),
    }  # fmt: skip
    places, body = _laid_out(tables)
    records = b"".join(
        struct.pack(">4s3I", tag, _checksum(tables[tag]), start, size) for tag, (start, size) in places.items()
    )
    return struct.pack(">I4H", 0x10000, len(tables), 128, 3, len(tables) * 16 - 128) + records + body


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _checksum(table: bytes) -> int:
    padded = _padded(table)
    return int(sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF)


def _laid_out(tables: dict[bytes, bytes]) -> tuple[dict[bytes, tuple[int, int]], bytes]:
    """(offset, size) of each table in the file, and the tables one behind the other."""
    places: dict[bytes, tuple[int, int]] = {}
    body, start = b"", 12 + 16 * len(tables)
    for tag, table in sorted(tables.items()):
        places[tag] = (start + len(body), len(table))
        body += _padded(table)
    return places, body


class MachineWithoutFonts:
    """What pdfium asks about the machine's fonts. Keep the value for as long as pdfium runs: it holds the callbacks."""

    def __init__(self) -> None:
        self._data = box_font()
        self._places = self._table_places()
        kinds: dict[str, Any] = {field[0]: field[1] for field in pdfium.FPDF_SYSFONTINFO._fields_}
        self._info = pdfium.FPDF_SYSFONTINFO(
            version=1,
            MapFont=kinds["MapFont"](self._map),
            GetFontData=kinds["GetFontData"](self._font_data),
            DeleteFont=kinds["DeleteFont"](lambda *_: None),
        )

    def install(self) -> None:
        """Makes pdfium ask us instead of the machine's folders."""
        pdfium.FPDF_SetSystemFontInfo(ctypes.byref(self._info))

    def _table_places(self) -> dict[int, tuple[int, int]]:
        """Where each table lies, by its tag as pdfium asks for it; 0 is the whole font."""
        records = struct.iter_unpack(">4s3I", self._data[12 : 12 + 16 * struct.unpack_from(">H", self._data, 4)[0]])
        places = {int.from_bytes(tag, "big"): (start, size) for tag, _, start, size in records}
        return {0: (0, len(self._data)), **places}

    def _map(self, _this: Any, _weight: int, _italic: int, _charset: int, _pitch: int, face: Any, _exact: Any) -> Any:
        name = (ctypes.cast(face, ctypes.c_char_p).value or b"").decode("latin-1").lower()
        return None if name.startswith(BUILT_IN) else OFFERED

    def _font_data(self, _this: Any, _font: Any, table: int, buffer: Any, size: int) -> int:
        start, length = self._places.get(table, (0, 0))
        if buffer and 0 < length <= size:
            ctypes.memmove(buffer, self._data[start : start + length], length)
        return length
