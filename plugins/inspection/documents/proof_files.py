"""The gate for files of evidence: what a file is and whether anything in it acts or points outside, before any program
opens it.

Pure (bytes in, a media type out), so that a sandboxed worker can run it. Taken are what offices save and scan: Word,
Excel, the two OpenDocument kinds, PDF, PNG and JPEG.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Mapping, Sequence

from inspection.documents import scans
from inspection.documents.media_types import DOCX, ODS, ODT, PDF, XLSX
from inspection.documents.open_packages import check_open
from inspection.documents.returned import FileFault, NotTaken
from inspection.documents.safe_opening import SHEET_MAIN, WORD_MAIN, check_parts, check_picture, main_part, unpacked
from inspection.errors import BadSource

SUFFIX = {DOCX: "docx", XLSX: "xlsx", ODT: "odt", ODS: "ods", **scans.SUFFIX}
_OF_MAIN = {WORD_MAIN: DOCX, SHEET_MAIN: XLSX}
# links to other workbooks, queries of databases and of the network
_SHEET_OUTSIDE = re.compile(r"xl/(externalLinks|queryTables)/|xl/connections\.xml|xl/webextensions/", re.IGNORECASE)
# What a PDF can do by itself, by the names of the standard. The long ones no picture's bytes spell by chance: they are
# looked for in the whole file, so that nothing rests on where a stream is said to begin and end.
_PDF_ACTIVE = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|ImportData|SubmitForm|GoToE|Rendition|Movie|Sound)"
    rb"(?![A-Za-z0-9])"
)
_PDF_ACTIVE_SHORT = re.compile(rb"/(JS|3D|AA)(?![A-Za-z0-9])")
_PDF_OUTSIDE = re.compile(rb"/GoToR(?![A-Za-z0-9])|/OpenAction\s*<<[^>]{0,2000}?/URI(?![A-Za-z0-9])")
_PDF_OPENS = re.compile(rb"/OpenAction\s+(\d{1,9})\s+(\d{1,5})\s+R")
_PDF_URI = re.compile(rb"/URI(?![A-Za-z0-9])")
_PDF_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_PDF_NAME_BYTE = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_STREAM = re.compile(rb"(?<!end)stream[\x00\t\f ]*(?:\r\n|\r|\n)")
# objects packed together are announced by their kind or by where the first begins, and begin with pairs of numbers
_PDF_PACKED = re.compile(rb"/ObjStm(?![A-Za-z0-9])"), re.compile(rb"/First\s+\d+(?!\d|\s+\d+\s+R)")
_PDF_TO_STREAM = re.compile(rb"[^()%]{0,4000}?>>[\x00\t\n\f\r ]*stream[\x00\t\f ]*(?:\r\n|\r|\n)")
_PDF_PAIRS = re.compile(rb"[\x00\t\n\f\r ]*(?:%[^\r\n]*[\r\n]+[\x00\t\n\f\r ]*)*\d+[\x00\t\n\f\r ]+\d+[\x00\t\n\f\r ]")
_PIECE, _HEAD = 4096, 64 << 10
_OBJECTS_MOST = 40 << 20


def media_type(data: bytes) -> str:
    """What a file is, by its bytes; raises NotTaken with the reason where it is not taken."""
    if data[:4] == b"PK\3\4" or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _of_package(unpacked(data))
    try:
        kind = scans.scan_type(data)
    except BadSource as error:
        whole = len(data) <= scans.LARGEST_SCAN_BYTES
        cut = any(data.startswith(begins) for _, begins, _, _ in scans.SHAPES)
        fault = FileFault.TOO_LARGE if not whole else FileFault.BROKEN if cut else FileFault.NOT_WORD
        raise NotTaken(fault, error.problem) from None
    if kind == PDF:
        _check_pdf(data)
    else:
        check_picture("picture", data)
    return kind


def _of_package(parts: Mapping[str, bytes]) -> str:
    kind = parts.get("mimetype", b"").decode("ascii", "replace").strip()
    if kind in {ODT, ODS}:
        check_open(parts)
        return kind
    _, main = main_part(parts, _OF_MAIN)
    outside = next((name for name in parts if _SHEET_OUTSIDE.search(name)), "")
    if outside:
        raise NotTaken(FileFault.OUTSIDE, f"data from elsewhere: {outside}")
    check_parts(parts)
    return _OF_MAIN[main]


def _check_pdf(data: bytes) -> None:
    plain = _plain_names(data)
    whole = _packed(data)
    packed = [_plain_names(content) for content, _ in whole.values()]
    for text in (plain, *packed):
        if _PDF_LOCKED.search(text):
            raise NotTaken(FileFault.OLD_FORMAT, "encrypted PDF")
        _refuse_active(_PDF_ACTIVE, text)
    _require_all_read(data, plain, {at for at, (_, is_whole) in whole.items() if is_whole})
    for text in (*_between_streams(data), *packed):
        _refuse_active(_PDF_ACTIVE_SHORT, text)
    _check_pdf_outside(plain, packed)


def _require_all_read(data: bytes, plain: bytes, read: Collection[int]) -> None:
    """Whatever is announced as packed objects must be followed by a stream that was read to its end."""
    for announced in _PDF_PACKED:
        marks = list(announced.finditer(data))
        streams = [_PDF_TO_STREAM.match(data, one.end()) for one in marks]
        spelt = len(announced.findall(plain)) != len(marks)  # no honest program spells these names by numbers
        if spelt or any(one is None or one.end() not in read for one in streams):
            raise NotTaken(FileFault.BROKEN, "packed objects of a PDF cannot be read")


def _refuse_active(names: re.Pattern[bytes], text: bytes) -> None:
    found = names.search(text)
    if found:
        raise NotTaken(FileFault.ACTIVE, f"{found.group(1).decode()} in a PDF")


def _check_pdf_outside(plain: bytes, packed: Sequence[bytes]) -> None:
    """A link is followed by who clicks it; what is opened by itself or lies in another file is not taken."""
    for text in (plain, *packed):
        if _PDF_OUTSIDE.search(text):
            raise NotTaken(FileFault.OUTSIDE, "another place in a PDF")
        for opens in _PDF_OPENS.finditer(text):
            begin = re.compile(rb"(?<!\d)%s\s+%s\s+obj(?![A-Za-z0-9])" % opens.groups())
            there = [plain[one.end() :].partition(b"endobj")[0] for one in begin.finditer(plain)]
            if any(_PDF_URI.search(one) for one in there or packed):
                raise NotTaken(FileFault.OUTSIDE, "a PDF that opens an address")


def _packed(data: bytes) -> dict[int, tuple[bytes, bool]]:
    """What the streams hold that begin as packed objects do, whatever is said of them, by where they begin; and whether
    all of it was read."""
    found, room = {}, _OBJECTS_MOST
    for begin in _PDF_STREAM.finditer(data):
        at = begin.end()
        content, is_whole = _inflated(data, at, room)
        if content:
            room -= len(content)
            found[at] = content, is_whole
    return found


def _between_streams(data: bytes) -> list[bytes]:
    told, at = [], 0
    for begin in _PDF_STREAM.finditer(data):
        if begin.start() < at:
            continue  # bytes of a stream that spell the word
        told.append(_plain_names(data[at : begin.start()]))
        at = data.find(b"endstream", begin.end())
        at = len(data) if at < 0 else at
    return [*told, _plain_names(data[at:])]


def _plain_names(text: bytes) -> bytes:
    """Names may be written with their bytes as numbers: /J#61vaScript."""
    return _PDF_NAME_BYTE.sub(lambda found: bytes([int(found.group(1), 16)]), text)


def _inflated(data: bytes, at: int, room: int) -> tuple[bytes, bool]:
    """What was packed by Flate from a place on and begins with pairs of numbers, and whether it came to an end.

    Checksums are not asked for: readers of PDF do not mind them. Raises NotTaken beyond `room` bytes.
    """
    head = int.from_bytes(data[at : at + 2])
    if head % 31 or head >> 8 & 15 != 8:
        return b"", False
    unpacker, content = zlib.decompressobj(-zlib.MAX_WBITS), bytearray()
    for piece in range(at + 2, len(data), _PIECE):
        try:
            content += unpacker.decompress(data[piece : piece + _PIECE], max(room - len(content), 0) + 1)
        except zlib.error:
            break
        if len(content) >= _HEAD and not _PDF_PAIRS.match(content):
            return b"", False  # a picture, most likely
        if len(content) > room:
            raise NotTaken(FileFault.TOO_LARGE, "packed objects of a PDF are too large")
        if unpacker.eof:
            break
    return (bytes(content), unpacker.eof) if _PDF_PAIRS.match(content) else (b"", False)
