"""The gate for files of evidence: what a file is and whether anything in it acts or points outside, before any program
opens it.

Pure (bytes in, a media type out), so that a sandboxed worker can run it. Taken are what offices save and scan: Word,
Excel, the two OpenDocument kinds, PDF, PNG and JPEG.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

from inspection.documents import scans
from inspection.documents.media_types import DOCX, ODS, ODT, PDF, XLSX
from inspection.documents.returned import FileFault, NotTaken
from inspection.documents.safe_opening import (
    LINK,
    PICTURE,
    REFUSED_PICTURE,
    WORD_MAIN,
    check_parts,
    check_picture,
    main_part,
    parse_xml,
    unpacked,
)
from inspection.errors import BadSource

SHEET_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SUFFIX = {DOCX: "docx", XLSX: "xlsx", ODT: "odt", ODS: "ods", **scans.SUFFIX}
_OF_MAIN = {WORD_MAIN: DOCX, SHEET_MAIN: XLSX}
# links to other workbooks, queries of databases and of the network
_SHEET_OUTSIDE = re.compile(r"xl/(externalLinks|queryTables)/|xl/connections\.xml|xl/webextensions/", re.IGNORECASE)
_OPEN_CODE = re.compile(
    r"(^|/)(Basic|Scripts|Dialogs)/|^Object [^/]*$|\.(jar|class|py|js|bas|sh|exe|dll)$", re.IGNORECASE
)
_OPEN_ACTIVE = frozenset({
    "event-listener", "script", "execute-macro", "applet", "plugin", "floating-frame", "dde-connection",
    "dde-connection-decl", "dde-source", "dde-link", "object-ole",
})  # fmt: skip
_OPEN_SOURCES = frozenset({"table-source", "cell-range-source", "section-source", "database-source-sql"})
_CLICKED = frozenset({"a", "template", "bookmark-ref", "image-map", "area-rectangle", "area-circle", "area-polygon"})
_HREF = "{http://www.w3.org/1999/xlink}href"
# what a PDF can do by itself, by the names of the standard; `/JS` counts where no picture's bytes can spell it
_PDF_ACTIVE = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|ImportData|SubmitForm|GoToE|Rendition|Movie|Sound|3D)"
    rb"(?![A-Za-z0-9])"
)
_PDF_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_PDF_NAME_BYTE = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_STREAM = re.compile(rb"(?<!end)stream\r?\n")
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
        _check_open(parts)
        return kind
    _, main = main_part(parts, _OF_MAIN)
    outside = next((name for name in parts if _SHEET_OUTSIDE.search(name)), "")
    if outside:
        raise NotTaken(FileFault.OUTSIDE, f"data from elsewhere: {outside}")
    check_parts(parts)
    return _OF_MAIN[main]


def _check_open(parts: Mapping[str, bytes]) -> None:
    """What `check_parts` does, for OpenDocument."""
    for name, content in parts.items():
        if _OPEN_CODE.search(name):
            raise NotTaken(FileFault.ACTIVE, f"active content: {name}")
        if REFUSED_PICTURE.search(name):
            raise NotTaken(FileFault.PICTURE, f"picture format not accepted: {name}")
        if PICTURE.search(name):
            check_picture(name, content)
        elif name.lower().endswith((".xml", ".rdf")):
            _check_open_xml(name, content)


def _check_open_xml(name: str, content: bytes) -> None:
    if not content.strip():
        return  # LibreOffice leaves an empty part for a toolbar nobody changed
    for element in parse_xml(content, name).iter():
        kind = str(element.tag).rpartition("}")[2]
        if kind == "encryption-data":
            raise NotTaken(FileFault.OLD_FORMAT, "encrypted document")
        if kind in _OPEN_ACTIVE:
            raise NotTaken(FileFault.ACTIVE, f"{kind} in {name}")
        target = element.get(_HREF, "")
        if not target:
            continue
        if kind in _CLICKED:
            if not LINK.match(target):
                raise NotTaken(FileFault.OUTSIDE, f"link to another place than an address or a path in {name}")
        elif ":" in target or target.startswith(("/", "../../", "\\")) or kind in _OPEN_SOURCES:
            raise NotTaken(FileFault.OUTSIDE, f"{kind} from elsewhere in {name}")


def _check_pdf(data: bytes) -> None:
    told, room, at = [], _OBJECTS_MOST, 0
    for begin in _PDF_STREAM.finditer(data):
        if begin.start() < at:
            continue  # bytes of a stream that spell the word
        text = _plain_names(data[at : begin.start()])
        told.append(text)
        at = data.find(b"endstream", begin.end())
        at = len(data) if at < 0 else at
        if b"/ObjStm" in text[text.rfind(b"obj") :]:  # objects packed together: what acts may stand in there
            packed = _inflated(data[begin.end() : at], room)
            room -= len(packed)
            told.append(_plain_names(packed))
    for text in (*told, _plain_names(data[at:])):
        if _PDF_LOCKED.search(text):
            raise NotTaken(FileFault.OLD_FORMAT, "encrypted PDF")
        found = _PDF_ACTIVE.search(text)
        if found:
            raise NotTaken(FileFault.ACTIVE, f"{found.group(1).decode()} in a PDF")


def _plain_names(text: bytes) -> bytes:
    """Names may be written with their bytes as numbers: /J#61vaScript."""
    return _PDF_NAME_BYTE.sub(lambda found: bytes([int(found.group(1), 16)]), text)


def _inflated(body: bytes, room: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(body, max(room, 1))
    except zlib.error:
        raise NotTaken(FileFault.BROKEN, "packed objects of a PDF cannot be read") from None
    if unpacker.unconsumed_tail:
        raise NotTaken(FileFault.TOO_LARGE, "packed objects of a PDF are too large")
    return content
