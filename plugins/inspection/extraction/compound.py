"""OLE compound files: streams by name, what kind of file it is, its properties, and text of drawn shapes."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import olefile

from inspection.extraction.character_sets import decode_labelled
from inspection.extraction.collect import Collector
from inspection.extraction.passage import ReadLimits
from inspection.extraction.unreadable import corrupt, encrypted, too_large
from inspection.vocabulary import Zone

ENCRYPTED_STREAMS = ("encryptedpackage", "encryptedsummary")
WRAPPED_KINDS = (
    ("worddocument", "doc"),
    ("workbook", "xls"),
    ("book", "xls"),
    ("powerpoint document", "ppt"),
    ("__properties_version1.0", "msg"),
)
SUMMARY, MORE_SUMMARY = "\x05summaryinformation", "\x05documentsummaryinformation"
SUMMARY_NAMES = {2: "title", 3: "subject", 5: "keywords", 6: "description"}
MORE_NAMES = {2: "category"}
MOST_SHAPES = 10_000


class Streams:
    """The streams of a compound file by lower-case path; raises Unreadable(corrupt) where its tables are broken."""

    def __init__(self, data: bytes, limits: ReadLimits) -> None:
        self._limits = limits
        try:
            self._ole = olefile.OleFileIO(io.BytesIO(data))
            listed = self._ole.listdir(streams=True, storages=False)
        except (OSError, ValueError, IndexError, struct.error, TypeError, RecursionError):
            raise corrupt("the tables of the compound file are broken") from None
        if len(listed) > limits.entries:
            raise too_large("more streams than the limit")
        self.paths: dict[str, list[str]] = {"/".join(path).lower(): path for path in listed}

    def __contains__(self, name: str) -> bool:
        return name in self.paths

    def read(self, name: str) -> bytes:
        """One stream; empty where there is none. Raises Unreadable: corrupt where it is cut off, too_large."""
        path = self.paths.get(name)
        if path is None:
            return b""
        try:
            size = int(self._ole.get_size(path))
            if size > self._limits.part_bytes:
                raise too_large("a stream is larger than the limit")
            content = bytes(self._ole.openstream(path).read())
        except (OSError, ValueError, IndexError, struct.error, TypeError):
            raise corrupt("a stream cannot be followed") from None
        if len(content) < size:
            raise corrupt("a stream is cut off")
        return content


def compound_kind(streams: Streams) -> str:
    """`doc`, `xls`, `ppt`, `msg`, or empty; raises Unreadable(encrypted) for a package under a password."""
    if any(name in streams for name in ENCRYPTED_STREAMS):
        raise encrypted("an encrypted package")
    return next((kind for stream, kind in WRAPPED_KINDS if stream in streams), "")


def read_summary(streams: Streams, out: Collector) -> None:
    """Title, subject, keywords, category and the user's own properties; broken ones are left out."""
    for stream, names in ((SUMMARY, SUMMARY_NAMES), (MORE_SUMMARY, MORE_NAMES)):
        if stream not in streams:
            continue
        try:
            found = list(_property_sets(streams.read(stream), names))
        except (struct.error, IndexError, ValueError):
            continue
        for name, value in found:
            out.add_property(name, value)


def _property_sets(data: bytes, names: dict[int, str]) -> Iterator[tuple[str, str]]:
    """MS-OLEPS 2.21: one or two sections; the second holds the user's own names in a dictionary (property 0)."""
    (count,) = struct.unpack_from("<I", data, 24)
    for index in range(min(count, 2)):
        (start,) = struct.unpack_from("<I", data, 28 + 20 * index + 16)
        (properties,) = struct.unpack_from("<I", data, start + 4)
        places = dict(struct.unpack_from("<2I", data, start + 8 + 8 * at) for at in range(min(properties, 500)))
        codepage = 1252
        if 1 in places:
            (codepage,) = struct.unpack_from("<H", data, start + places[1] + 4)
        own = _dictionary(data, start + places[0], codepage) if index and 0 in places else names
        for number, place in places.items():
            if number in own and (value := _property_value(data, start + place, codepage)):
                yield own[number], value


def _dictionary(data: bytes, at: int, codepage: int) -> dict[int, str]:
    (count,) = struct.unpack_from("<I", data, at)
    at += 4
    names = {}
    for _ in range(min(count, 500)):
        number, length = struct.unpack_from("<2I", data, at)
        size = length * 2 if codepage == 1200 else length
        names[number] = _decode_page(data[at + 8 : at + 8 + size], codepage)
        at += 8 + size
        if codepage == 1200:
            at += -at % 4
    return names


def _property_value(data: bytes, at: int, codepage: int) -> str:
    kind, length = struct.unpack_from("<2I", data, at)
    if kind == 0x1E:
        return _decode_page(data[at + 8 : at + 8 + length], codepage)
    if kind == 0x1F:
        return data[at + 8 : at + 8 + 2 * length].decode("utf-16-le", "replace").partition("\0")[0]
    return ""


def _decode_page(raw: bytes, codepage: int) -> str:
    if codepage == 1200:
        return raw.decode("utf-16-le", "replace").partition("\0")[0]
    raw = raw.partition(b"\0")[0]
    return decode_labelled(raw, "utf-8" if codepage == 65001 else f"cp{codepage}")


SHAPE_PROPERTIES = b"\x0b\xf0"
WORD_ART, DESCRIPTION = 0x00C0, 0x0381


def read_shape_properties(drawing: bytes, out: Collector) -> None:
    """Word art (watermarks) and alternative text from OfficeArtFOPT records (MS-ODRAW 2.2.9), wherever they lie."""
    at = drawing.find(SHAPE_PROPERTIES)
    for _ in range(MOST_SHAPES):
        if at < 2:
            return
        for number, text in _shape_texts(drawing, at - 2):
            if number == WORD_ART:
                out.add(Zone.WATERMARK, text, "浮水印")
            else:
                out.add(Zone.ALT_TEXT, text, "替代文字")
        at = drawing.find(SHAPE_PROPERTIES, at + 2)


def _shape_texts(drawing: bytes, at: int) -> Iterator[tuple[int, str]]:
    if at + 8 > len(drawing):
        return
    head, _, length = struct.unpack_from("<2HI", drawing, at)
    count = head >> 4
    if head & 15 != 3 or length < 6 * count or at + 8 + length > len(drawing):
        return
    complex_at = at + 8 + 6 * count
    for index in range(count):
        number, value = struct.unpack_from("<HI", drawing, at + 8 + 6 * index)
        if number & 0x8000:
            if number & 0x3FFF in {WORD_ART, DESCRIPTION}:
                text = drawing[complex_at : complex_at + value].decode("utf-16-le", "replace").partition("\0")[0]
                yield number & 0x3FFF, text
            complex_at += value
